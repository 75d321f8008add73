//! A server that wants a password, and one that was never greeted: nothing that is typed waits for them.

use super::{Client, welcome};
use crate::app::output_mode::OutputMode;
use crate::event::Event;
use crate::lang::Lang;

const REFUSED: &str = r#"{"type":"error","code":"auth_failed","message":""}"#;

#[test]
fn a_password_is_asked_for_unseen_and_what_is_typed_is_never_said() {
    for (lang, wants, wrong) in [
        (Lang::En, "This server wants a password", "That was not the password"),
        (Lang::Ko, "이 서버는 비밀번호가 필요합니다", "비밀번호가 틀렸습니다"),
    ] {
        for (columns, rows) in [(120, 40), (60, 15)] {
            let mut client = Client::new(lang);
            client.hear(REFUSED);
            let screen = client.screen(columns, rows);
            assert!(screen.contains(wants), "{screen}");
            client.forget();
            client.enter("guess");
            let asked = client.asked();
            assert!(asked.concat().contains(r#""password":"guess""#), "{asked:?}");
            client.sees_no(&["guess"]);
            client.hear(REFUSED);
            client.sees(&[wrong]);
            client.enter("open sesame");
            assert!(client.asked().concat().contains(r#""password":"open sesame""#));
            client.hear(&welcome(0));
            assert!(!client.asked().concat().contains("\"say\""));
            assert!(client.app.outbox().entries().is_empty());
            client.sees(&["● "]);
        }
    }
}

#[test]
fn without_the_password_nothing_waits_to_be_said() {
    let mut client = Client::new(Lang::En);
    client.hear(REFUSED);
    client.press("esc");
    client.forget();
    client.enter("open sesame");
    assert!(client.app.outbox().entries().is_empty());
    assert_eq!(client.app.composer().text(), "open sesame", "it stays in the draft");
    client.sees(&["/reconnect asks for it"]);
    client.press("ctrl-c");
    client.enter("/reconnect");
    assert!(client.asked().concat().starts_with("connect "));
    client.hear(REFUSED);
    client.sees(&["wants a password"]);
    client.enter("x");
    client.hear(&welcome(0));
    assert!(!client.asked().concat().contains("say"));
}

#[test]
fn nothing_waits_for_a_server_one_has_never_been_on() {
    for (lang, words) in [(Lang::En, "not connected yet"), (Lang::Ko, "아직 접속하지 못했습니다")]
    {
        let mut client = Client::new(lang);
        client.enter("for the lobby?");
        assert!(client.app.outbox().entries().is_empty());
        client.sees(&[words, "for the lobby?"]);
        client.hear(&welcome(0));
        client.forget();
        assert_eq!(client.app.composer().text(), "for the lobby?");
        client.press("enter");
        assert!(client.asked().concat().contains("for the lobby?"));
    }
}

#[test]
fn for_a_server_one_knows_it_does_and_for_one_that_refuses_us_it_does_not() {
    let known = |setup: &mut super::Setup| {
        setup.profile.secret = super::SECRET.parse().ok();
    };
    let mut client = Client::with(Lang::En, known);
    client.enter("later");
    assert_eq!(client.app.outbox().waiting(), 1);
    for code in ["auth_failed", "version", "name_taken", "bad_request"] {
        let mut client = Client::with(Lang::En, known);
        client.hear(&format!(r#"{{"type":"error","code":"{code}","message":""}}"#));
        client.press("esc");
        client.enter("later");
        assert_eq!(client.app.outbox().waiting(), 0, "{code}");
        assert_eq!(client.app.composer().text(), "later", "{code}");
    }
}

#[test]
fn lines_end_with_the_reason_and_the_flag_that_helps() {
    let mut client =
        Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: false });
    client.forget();
    client.event(Event::Line("secret plans".into()));
    assert!(!client.asked().concat().contains("secret plans"));
    client.hear(REFUSED);
    let asked = client.asked().concat();
    assert!(asked.contains("fail ") && asked.contains("--password-file"), "{asked}");
    assert!(client.app.outbox().entries().is_empty());
}
