//! A server that lies: what it may make this client do by itself is bounded, and what is wrong is said.

use shared::Millis;

use super::{Client, START, lobby, welcome, welcome_back};
use crate::app::connection::Status;
use crate::event::{Event, FromLink, Lost};
use crate::lang::Lang;

/// Lets `millis` pass, waking up whenever the client wants to; it must not want to all the time.
fn pass(client: &mut Client, millis: Millis) -> usize {
    let until = client.now + millis;
    let mut ticks = 0;
    while let Some(deadline) = client.app.deadline().filter(|deadline| *deadline <= until) {
        client.now = client.now.max(deadline);
        client.event(Event::Tick);
        ticks += 1;
        assert!(ticks < 100_000, "it wakes up for ever at {}", client.now - START);
        if client.app.status().is_open() && !client.app.status().is_online() {
            break;
        }
    }
    client.now = client.now.max(until.min(client.app.deadline().unwrap_or(until)));
    ticks
}

/// How often it connects within ten minutes to a server that does this to each connection.
fn connects(answer: impl Fn(&mut Client)) -> usize {
    let mut client = Client::new(Lang::En);
    let end = START + 600_000;
    let mut count = 0;
    while client.now < end {
        count += client.asked().iter().filter(|asked| asked.starts_with("connect ")).count();
        answer(&mut client);
        assert!(client.app.deadline().is_some(), "it does not come back: {:?}", client.app.status());
        pass(&mut client, 60_000);
    }
    count
}

