//! A server that says nothing, and a disk that takes nothing: what the status line says of it.

use super::{Client, lobby, welcome, welcome_back};
use crate::event::{Event, FromLink, LocalFailure, Lost};
use crate::lang::Lang;

#[test]
fn a_message_without_an_answer_is_said_to_have_none_and_the_server_is_asked_once() {
    for (lang, words) in [(Lang::En, "○ no answer yet"), (Lang::Ko, "○ 아직 응답 없음")] {
        let mut client = Client::online(lang);
        client.enter("hi");
        client.forget();
        client.wait(9_999);
        client.sees_no(&[words]);
        client.wait(1);
        assert!(client.wants_frame());
        client.sees(&[words]);
        assert_eq!(client.asked(), [r#"{"type":"ping"}"#]);
        client.wait(60_000);
        assert_eq!(client.asked(), Vec::<String>::new());
        client.hear(r#"{"type":"ok","id":"0000000000000007-000001","seq":101}"#);
        client.sees_no(&[words]);
    }
}

#[test]
fn a_connection_that_swallows_is_not_shown_as_online() {
    let mut client = Client::online(Lang::En);
    client.event(Event::Link(FromLink::NoAnswer(true)));
    client.sees(&["no answer yet"]);
    client.sees_no(&["online"]);
    client.event(Event::Link(FromLink::NoAnswer(false)));
    client.sees(&["● online"]);
    client.event(Event::Link(FromLink::NoAnswer(true)));
    client.lose();
    client.wait(1_000);
    client.hear(&welcome_back(&lobby(100)));
    client.sees(&["● online"]);
}

#[test]
fn a_machine_without_a_server_is_told_how_to_start_one() {
    for (lang, size) in [(Lang::En, (120, 40)), (Lang::En, (60, 15)), (Lang::Ko, (60, 15))] {
        let mut client = Client::new(lang);
        client.event(Event::Link(FromLink::Down(Lost::Refused)));
        let screen = client.screen(size.0, size.1);
        assert!(screen.contains("--host`"), "{screen}");
        assert!(!screen.contains('…'), "{screen}");
        assert!(screen.contains("127.0.0.1:7667"), "{screen}");
    }
    let mut far = Client::with(Lang::En, |setup| setup.address = "chat.example".parse().unwrap());
    far.event(Event::Link(FromLink::Down(Lost::Refused)));
    far.sees(&["chat.example:7667", "Connection refused"]);
    far.sees_no(&["--host"]);
}

#[test]
fn while_connecting_the_address_and_the_last_reason_are_shown() {
    let mut client = Client::new(Lang::En);
    client.sees(&["○ connecting to 127.0.0.1:7667"]);
    for _ in 0..3 {
        client.event(Event::Link(FromLink::Down(Lost::Silent)));
        client.sees(&["reconnecting in", "127.0.0.1:7667: the server does not answer"]);
        client.wait(60_000);
        client.sees(&["○ reconnecting  127.0.0.1:7667: the server does not answer"]);
    }
    client.hear(&welcome(0));
    client.sees_no(&["reconnecting"]);
}

#[test]
fn what_waits_and_is_not_saved_is_said_to_be_in_danger() {
    for (lang, words, well) in [
        (Lang::En, "1 not sent, and not saved", "saved again"),
        (Lang::Ko, "저장도 못 함", "다시 저장했습니다"),
    ] {
        let mut client = Client::online(lang);
        client.lose();
        client.event(Event::LocalFailure(LocalFailure::ProfileUnwritten("No space left on device".into())));
        client.sees(&["No space left on device"]);
        client.enter("keep me");
        client.press("left");
        client.sees(&[words]);
        client.event(Event::LocalFailure(LocalFailure::ProfileWritten));
        client.sees(&[well]);
        client.sees_no(&[words]);
    }
}
