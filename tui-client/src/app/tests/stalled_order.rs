//! The nodes of a cluster do not reach each other: whatever is asked for says so, and nothing is lost.

use super::{Client, lobby, welcome_back};
use crate::app::output_mode::OutputMode;
use crate::event::{Event, FromLink, Lost};
use crate::lang::Lang;

const STALLED: &str = r#"{"type":"order","state":"stalled","for_ms":16000}"#;
const FLOWING: &str = r#"{"type":"order","state":"flowing"}"#;

/// An admin on a screen, whose server has said that the nodes do not reach each other.
fn stalled(lang: Lang) -> Client {
    let mut client = Client::online(lang);
    client.become_role("admin");
    client.hear(STALLED);
    client.forget();
    client
}

/// Without ids, the last thing that was asked.
fn last_id(client: &mut Client) -> String {
    let asked = client.asked();
    let with_id = asked.iter().rev().find_map(|asked| asked.strip_prefix(r#"{"id":""#)?.split_once('"'));
    with_id.unwrap_or_else(|| panic!("nothing was asked: {asked:?}")).0.to_owned()
}

fn refuse(client: &mut Client, id: &str) {
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"storage","message":"x","retry_ms":5000}}"#));
}

#[test]
fn whatever_is_asked_for_first_waits_and_says_so_and_when_it_is_refused_says_why_and_what_next() {
    let commands = [
        "/nick anna",
        "/topic tea",
        "/away lunch",
        "/join kitchen",
        "/link",
        "/unlink 2",
        "/irc-password off",
        "/limits max-rooms 5",
        "/free-name bob",
        "/shutdown cancel",
        "/announce hello",
    ];
    for (lang, waits, why) in [
        (Lang::En, "not done yet, nothing is lost", "do not reach each other"),
        (Lang::Ko, "사라지지는 않습니다", "서로 닿지 않습니다"),
    ] {
        for command in commands {
            let mut client = stalled(lang);
            client.enter(command);
            if !client.effects.iter().any(|effect| matches!(effect, crate::effect::Effect::Send(_))) {
                client.confirm();
            }
            assert!(client.screen(120, 30).contains(waits), "{command}");
            let id = last_id(&mut client);
            client.forget();
            refuse(&mut client, &id);
            client.sees_no(&[waits]);
            let said = client.noticed().join("\n");
            assert!(said.contains(why), "{command}: {said}");
            let next: &[&str] = match lang {
                Lang::En => &["try again when they do", "tries again"],
                Lang::Ko => &["다시 이어지면 해 보세요", "다시 시도합니다"],
            };
            assert!(next.iter().any(|next| said.contains(next)), "{command}: {said}");
        }
    }
}

#[test]
fn what_only_asks_something_does_not_wait() {
    let mut client = stalled(Lang::En);
    for command in ["/who", "/rooms", "/machines"] {
        client.enter(command);
        client.sees_no(&["not done yet"]);
    }
}

#[test]
fn a_message_that_is_refused_meanwhile_is_sent_again_when_they_reach_each_other() {
    // A server that does not say when is believed, too.
    for retry in [r#","retry_ms":5000"#, ""] {
        let mut client = stalled(Lang::En);
        client.enter("hello");
        let id = last_id(&mut client);
        client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"storage","message":"x"{retry}}}"#));
        client.sees(&["hello", "what you send waits"]);
        client.sees_no(&["not sent"]);
        client.wait(1_000);
        assert_eq!(client.asked(), Vec::<String>::new());
        client.hear(FLOWING);
        let asked = client.asked();
        assert!(asked.iter().any(|asked| asked.contains(&id) && asked.contains("hello")), "{asked:?}");
    }
}

#[test]
fn whoever_is_not_let_in_meanwhile_is_told_why_and_tries_again() {
    for (lang, waits, words) in [
        (Lang::En, "you are let in when they do", "do not reach each other; nothing is lost"),
        (Lang::Ko, "다시 이어지면 들어갑니다", "채팅 서버들이 서로 닿지 않습니다. 없어진 것은 없고"),
    ] {
        let ends: [&dyn Fn(&mut Client); 3] = [
            &|client| {
                client.hear(
                    r#"{"type":"goodbye","code":"storage","message":"","reconnect":true,"after_ms":100}"#,
                );
            },
            &|client| client.hear(r#"{"type":"error","code":"storage","message":"","retry_ms":100}"#),
            &|client| client.event(Event::Link(FromLink::Down(Lost::Silent))),
        ];
        for end in ends {
            let mut client = Client::new(lang);
            client.hear(STALLED);
            client.sees(&[waits]);
            client.forget();
            end(&mut client);
            let said = client.noticed().join("\n");
            assert!(said.contains(words), "{said}");
            client.forget();
            client.wait(6_000);
            assert!(
                client.asked().iter().any(|asked| asked.starts_with("connect")),
                "it tries again by itself"
            );
            client.hear(&welcome_back(&lobby(100)));
            client.sees_no(&[waits]);
        }
    }
}

#[test]
fn when_the_nodes_reach_each_other_again_nothing_says_that_it_waits() {
    for lang in [Lang::En, Lang::Ko] {
        let mut client = stalled(lang);
        client.enter("/nick anna");
        assert!(client.screen(120, 30).contains(lang.waits_for_order()));
        client.hear(FLOWING);
        client.sees_no(&[lang.waits_for_order()]);
    }
}

#[test]
fn a_greeting_that_came_too_late_is_said_again_by_itself() {
    for (lang, words) in [(Lang::En, "this program connects again"), (Lang::Ko, "저절로 다시 접속합니다")]
    {
        let mut client = Client::new(lang);
        client.forget();
        client.hear(r#"{"type":"error","code":"timeout","message":"","retry_ms":1000}"#);
        assert!(client.noticed().join("\n").contains(words));
        client.wait(6_000);
        assert!(client.asked().iter().any(|asked| asked.starts_with("connect")));
    }
}

#[test]
fn without_a_screen_the_same_is_said_in_lines() {
    let mut client =
        Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: false });
    client.hear(&super::welcome(100));
    client.hear(STALLED);
    client.forget();
    client.enter("/nick anna");
    assert_eq!(client.noticed(), [Lang::En.waits_for_order()]);
    let id = last_id(&mut client);
    refuse(&mut client, &id);
    assert_eq!(client.noticed(), [Lang::En.request_declined(&Lang::En.refused_in_stall())]);
}
