//! The dialogs of moderators and admins: keys in, one request out, and the draft untouched.

use proptest::prelude::*;

use super::{Client, happened};
use crate::event::Event;
use crate::lang::Lang;

fn with_role(lang: Lang, role: &str) -> Client {
    let mut client = Client::online(lang);
    client.become_role(role);
    client
}

const NO_BANS: &str = r#"{"type":"ok","id":"r2","bans":[]}"#;

#[test]
fn a_kick_is_picked_reasoned_and_asked_once_more() {
    let mut client = with_role(Lang::En, "moderator");
    client.write("half a thought");
    client.forget();
    client.press("ctrl-x");
    client.sees(&["Ctrl-X … k kick · b ban · m mute · Esc"]);
    client.press("k");
    client.write("민");
    client.press("enter");
    client.write("spam");
    client.press("enter");
    client.sees(&["Kick 민수? They are removed now, and may come back when they want.", "Reason: spam"]);
    client.press("enter");
    assert_eq!(
        client.asked(),
        Vec::<String>::new(),
        "the same Enter does not answer what it has just opened"
    );
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"kick","uid":18,"reason":"spam"}"#]);
    client.hear(r#"{"type":"ok","id":"r2"}"#);
    client.sees(&["민수 is out", "half a thought"]);
    assert_eq!(client.app.composer().text(), "half a thought");
}

#[test]
fn a_ban_says_how_long_and_until_when() {
    let mut client = with_role(Lang::En, "moderator");
    client.press("ctrl-x b");
    client.hear(NO_BANS);
    client.forget();
    client.press("enter enter");
    client.sees(&["for good", "7 days", "[ ] their address as well"]);
    client.press("tab");
    client.write("90x");
    client.press("enter");
    client.sees(&["write a time like 90m, 2h or 7d"]);
    client.press("backspace");
    client.write("m");
    client.press("enter");
    client.sees(&[
        "Ban 민수 for 1 hour 30 minutes, and their address? They are removed now and cannot return until 11:00.",
    ]);
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r3","type":"ban","uid":18,"for_s":5400,"address":true}"#]);
}

#[test]
fn a_ban_for_good_has_no_end() {
    let mut client = with_role(Lang::Ko, "moderator");
    client.press("ctrl-x b");
    client.hear(NO_BANS);
    client.forget();
    client.press("enter enter up up tab enter");
    client.sees(&["민수님과 접속한 주소를 무기한 차단할까요? 지금 내보내고, 다시 들어올 수 없습니다."]);
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r3","type":"ban","uid":18,"address":true}"#]);
}

#[test]
fn picking_somebody_who_is_muted_offers_to_unmute_them() {
    let mut client = with_role(Lang::En, "moderator");
    client.press("ctrl-x m");
    let by = r#"{"uid":0,"name":"whatever","style":{"color":1}}"#;
    let target = r#"{"uid":18,"name":"민수","style":{"color":2}}"#;
    client.hear(&format!(
        r#"{{"type":"ok","id":"r2","bans":[{{"kind":"mute","target":{target},"by":{by},"at":{},"until":{}}}]}}"#,
        client.now,
        client.now + 3_600_000
    ));
    client.forget();
    client.sees(&["muted until 10:30 · Enter lifts it"]);
    client.press("enter");
    client.sees(&["Let 민수 speak again?"]);
    client.press("esc enter");
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r3","type":"unmute","uid":18}"#]);
}

#[test]
fn oneself_and_higher_roles_are_shown_but_not_offered() {
    let mut client = with_role(Lang::En, "moderator");
    client.press("ctrl-x k");
    client.sees(&["cool-otter  an admin, with as much say as you", "kim  that is you"]);
    client.write("cool");
    client.press("enter");
    client.sees(&["Whom?"]);
    assert_eq!(client.asked(), Vec::<String>::new());
}