#[test]
fn a_server_that_wants_everybody_back_at_once_is_not_obeyed_for_ever() {
    let goodbye = |after: &str| {
        format!(r#"{{"type":"goodbye","code":"restarting","reason":"","reconnect":true,"after_ms":{after}}}"#)
    };
    for welcomes in [true, false] {
        let count = connects(|client| {
            if welcomes {
                client.hear(&welcome(100));
            }
            client.hear(&goodbye("0"));
        });
        assert!(count < 50, "{count} times in ten minutes, welcomed: {welcomes}");
    }
    let count = connects(|client| {
        client.hear(&welcome(100));
        client.lose();
    });
    assert!(count < 50, "{count} times in ten minutes");
}

#[test]
fn a_connection_that_held_for_a_while_is_made_anew_at_once() {
    let mut client = Client::online(Lang::En);
    for _ in 0..20 {
        client.now += 15_000;
        client.lose();
        let Status::Waiting { until, .. } = *client.app.status() else { panic!("{:?}", client.app.status()) };
        assert!(until - client.now <= 500, "{}", until - client.now);
        client.wait(500);
        client.hear(&welcome_back(&lobby(100)));
    }
}

#[test]
fn no_server_makes_us_wait_for_hours() {
    for after in [u64::MAX, 1 << 40] {
        let mut client = Client::online(Lang::En);
        client.hear(&format!(
            r#"{{"type":"goodbye","code":"restarting","reason":"","reconnect":true,"after_ms":{after}}}"#
        ));
        let Status::Waiting { until, .. } = *client.app.status() else { panic!("{:?}", client.app.status()) };
        assert!(until - client.now <= 15 * 60_000, "{}", until - client.now);
    }
}

/// How many requests go out within ten seconds, when `answer` answers each of them.
fn requests(client: &mut Client, answer: impl Fn(&mut Client, &str)) -> usize {
    let (end, mut count) = (client.now + 10_000, 0);
    loop {
        let asked = client.asked();
        if asked.is_empty() {
            match client.app.deadline().filter(|deadline| *deadline <= end) {
                Some(deadline) => {
                    client.now = client.now.max(deadline);
                    client.event(Event::Tick);
                }
                None => return count,
            }
        }
        for request in asked {
            let id = request.split(r#""id":""#).nth(1).and_then(|rest| rest.split('"').next());
            // A greeting, or that we are typing.
            let Some(id) = id else { continue };
            count += 1;
            assert!(count < 10_000, "it asks for ever: {request}");
            answer(client, id);
        }
    }
}

#[test]
fn a_page_that_brings_nothing_is_the_last() {
    let event = |seq: u64, room: &str| {
        let from = r#"{"uid":18,"name":"lee","style":{"color":2}}"#;
        format!(
            r#"{{"room":"{room}","seq":{seq},"prev":{},"at":0,"from":{from},"kind":"message","text":"x","nonce":"n"}}"#,
            seq - 1
        )
    };
    for page in [String::new(), event(100, "lobby"), event(5_000, "lobby"), event(50, "elsewhere")] {
        let mut client = Client::new(Lang::En);
        client.screen(80, 24);
        client.hear(&welcome(100));
        client.hear(r#"{"type":"gap","room":"lobby","after":100,"before":900}"#);
        let count = requests(&mut client, |client, id| {
            client.hear(&format!(r#"{{"type":"ok","id":"{id}","events":[{page}],"more":true}}"#));
        });
        assert!(count < 10, "{count} requests for {page}");
    }
}

#[test]
fn a_history_without_end_is_read_at_a_bounded_rate() {
    let mut client = Client::online(Lang::En);
    client.screen(80, 24);
    client.hear(r#"{"type":"gap","room":"lobby","after":100,"before":9007199254740990}"#);
    let before = std::cell::Cell::new(9_007_199_254_740_000_u64);
    let count = requests(&mut client, |client, id| {
        let seq = before.get();
        before.set(seq - 10);
        let from = r#"{"uid":18,"name":"lee","style":{"color":2}}"#;
        let event = format!(
            r#"{{"room":"lobby","seq":{seq},"prev":{},"at":0,"from":{from},"kind":"join"}}"#,
            seq - 1
        );
        client.hear(&format!(r#"{{"type":"ok","id":"{id}","events":[{event}],"more":true}}"#));
    });
    assert!((30..120).contains(&count), "{count} requests in ten seconds");
}

#[test]
fn any_number_of_gaps_makes_few_requests() {
    let mut client = Client::online(Lang::En);
    client.screen(80, 24);
    let mut asked = 0;
    for n in 0..2_000_u64 {
        let (after, before) = (200 + n * 10, 205 + n * 10);
        client.hear(&format!(r#"{{"type":"gap","room":"lobby","after":{after},"before":{before}}}"#));
        asked += client.asked().len();
        client.now += 5;
    }
    assert!(asked < 100, "{asked} requests");
    assert!(client.app.rooms().current().timeline.gaps().len() <= 1_000);
}

#[test]
fn a_welcome_said_again_and_again_is_not_acted_on_for_ever() {
    let mut client = Client::online(Lang::En);
    client.enter("/join dev");
    client.hear(r#"{"type":"ok","id":"r2","room":"dev","state":{"name":"dev","head":0}}"#);
    client.forget();
    let mut asked = 0;
    for _ in 0..1_000 {
        client.hear(&welcome_back(&lobby(100)));
        asked += client.asked().len();
    }
    assert!(asked < 100, "{asked} requests");
    assert_eq!(client.screen(120, 30).matches("connected again").count(), 0);
}

#[test]
fn a_message_that_is_always_wanted_later_is_not_sent_for_ever() {
    let mut client = Client::online(Lang::En);
    client.enter("hi");
    let count = requests(&mut client, |client, id| {
        client.hear(&format!(
            r#"{{"type":"error","id":"{id}","code":"rate_limited","message":"","retry_ms":0}}"#
        ));
    });
    assert!(count < 10, "{count} times in ten seconds");
}

#[test]
fn rooms_that_a_server_opens_are_bounded() {
    let mut client = Client::online(Lang::En);
    for n in 1_000..3_000_u64 {
        let line =
            super::happened(&format!("@17:{n}"), n, n, "x", r#""kind":"message","text":"x","nonce":"n""#);
        client.hear(&line.replace(r#""name":"x""#, &format!(r#""name":"x{n}""#)));
    }
    assert!(client.app.rooms().list().len() <= 1_000);
    let many: Vec<_> = (0..3_000).map(|n| format!(r#"{{"name":"r{n}","head":1}}"#)).collect();
    let mut client = Client::new(Lang::En);
    client.hear(&welcome_back(&many.join(",")));
    assert!(client.app.rooms().list().len() <= 1_001, "{}", client.app.rooms().list().len());
}

#[test]
fn what_cannot_be_read_is_said_with_the_address() {
    for (lang, words) in [(Lang::En, "cannot be read"), (Lang::Ko, "읽을 수 없습니다")] {
        let mut client = Client::new(lang);
        client.event(Event::Link(FromLink::Down(Lost::NotUnderstood)));
        client.sees(&["127.0.0.1:7667", words]);
        assert!(matches!(client.app.status(), Status::Waiting { .. }));
    }
    let mut client = Client::online(Lang::En);
    for _ in 0..100 {
        client.event(Event::Link(FromLink::Unreadable));
    }
    assert_eq!(client.screen(120, 30).matches("could not be read").count(), 1);
}
