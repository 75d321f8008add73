//! `/set` and a configuration file that changes while the client runs.

use jiff::tz::TimeZone;

use super::Client;
use crate::app::output_mode::OutputMode;
use crate::event::Event;
use crate::lang::Lang;
use crate::settings::Override;
use crate::time_style::TimeStyle;

fn set(lang: Lang) -> Client {
    let mut client = Client::with(lang, |setup| {
        setup.settings_path = Some("/c/config.toml".into());
        setup.overrides = vec![Override { key: "tls", value: "verify".into(), by: "--tls".into() }];
    });
    client.hear(&super::welcome(100));
    client.forget();
    client
}

fn file(client: &mut Client, text: &str) {
    client.event(Event::SettingsFile(text.into()));
}

#[test]
fn a_setting_counts_at_once_and_is_written() {
    let mut client = set(Lang::En);
    client.enter("/set mouse off");
    assert!(!client.app.settings().mouse);
    assert_eq!(client.asked(), ["write mouse = false", "settings"]);
    client.sees(&["mouse = false"]);
    client.enter("/set mouse default");
    assert!(client.app.settings().mouse);
    assert_eq!(client.asked(), ["write no mouse", "settings"]);
    client.enter("/설정 lang ko");
    client.sees(&["lang = ko"]);
    assert_eq!(client.app.lang(), Lang::Ko);
}

#[test]
fn times_are_shown_as_is_set_at_once() {
    let mut client = set(Lang::En);
    client.hear_message(101, 18, "민수", "hi");
    client.sees(&["09:31 ", "today · 2026-11-21 (Sat)"]);
    client.enter("/set clock 12h");
    client.sees(&[" 9:31 AM "]);
    file(&mut client, "clock = '12h'\nclock-seconds = true\ndates = 'month-day'\n");
    client.sees(&[" 9:31:41 AM ", "today · Nov 21, 2026 (Sat)"]);
    client.enter("/set lang ko");
    client.sees(&["오전  9:31:41 ", "2026년 11월 21일 (토)"]);
    file(&mut client, "");
    client.sees(&["09:31 ", "today · 2026-11-21 (Sat)"]);
}

#[test]
fn lines_have_times_of_one_form_whatever_is_set() {
    let mut client = Client::with(Lang::En, |setup| {
        setup.output_mode = OutputMode::Lines { confirms: false };
    });
    client.hear(&super::welcome(100));
    file(&mut client, "clock = '12h'\nclock-seconds = true\ndates = 'month-day'\n");
    assert_eq!(*client.app.times(), TimeStyle::usual(TimeZone::UTC));
}

#[test]
fn what_cannot_be_set_is_told_with_what_can() {
    let mut client = set(Lang::En);
    for (line, told) in [
        ("/set mouse perhaps", "mouse can be: true, false"),
        ("/set muose off", "did you mean mouse?"),
        ("/set nonsense", "/set lists them"),
        ("/set escape-wait 0", "from 1 to 5000"),
    ] {
        client.enter(line);
        client.sees(&[told]);
        assert!(client.asked().is_empty(), "{line}");
        client.press("ctrl-c");
    }
}

#[test]
fn settings_are_listed_and_told_of() {
    let mut client = set(Lang::En);
    client.enter("/set mouse off");
    client.enter("/set");
    let told = client.noticed().last().cloned().unwrap();
    for line in ["* mouse = false", "  lang = (not set)", "/c/config.toml"] {
        assert!(told.contains(line), "no {line} in {told}");
    }
    assert!(!told.contains("wait = 10"), "{told}");
    let elsewhere = "for lines only (--plain, --json): plain, json, listen, wait, timeout, long-lines";
    assert!(told.contains(elsewhere), "{told}");
    client.enter("/set wait");
    client.sees(&["wait = 10", "counts for lines only (--plain, --json)"]);
    client.enter("/set pl");
    assert!(client.noticed().last().unwrap().starts_with("  plain = false\n*"));
    client.enter("/set esc");
    assert!(client.noticed().last().unwrap().starts_with("  escape-wait = (not set)\n*"));
    client.enter("/set mouse");
    let told = client.noticed().last().cloned().unwrap();
    assert!(told.contains("can be: true, false; default: true"), "{told}");
}

#[test]
fn the_command_line_outweighs_the_file_and_that_is_said() {
    let mut client = set(Lang::En);
    client.enter("/set tls off");
    client.sees(&["tls = verify", "in this run --tls decides", "from the next start on"]);
    assert_eq!(client.asked(), ["write tls = \"off\""]);
}

#[test]
fn a_file_that_changes_counts_at_once_and_a_broken_one_changes_nothing() {
    for (lang, again, kept) in [
        (Lang::En, "read again: mouse", "those from before stay"),
        (Lang::Ko, "다시 읽었습니다: mouse", "전의 설정을 그대로"),
    ] {
        let mut client = set(lang);
        file(&mut client, "mouse = false\n");
        client.sees(&[again]);
        assert_eq!(client.asked(), ["settings"]);
        client.write("a draft");
        client.forget();
        file(&mut client, "tls = 'trust'\nmuose = true\n");
        client.sees(&[kept, "/c/config.toml:2", "mouse", "a draft"]);
        assert!(!client.app.settings().mouse && client.asked().is_empty());
        // The same words once more are no news.
        file(&mut client, "# other words\nmouse = false\n");
        assert!(client.asked().is_empty());
    }
}

#[test]
fn keys_and_values_are_completed() {
    let mut client = set(Lang::En);
    client.write("/set mo");
    client.press("tab");
    assert_eq!(client.app.composer().text(), "/set mouse ");
    client.write("f");
    client.press("tab");
    assert_eq!(client.app.composer().text(), "/set mouse false");
    client.press("enter");
    assert!(!client.app.settings().mouse);
}