#[test]
fn an_act_goes_by_number_when_names_change_hands() {
    let mut client = with_role(Lang::En, "moderator");
    client.press("ctrl-x k enter enter");
    client.hear(&happened("lobby", 102, 18, "민수", r#""kind":"rename","name":"지훈""#));
    client.hear(&happened("lobby", 103, 20, "민수", r#""kind":"join""#));
    client.sees(&["Kick 민수?", "민수 is called 지훈 now; it is the same person"]);
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"kick","uid":18}"#]);
}

#[test]
fn the_selection_stays_on_the_person_when_the_list_changes() {
    let mut client = with_role(Lang::En, "moderator");
    client.hear(&happened("lobby", 102, 20, "zoe", r#""kind":"join""#));
    client.press("ctrl-x k");
    client.write("z");
    client.press("backspace down up");
    let picked = |client: &mut Client| {
        let screen = client.screen(80, 24);
        screen
            .lines()
            .find(|line| line.starts_with("  › ") && !line.trim_end().ends_with('›'))
            .unwrap()
            .to_owned()
    };
    let before = picked(&mut client);
    client.hear(&happened("lobby", 103, 21, "aaa", r#""kind":"join""#));
    assert_eq!(picked(&mut client), before);
}

#[test]
fn somebody_who_left_is_not_kicked() {
    let mut client = with_role(Lang::En, "moderator");
    client.press("ctrl-x k enter enter");
    client.hear(&happened("lobby", 102, 18, "민수", r#""kind":"leave","how":"quit""#));
    client.sees(&["민수 has left meanwhile"]);
    client.confirm();
    client.sees(&["they are gone already"]);
    assert_eq!(client.asked(), Vec::<String>::new());
}

#[test]
fn esc_goes_back_one_step_and_keeps_what_was_typed() {
    let mut client = with_role(Lang::En, "moderator");
    client.press("ctrl-x k enter");
    client.write("spam");
    client.press("enter esc");
    client.sees(&["Why?", "› spam"]);
    client.press("esc");
    client.sees(&["Whom?"]);
    client.press("esc");
    assert!(client.app.screen().popups().is_empty());
}

#[test]
fn an_announcement_says_how_many_hear_it() {
    let mut client = with_role(Lang::En, "admin");
    client.press("ctrl-x a");
    client.write("tea at four");
    client.press("enter");
    client.sees(&["Tell everybody? 2 others hear it.", "“tea at four”"]);
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"announce","text":"tea at four"}"#]);
}

#[test]
fn a_shutdown_wants_the_name_of_the_server() {
    let mut client = with_role(Lang::En, "admin");
    client.press("ctrl-x Q down enter enter");
    client.write("new version");
    client.press("enter");
    client.sees(&["Restart tea in 30 seconds? Everybody here (2 beside you) sees it count down; they come back by themselves."]);
    client.confirm();
    client.sees(&["that is not tea; nothing was done"]);
    client.write("tea");
    client.press("enter");
    assert_eq!(
        client.asked(),
        [r#"{"id":"r2","type":"shutdown","in_s":30,"reason":"new version","restart":true}"#]
    );
}

#[test]
fn the_letter_after_ctrl_x_never_reaches_the_draft() {
    let mut client = with_role(Lang::En, "moderator");
    client.write("draft");
    client.forget();
    client.press("ctrl-x z");
    client.sees(&["Ctrl-X z means nothing; nothing was done"]);
    client.press("ctrl-x esc ctrl-x left ctrl-x enter ctrl-x Q");
    client.sees(&["you may not do that"]);
    client.press("ctrl-x ㅏ esc");
    assert_eq!((client.app.composer().text(), client.app.composer().caret()), ("draft", 5));
    assert_eq!(client.asked(), Vec::<String>::new());
    assert!(client.app.screen().popups().is_empty());
}

#[test]
fn members_are_shown_no_keys_and_do_nothing_by_them() {
    let mut client = Client::online(Lang::En);
    client.write("draft");
    client.forget();
    client.press("ctrl-x");
    client.sees(&["Ctrl-X … is for moderators and admins"]);
    client.press("k");
    assert_eq!(client.app.composer().text(), "draft");
    assert_eq!(client.asked(), Vec::<String>::new());
}

#[test]
fn in_the_list_of_members_letters_act_until_something_is_looked_for() {
    let mut client = with_role(Lang::En, "moderator");
    client.press("alt-m");
    client.sees(&["k kick · b ban · m mute"]);
    client.press("end down down k");
    client.sees(&["Kick 민수", "Why?"]);
    client.press("esc space k");
    assert_eq!(client.app.screen().popups().len(), 1, "now it is typed");
}

#[test]
fn the_key_is_typed_unseen_and_is_nowhere_else() {
    let mut client = Client::online(Lang::En);
    client.enter("/admin");
    client.event(Event::Paste("open-".into()));
    client.write("sesame");
    client.sees(&["› •••••••••••"]);
    client.sees_no(&["open", "sesame"]);
    assert!(!format!("{:?}", client.app).contains("sesame"));
    client.press("enter");
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"auth","key":"open-sesame"}"#]);
    assert!(!format!("{:?}", client.app).contains("sesame"));
    assert!(client.app.screen().popups().is_empty());
    client.hear(r#"{"type":"ok","id":"r2","role":"admin"}"#);
    assert_eq!(client.app.role(), shared::Role::Admin);
    client.press("up");
    assert_eq!(client.app.composer().text(), "", "no line sent before has a key in it");
}

#[test]
fn a_key_typed_openly_works_with_a_warning() {
    let mut client = Client::online(Lang::En);
    client.enter("/auth open-sesame");
    client.sees(&["the key was on the screen"]);
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"auth","key":"open-sesame"}"#]);
}

proptest! {
    #[test]
    fn no_keys_in_a_dialog_change_the_draft(
        open in prop::sample::select(vec!["ctrl-x k", "ctrl-x b", "ctrl-x m", "ctrl-x a", "ctrl-x Q"]),
        keys in prop::collection::vec(prop::sample::select(vec![
            "enter", "esc", "up", "down", "tab", "backspace", "ctrl-u", "ctrl-w", "left", "home", "ctrl-k",
            "ctrl-y", "ctrl-_", "alt-enter", "ctrl-j", "a", "5", "m", "민", "space", "pgup", "ctrl-x", "del", "alt-d",
            "ctrl-r", "ctrl-n", "alt-1", "f8", "ctrl-l", "paste",
        ]), 0..40),
    ) {
        let mut client = with_role(Lang::En, "admin");
        client.write("half a thought");
        client.press(open);
        for key in keys {
            if client.app.screen().popups().is_empty() {
                break;
            }
            client.wait(300);
            if key == "paste" {
                client.event(Event::Paste("one\ntwo\n".into()));
            } else {
                client.press(key);
            }
            client.screen(40, 12);
            prop_assert_eq!((client.app.composer().text(), client.app.composer().caret()), ("half a thought", 14));
        }
    }
}

#[test]
fn an_enter_that_comes_too_soon_is_told() {
    for lang in [Lang::En, Lang::Ko] {
        let mut client = Client::online(lang);
        client.become_role("admin");
        client.enter("/kick 민수");
        client.press("enter");
        client.sees(&[lang.read_it_first()]);
        assert!(client.asked().is_empty());
        client.confirm();
        assert_eq!(client.asked().len(), 1);
    }
}

#[test]
fn nothing_of_a_popup_below_sticks_out() {
    let mut client = Client::online(Lang::En);
    client.become_role("admin");
    client.enter("/bans");
    let ban = |uid: u64| {
        format!(
            r#"{{"kind":"ban","target":{{"uid":{uid},"name":"otter-{uid}","style":{{"color":2}}}},"by":{{"uid":19,"name":"cool-otter","style":{{"color":3}}}},"at":1,"reason":""}}"#
        )
    };
    let bans: Vec<_> = (30..36).map(ban).collect();
    client.hear(&format!(r#"{{"type":"ok","id":"r2","bans":[{}]}}"#, bans.join(",")));
    client.sees(&["Enter lift", "otter-35"]);
    client.press("enter");
    client.sees(&["Lift the ban of otter-30?", "Enter yes"]);
    client.sees_no(&["Enter lift", "otter-35"]);
    client.press("esc");
    client.sees(&["Enter lift", "otter-35"]);
}
