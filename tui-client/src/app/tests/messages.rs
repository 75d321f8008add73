//! Messages: sent, pending, stored, refused; and those of others.

use std::sync::Arc;

use shared::ServerMsg;

use super::{Client, happened, message, own};
use crate::event::{Event, FromLink};
use crate::lang::Lang;

const NONCE: &str = "0000000000000007-000001";

#[test]
fn the_sender_sees_the_line_as_sent_and_the_others_see_it_arriving() {
    let mut client = Client::online(Lang::En);
    client.enter("hi all");
    assert_eq!(
        client.asked(),
        [
            r#"{"type":"typing","room":"lobby"}"#,
            &format!(r#"{{"id":"{NONCE}","type":"say","room":"lobby","text":"hi all","nonce":"{NONCE}"}}"#),
        ]
    );
    assert_eq!(client.app.rooms().current().timeline.unsent().count(), 1);
    client.hear(&own(101, "1", "hi all"));
    assert_eq!(client.app.rooms().current().timeline.unsent().count(), 0);
    assert_eq!(client.screen(100, 30).matches("hi all").count(), 1);
    client.hear_message(102, 18, "민수", "hello kim");
    client.sees(&["민수 @ hello kim"]);
}

#[test]
fn events_that_are_taken_in_together_are_what_they_are_one_by_one() {
    let line = |seq: u64| match seq % 20 {
        3 => happened("lobby", seq, 20 + seq, "ann", r#""kind":"join""#),
        7 => happened("lobby", seq, 18, "민수", &format!(r#""kind":"react","of":{},"with":"👍""#, seq - 2)),
        9 => own(seq, "1", "mine"),
        11 => message("lobby", seq, 18, "민수", "kim, look"),
        _ => message("lobby", seq, 19, "cool-otter", "밥 먹자"),
    };
    let event = |seq| match ServerMsg::parse(line(seq).as_bytes()) {
        Ok(ServerMsg::Event(event)) => Arc::<shared::Event>::from(event),
        other => panic!("{other:?}"),
    };
    let [mut one_by_one, mut together] = [true, false].map(|focused| {
        let mut client = Client::online(Lang::En);
        client.event(Event::Focus(focused));
        client.event(Event::Focus(false));
        client
    });
    let events: Vec<_> = (101..=180).map(event).collect();
    for event in &events {
        one_by_one.event(Event::Link(FromLink::Event(Arc::clone(event))));
    }
    together.event(Event::Events(events));
    assert_eq!(together.titles().last(), one_by_one.titles().last());
    assert_eq!(together.asked(), one_by_one.asked());
    assert_eq!(together.app.deadline(), one_by_one.app.deadline());
    assert_eq!(together.screen(100, 30), one_by_one.screen(100, 30));
    let counts = |client: &Client| {
        let room = client.app.rooms().current();
        (room.unread, room.mentions, room.position, room.read)
    };
    assert_eq!(counts(&together), counts(&one_by_one));
    // What we say elsewhere says that we have read what was before.
    assert_eq!(counts(&together).1, 1);
}

#[test]
fn the_date_and_time_stand_with_the_messages() {
    let mut client = Client::online(Lang::En);
    client.hear_message(101, 18, "민수", "hi");
    client.sees(&["today · 2026-11-21 (Sat)", "09:31"]);
}

#[test]
fn an_answer_before_the_event_keeps_the_line_where_it_is() {
    let mut client = Client::online(Lang::En);
    client.enter("hi");
    client.hear(&format!(r#"{{"type":"ok","id":"{NONCE}","seq":101}}"#));
    assert_eq!(client.app.outbox().waiting(), 0);
    client.sees(&["hi"]);
    client.hear(&own(101, "1", "hi"));
    assert_eq!(client.screen(100, 30).matches("hi").count(), 1);
}

#[test]
fn a_refused_message_stays_with_the_reason_and_can_be_sent_again() {
    let mut client = Client::online(Lang::En);
    client.enter("hi");
    client.hear(&format!(r#"{{"type":"error","id":"{NONCE}","code":"muted","message":""}}"#));
    client.sees(&["not sent: you are muted · /retry sends it again"]);
    client.forget();
    client.enter("/retry");
    let sent = client.asked().concat();
    assert!(sent.contains(r#""text":"hi","nonce":"0000000000000007-000001""#), "{sent}");
    assert_eq!(client.screen(100, 30).matches(" hi").count(), 1);
    client.hear(&format!(r#"{{"type":"error","id":"{NONCE}","code":"nonce_conflict","message":""}}"#));
    client.forget();
    client.enter("/retry");
    assert!(
        client.asked().concat().contains(r#""text":"hi","nonce":"0000000000000007-000002""#),
        "a spent nonce is no use"
    );
}

#[test]
fn a_refused_message_can_be_edited_or_dropped() {
    let mut client = Client::online(Lang::En);
    client.enter("/me waves");
    client.hear(&format!(r#"{{"type":"error","id":"{NONCE}","code":"muted","message":""}}"#));
    client.enter("/retry edit");
    assert_eq!(client.app.composer().text(), "/me waves");
    assert_eq!(client.app.outbox().entries(), []);
    client.press("ctrl-c");
    client.enter("/retry drop");
    client.sees(&["nothing here was refused"]);
    assert_eq!(client.app.composer().text(), "/retry drop", "what was typed is not lost");
}

#[test]
fn a_rate_limited_message_is_sent_again() {
    let mut client = Client::online(Lang::En);
    client.enter("hi");
    let first = client.asked().pop();
    client.hear(&format!(
        r#"{{"type":"error","id":"{NONCE}","code":"rate_limited","message":"","retry_ms":700}}"#
    ));
    assert_eq!(client.asked(), Vec::<String>::new());
    client.wait(699);
    assert_eq!(client.asked(), Vec::<String>::new());
    client.wait(1);
    assert_eq!(client.asked().pop(), first);
}

#[test]
fn only_a_few_messages_are_in_flight_at_once() {
    let mut client = Client::online(Lang::En);
    for n in 0..20 {
        client.enter(&format!("line {n}"));
    }
    let say = |asked: Vec<String>| asked.iter().filter(|line| line.contains("\"say\"")).count();
    assert_eq!(say(client.asked()), 16);
    client.hear(&own(101, "1", "line 0"));
    assert_eq!(say(client.asked()), 1);
}

#[test]
fn what_cannot_be_said_stays_in_the_draft() {
    let mut client = Client::online(Lang::En);
    let long = "x".repeat(5_000);
    client.event(crate::event::Event::Paste(long.clone()));
    client.press("enter");
    assert_eq!(client.app.composer().text(), long);
    client.sees(&["Too long for one message"]);
}

#[test]
fn an_unknown_command_is_explained_and_nothing_is_lost() {
    let mut client = Client::online(Lang::Ko);
    client.enter("/없는것 가나다");
    assert_eq!(client.app.composer().text(), "/없는것 가나다");
    client.sees(&["/없는것 명령어는 없습니다"]);
    assert_eq!(client.asked(), Vec::<String>::new());
}

#[test]
fn two_slashes_say_one() {
    let mut client = Client::online(Lang::En);
    client.enter("//etc/passwd");
    assert!(client.asked().concat().contains(r#""text":"/etc/passwd""#));
}

#[test]
fn entering_leaving_and_losing_the_connection_are_shown() {
    let mut client = Client::online(Lang::Ko);
    client.enter("/출입 모두");
    client.hear(&happened("lobby", 101, 20, "지훈", r#""kind":"join""#));
    client.sees(&["지훈님이 들어왔습니다", "4명"]);
    client.hear(r#"{"type":"presence","changes":[{"uid":20,"state":"away"}]}"#);
    client.sees(&["지훈 끊김"]);
    client.hear(&happened("lobby", 102, 20, "지훈", r#""kind":"leave","how":"lost""#));
    client.sees(&["지훈님의 연결이 끊어졌습니다", "3명"]);
    client.hear(&happened("lobby", 103, 18, "민수", r#""kind":"leave","how":"quit""#));
    client.sees(&["민수님이 나갔습니다", "2명"]);
    client.hear(r#"{"type":"presence","changes":[{"uid":19,"state":"gone"}]}"#);
    client.sees(&["1명"]);
    client.sees_no(&["cool-otter"]);
}

#[test]
fn a_new_name_is_known_everywhere() {
    let mut client = Client::online(Lang::En);
    client.enter("/nick kay");
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"rename","name":"kay"}"#]);
    client.hear(&happened("lobby", 101, 17, "kim", r#""kind":"rename","name":"kay""#));
    client.hear(r#"{"type":"ok","id":"r2","seq":101}"#);
    client.sees(&["kim is now known as kay", "kay ›"]);
    assert_eq!(client.saved().unwrap().name.as_ref().unwrap().as_str(), "kay");
}

#[test]
fn a_flood_of_messages_never_touches_the_draft() {
    let mut client = Client::online(Lang::Ko);
    client.write("쓰는 중인 글");
    let before = client.input_row();
    for seq in 101..400 {
        client.hear_message(seq, 18, "민수", "시끄러운 글 kim");
        if seq % 50 == 0 {
            assert_eq!(client.input_row(), before);
        }
    }
    client.lose();
    assert_eq!(client.input_row(), before);
    assert_eq!(client.app.composer().text(), "쓰는 중인 글");
}

#[test]
fn others_learn_that_one_is_writing_now_and_then_and_not_of_commands() {
    let mut client = Client::online(Lang::En);
    client.write("hello");
    assert_eq!(client.asked(), [r#"{"type":"typing","room":"lobby"}"#]);
    client.wait(3_000);
    client.write("!");
    assert_eq!(client.asked(), [r#"{"type":"typing","room":"lobby"}"#]);
    client.press("ctrl-c");
    client.wait(3_000);
    client.write("/auth secret");
    assert_eq!(client.asked(), Vec::<String>::new());
}

#[test]
fn who_is_writing_is_shown_for_a_while() {
    let mut client = Client::online(Lang::En);
    client.hear(r#"{"type":"presence","room":"lobby","changes":[{"uid":18,"state":"typing"}]}"#);
    client.sees(&["민수 is writing…"]);
    client.wait(6_000);
    client.sees_no(&["is writing"]);
    assert_eq!(client.app.deadline(), None);
}

#[test]
fn a_key_is_not_kept_among_the_lines_sent() {
    let mut client = Client::online(Lang::En);
    client.enter("/auth open-sesame");
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"auth","key":"open-sesame"}"#]);
    client.press("up");
    assert_eq!(client.app.composer().text(), "");
}

#[test]
fn moderation_goes_by_number_and_is_answered() {
    let mut client = Client::online(Lang::Ko);
    client.become_role("moderator");
    client.enter("/강퇴 민수 도배");
    client.confirm();
    assert_eq!(client.asked(), [r#"{"id":"r2","type":"kick","uid":18,"reason":"도배"}"#]);
    client.hear(r#"{"type":"error","id":"r2","code":"forbidden","message":""}"#);
    client.sees(&["하지 못했습니다: 민수님의 역할이 나보다 낮지 않습니다."]);
    client.enter("/kick nobody");
    client.sees(&["nobody님을 찾을 수 없습니다"]);
    assert_eq!(client.app.composer().text(), "/kick nobody");
}