#[test]
fn keys_are_bound_at_once_and_what_names_them_follows() {
    let mut client = set(Lang::En);
    client.enter("/set keys.interrupt ctrl-q");
    assert_eq!(client.asked(), ["write keys.interrupt = \"ctrl-q\"", "settings"]);
    client.press("ctrl-q");
    client.sees(&["press Ctrl-Q again to leave"]);
    client.press("f1");
    client.sees(&["Ctrl-Q", "clear the draft; twice: leave"]);
    client.sees_no(&["Ctrl-C "]);
    client.press("esc");
    client.wait(3_000);
    client.enter("/set keys.interrupt default");
    client.press("ctrl-c");
    client.sees(&["press Ctrl-C again to leave"]);
    client.enter("/set keys.sned ctrl-s");
    client.sees(&["there is no action sned; did you mean send?"]);
}

#[test]
fn an_alias_stands_for_a_command_and_what_comes_after_it() {
    let mut client = set(Lang::En);
    file(&mut client, "[aliases]\ntea = 'me makes tea'\nj = '/join'\n");
    client.sees(&["those from before stay", "/j is a command"]);
    file(&mut client, "[aliases]\ntea = 'me makes tea'\ngo = '/join'\n");
    client.forget();
    client.enter("/tea for kim");
    client.enter("/go dev");
    let asked = client.asked();
    assert!(asked.iter().any(|line| line.contains(r#""text":"makes tea for kim""#)), "{asked:?}");
    assert!(
        asked.iter().any(|line| line.contains(r#""join""#) && line.contains(r#""room":"dev""#)),
        "{asked:?}"
    );
    file(&mut client, "[aliases]\nx = 'nothing'\n");
    client.sees(&["there is no command /nothing"]);
}

#[test]
fn lines_list_what_counts_for_them() {
    let mut client = Client::with(Lang::Ko, |setup| {
        setup.output_mode = OutputMode::Lines { confirms: false };
    });
    client.hear(&super::welcome(100));
    client.forget();
    client.event(Event::Line("/설정".into()));
    let told = client.noticed().last().cloned().unwrap();
    for line in ["  wait = 10", "전체 화면에서만 쓰는 것: servers, formatting, theme"] {
        assert!(told.contains(line), "no {line} in {told}");
    }
    assert!(!told.contains("mouse = true"), "{told}");
    client.event(Event::Line("/설정 clock 12h".into()));
    let told = client.noticed().last().cloned().unwrap();
    assert!(told.contains("clock = 12h · 전체 화면에서만 쓰입니다"), "{told}");
}

#[test]
fn an_alias_is_completed_and_so_is_what_comes_after_it() {
    let mut client = set(Lang::En);
    file(&mut client, "[aliases]\ntea = 'me makes tea'\ngo = 'join'\ntell = 'msg 민수 that'\n");
    for (typed, completed) in [
        ("/te", "/tea "),
        ("/g", "/go "),
        ("/go lob", "/go lobby "),
        ("/tea for cool", "/tea for cool-otter "),
        ("/tell coo", "/tell cool-otter "),
    ] {
        client.write(typed);
        client.press("tab");
        assert_eq!(client.app.composer().text(), completed);
        client.press("ctrl-u");
    }
}

#[test]
fn the_keys_above_every_popup_are_those_of_the_keymap() {
    let mut client = set(Lang::En);
    file(&mut client, "[keys]\nhelp = 'f2'\ncancel = 'f4'\ninterrupt = 'f5'\n");
    for closes in ["f4", "f5", "esc", "ctrl-c", "ctrl-g"] {
        client.press("alt-k");
        client.press("f1");
        assert_eq!(client.app.screen().popups().len(), 1, "F1 is no help any more");
        client.press("f2");
        assert_eq!(client.app.screen().popups().len(), 2);
        client.press("f2");
        assert_eq!(client.app.screen().popups().len(), 1);
        client.press(closes);
        assert!(client.app.screen().popups().is_empty(), "{closes}");
    }
}

#[test]
fn a_hook_runs_for_what_others_say_now_and_for_nothing_else() {
    let mut client = set(Lang::En);
    file(&mut client, "[hooks]\nmention = ['bell', '-x']\ndirect = ['knock']\n");
    client.forget();
    let ran = |client: &mut Client| {
        client.asked().into_iter().filter(|line| line.starts_with("run ")).collect::<Vec<_>>()
    };
    client.hear_message(101, 18, "민수", "hello");
    client.hear_message(102, 17, "kim", "I am kim");
    client.hear(&super::happened(
        "lobby",
        103,
        18,
        "민수",
        r#""kind":"edit","text":"hello kim","nonce":"e1","of":101"#,
    ));
    assert!(ran(&mut client).is_empty());
    client.hear_message(104, 18, "민수", "kim, tea?");
    let told = ran(&mut client);
    assert_eq!(told.len(), 1, "{told:?}");
    for part in
        ["run bell -x {", r#""hook":"mention""#, r#""text":"kim, tea?""#, r#""seq":104"#, r#""room":"lobby""#]
    {
        assert!(told[0].contains(part), "no {part} in {told:?}");
    }
    client.hear(&super::message("@17:19", 105, 19, "cool-otter", "psst"));
    assert!(ran(&mut client)[0].starts_with("run knock {"));
    // What was said while the connection was gone is history.
    client.lose();
    client.wait(60_000);
    client.hear(&super::welcome_back(&super::lobby(106)));
    client.hear_message(106, 18, "민수", "kim?");
    assert!(ran(&mut client).is_empty());
    file(&mut client, "[hooks]\nmentoin = ['bell']\ndirect = []\n");
    client.sees(&["there is no hook mentoin", "the hook direct names no program"]);
}
