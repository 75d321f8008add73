//! What Enter makes of a line that is a command, almost one, or none.

use super::{Client, welcome};
use crate::app::output_mode::OutputMode;
use crate::event::Event;
use crate::lang::Lang;

/// The text said aloud to the room, if any was.
fn said(client: &mut Client) -> Vec<String> {
    client.asked().into_iter().filter(|line| line.contains(r#""type":"say""#)).collect()
}

#[test]
fn what_almost_is_a_command_is_never_said_aloud() {
    for blank in ["", " ", "\u{a0}", "\u{3000}", "\u{200b}", "\u{feff}", "\n", " \u{200b}\n"] {
        for command in
            ["/msg 민수 secret", "／msg 민수 secret", "⁄귓속말 민수 secret", "／ｍｓｇ　민수　secret"]
        {
            let mut client = Client::online(Lang::En);
            client.event(Event::Paste(format!("{blank}{command}")));
            client.press("enter");
            let asked = client.asked();
            assert_eq!(asked.len(), 1, "nobody is told of typing either: {asked:?}");
            assert!(asked[0].contains(r#""type":"direct","uid":18,"text":"secret""#), "{asked:?}");
        }
    }
}

#[test]
fn lines_from_a_pipe_are_read_alike() {
    let mut client =
        Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: false });
    client.hear(&welcome(100));
    client.forget();
    client.event(Event::Line("\u{3000}／귓속말 민수 secret".into()));
    assert!(client.asked().concat().contains(r#""type":"direct","uid":18,"text":"secret""#));
}

#[test]
fn a_line_that_really_begins_with_a_slash_is_said_after_another_slash() {
    for lang in [Lang::En, Lang::Ko] {
        let mut client = Client::online(lang);
        client.enter("//etc/hosts");
        assert!(said(&mut client).concat().contains(r#""text":"/etc/hosts""#));
        client.enter("/etc/hosts");
        assert_eq!(said(&mut client), Vec::<String>::new());
        assert_eq!(client.app.composer().text(), "/etc/hosts");
        client.sees(&["//etc/hosts"]);
    }
}

#[test]
fn an_unknown_command_names_the_one_that_was_meant() {
    for (lang, typed, shown) in [
        (Lang::En, "/quti", "there is no /quti; /quit?"),
        (Lang::Ko, "/종로", "/종료 인가요?"),
        (Lang::Ko, "/벼ㅑㅅ", "/quit 인가요?"),
        (Lang::Ko, "/없는명령", "//없는명령 으로 그대로"),
        (Lang::En, "/help quti", "/quit?"),
    ] {
        let mut client = Client::online(lang);
        client.enter(typed);
        client.sees(&[shown]);
        assert_eq!(client.app.composer().text(), typed);
    }
}

#[test]
fn a_command_in_a_later_line_is_asked_about_once() {
    let mut client = Client::online(Lang::En);
    client.event(Event::Paste("hello\n/msg bob secret".into()));
    client.press("enter");
    client.sees(&["line 2 is a command, /msg; Enter again says all of it as text"]);
    assert_eq!(said(&mut client), Vec::<String>::new());
    client.write("s");
    client.press("enter");
    assert_eq!(said(&mut client), Vec::<String>::new(), "it is another text now");
    client.press("enter");
    assert!(said(&mut client).concat().contains(r#""text":"hello\n/msg bob secrets""#));
    client.event(Event::Paste("see\n/usr/bin/env".into()));
    client.press("enter");
    assert_eq!(said(&mut client).len(), 1);
}

#[test]
fn a_blank_before_a_command_does_not_keep_it_from_being_completed() {
    let mut client = Client::online(Lang::En);
    client.write(" ／ms");
    client.press("tab");
    assert_eq!(client.app.composer().text(), " /msg ");
}

#[test]
fn what_looks_like_a_command_for_one_person_is_asked_about_once_and_said_at_the_second_enter() {
    for (lang, asked) in [(Lang::En, "almost /msg; Enter again"), (Lang::Ko, "/귓속말 명령어와 비슷합니다")]
    {
        for line in [
            r"\msg 민수 secret",
            "＼귓속말 민수 secret",
            "₩msg 민수 secret",
            ". /msg 민수 secret",
            ">/msg 민수 secret",
            "\"/msg 민수 secret",
            "//msg 민수 secret",
            "msg 민수 secret",
        ] {
            let mut client = Client::online(lang);
            client.event(Event::Paste(line.into()));
            client.press("enter");
            assert_eq!(said(&mut client), Vec::<String>::new(), "{line}");
            client.sees(&[asked]);
            assert_eq!(client.app.composer().text(), line);
            client.press("enter");
            assert_eq!(said(&mut client).len(), 1, "{line}");
            assert_eq!(client.app.composer().text(), "");
        }
    }
}

#[test]
fn what_only_has_signs_at_its_beginning_is_said_at_once() {
    for line in [
        "> a quote",
        "\"quoted\" text",
        r"\o/ hooray",
        r"¯\_(ツ)_/¯",
        "./configure && make",
        "//usr/bin is a path",
        "msg nobody-here hi",
        "msg kim that is me",
        "₩5000",
    ] {
        let mut client = Client::online(Lang::En);
        client.enter(line);
        assert_eq!(said(&mut client).len(), 1, "{line}");
    }
}

#[test]
fn a_key_behind_what_is_almost_the_command_is_not_kept() {
    for line in [r"\admin open-sesame", ">/auth open-sesame", "//admin open-sesame", r"\amdin open-sesame"] {
        let mut client = Client::online(Lang::En);
        client.write(line);
        client.press("alt-k");
        client.wait(1_000);
        client.event(Event::Terminate);
        assert!(!format!("{:?}", client.saved()).contains("sesame"), "{line}");
    }
}
