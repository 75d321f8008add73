//! The countdown to the server's end: everybody sees it, an admin calls it off, and nothing wakes up for it afterwards.

use super::{Client, START, happened, welcome};
use crate::lang::Lang;

fn begins(seq: u64, in_ms: u64) -> String {
    let countdown = format!(r#"{{"in_ms":{in_ms},"restart":true,"reason":"new version"}}"#);
    let what = format!(r#""kind":"announce","text":"the server restarts","countdown":{countdown}"#);
    happened("lobby", seq, 19, "cool-otter", &what)
}

#[test]
fn a_countdown_is_on_every_screen_and_ticks_once_a_second() {
    let mut client = Client::online(Lang::En);
    client.hear(&begins(101, 65_000));
    client.sees(&[
        "The server restarts in 1:05 · cool-otter: new version",
        "the server restarts in 1 minute 5 seconds",
    ]);
    client.sees_no(&["Esc calls it off"]);
    client.wants_frame();
    assert_eq!(client.app.deadline(), Some(START + 1_000));
    client.wait(1_000);
    assert!(client.wants_frame());
    client.sees(&["in 1:04"]);
    client.wait(64_000);
    client.sees_no(&["restarts in 0"]);
    assert_eq!(client.app.deadline(), None, "nothing wakes up for what is over");
}

#[test]
fn a_countdown_called_off_is_gone() {
    let mut client = Client::online(Lang::Ko);
    client.hear(&begins(101, 30_000));
    client.sees(&["0:30 뒤 서버가 다시 시작됩니다"]);
    client.hear(&happened(
        "lobby",
        102,
        19,
        "cool-otter",
        r#""kind":"announce","text":"off","countdown":{}"#,
    ));
    client.sees(&["공지: 서버 종료가 취소되었습니다"]);
    client.sees_no(&["0:30 뒤"]);
    // Only what was read is still to be kept.
    client.wait(5_000);
    assert_eq!(client.app.deadline(), None);
}

#[test]
fn an_admin_cancels_a_shutdown_with_esc_once_nothing_else_is_to_cancel() {
    let mut client = Client::online(Lang::En);
    client.become_role("admin");
    client.hear(&begins(102, 60_000));
    client.sees(&["Esc calls it off"]);
    client.screen(80, 24);
    client.press("alt-up esc");
    assert!(client.app.screen().popups().is_empty(), "Esc let the message go first");
    client.press("esc");
    client.sees(&["Call the shutdown off? The server goes on, and everybody here (2 beside you) is told."]);
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"shutdown","in_s":0,"cancel":true}"#]);
    client.press("ctrl-x Q");
    client.sees(&["Call the shutdown off?"]);
}

#[test]
fn a_member_cannot_cancel_a_shutdown() {
    let mut client = Client::online(Lang::En);
    client.hear(&begins(101, 60_000));
    client.press("esc");
    assert!(client.app.screen().popups().is_empty());
}

#[test]
fn a_newcomer_sees_what_is_left() {
    let mut client = Client::new(Lang::En);
    let countdown = r#""motd":"","countdown":{"in_ms":12500,"by":"cool-otter"}}"#;
    client.hear(&welcome(100).replace(r#""motd":""}"#, countdown));
    client.sees(&["The server stops in 0:13 · cool-otter"]);
    client.lose();
    client.sees_no(&["The server stops"]);
}

#[test]
fn what_was_missed_starts_no_countdown() {
    let mut client = Client::online(Lang::En);
    client.lose();
    client.wait(10_000);
    client.hear(&super::welcome_back(&super::lobby(102)));
    client.hear(&begins(101, 600_000));
    client.sees_no(&["The server restarts in"]);
}
