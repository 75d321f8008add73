//! What is typed after a command that changes the room belongs to the new room, whatever the server answers and when.

use super::{Client, lobby, welcome, welcome_back};
use crate::app::output_mode::OutputMode;
use crate::effect::Effect;
use crate::event::Event;
use crate::lang::Lang;

const KITCHEN: &str =
    r#"{"name":"kitchen","head":50,"members":[{"uid":17,"name":"kim","style":{"color":6}}]}"#;

/// The id of the last request.
#[track_caller]
fn id_of(asked: &[String]) -> String {
    asked.last().unwrap().split('"').nth(3).unwrap().to_owned()
}

/// What is asked to be said, and in which room.
fn said(client: &mut Client) -> Vec<String> {
    client.asked().into_iter().filter(|line| line.contains(r#""type":"say""#)).collect()
}

fn room(client: &Client) -> String {
    client.app.rooms().current().name.to_string()
}

fn drafts(client: &Client) -> Vec<(String, String)> {
    let rooms = client.app.rooms();
    let mut drafts: Vec<_> =
        rooms.list().iter().map(|room| (room.name.to_string(), room.draft.text().to_owned())).collect();
    drafts[rooms.current_index()].1 = client.app.composer().text().to_owned();
    drafts.retain(|(_, text)| !text.is_empty());
    drafts
}

fn let_in(client: &mut Client, id: &str) {
    client.hear(&format!(r#"{{"type":"ok","id":"{id}","room":"kitchen","state":{KITCHEN}}}"#));
}

fn refuse(client: &mut Client, id: &str, code: &str) {
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"{code}","message":""}}"#));
}

#[test]
fn the_new_room_is_looked_at_at_once_and_what_follows_is_said_there() {
    let mut client = Client::online(Lang::En);
    client.write("for the lobby");
    client.press("ctrl-u");
    client.enter("/join kitchen");
    assert_eq!(client.asked().last().unwrap(), r#"{"id":"r2","type":"join","room":"kitchen"}"#);
    client.sees(&[" kitchen  entering…", "kitchen      … │"]);
    client.enter("hello");
    client.write("half a ");
    assert_eq!(client.asked(), Vec::<String>::new(), "it waits; nobody is told of typing");
    client.sees(&["hello", "half a"]);
    let_in(&mut client, "r2");
    let sent = said(&mut client);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].contains(r#""room":"kitchen","text":"hello""#), "{sent:?}");
    client.write("thought");
    assert_eq!(drafts(&client), [("kitchen".to_owned(), "half a thought".to_owned())]);
    client.sees_no(&["entering"]);
}

#[test]
fn an_answer_does_not_move_who_looks_elsewhere_by_then() {
    let mut client = Client::online(Lang::En);
    client.enter("/join kitchen");
    client.write("for the kitchen");
    client.press("alt-1");
    client.write("for the ");
    let_in(&mut client, "r2");
    client.write("lobby");
    assert_eq!(room(&client), "lobby");
    assert_eq!(client.app.composer().text(), "for the lobby");
}

#[test]
fn what_was_typed_for_a_room_that_refuses_stays_in_its_draft_with_the_reason() {
    for lang in [Lang::En, Lang::Ko] {
        let mut client = Client::online(lang);
        client.enter("/join kitchen");
        client.enter("one");
        client.enter("/me waves");
        client.enter("//slash");
        client.write("half");
        refuse(&mut client, "r2", "rate_limited");
        client.write(" more");
        client.press("ctrl-home");
        let shown = [
            ["could not enter kitchen: too fast", "3 not sent"],
            ["kitchen 방에 들어가지 못했습니다", "3개"],
        ];
        client.sees(&shown[usize::from(lang == Lang::Ko)]);
        let kept = "one\n/me waves\n//slash\nhalf more";
        assert_eq!(drafts(&client), [("kitchen".to_owned(), kept.to_owned())]);
        assert_eq!(client.app.outbox().entries(), []);
        client.press("enter");
        assert_eq!(said(&mut client), Vec::<String>::new(), "it goes nowhere else");
        assert_eq!(client.app.composer().text(), kept);
        client.press("alt-1");
        assert_eq!((room(&client).as_str(), client.app.composer().text()), ("lobby", ""));
        client.enter("/join kitchen");
        let_in(&mut client, "r3");
        assert_eq!(client.app.composer().text(), kept);
    }
}

#[test]
fn a_room_that_refused_is_gone_when_nothing_was_written_there() {
    let mut client = Client::online(Lang::En);
    client.enter("/join kitchen");
    refuse(&mut client, "r2", "storage");
    client.sees(&["you are not in this room", "kitchen      × │"]);
    client.press("alt-1");
    assert_eq!(client.app.rooms().list().len(), 1);
}

#[test]
fn a_lost_connection_between_is_only_a_longer_wait() {
    let mut client = Client::online(Lang::En);
    client.enter("/join kitchen");
    client.enter("one");
    client.lose();
    client.enter("two");
    client.enter("/join garden");
    client.enter("three");
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&lobby(100)));
    let asked = client.asked();
    assert!(asked.contains(&r#"{"id":"r3","type":"join","room":"kitchen"}"#.to_owned()), "{asked:?}");
    assert!(asked.contains(&r#"{"id":"r4","type":"join","room":"garden"}"#.to_owned()), "{asked:?}");
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100}}"#);
    let_in(&mut client, "r3");
    refuse(&mut client, "r4", "rate_limited");
    let sent = said(&mut client);
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent.iter().all(|line| line.contains(r#""room":"kitchen""#)), "{sent:?}");
    assert_eq!(drafts(&client), [("garden".to_owned(), "three".to_owned())]);
}

#[test]
fn the_server_may_have_let_us_in_before_the_connection_broke() {
    let mut client = Client::online(Lang::En);
    client.enter("/join kitchen");
    client.enter("hello");
    client.lose();
    client.wait(1_000);
    client.forget();
    client.hear(&welcome_back(&format!("{},{KITCHEN}", lobby(100))));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100}}"#);
    let sent = said(&mut client);
    assert!(sent.len() == 1 && sent[0].contains(r#""room":"kitchen","text":"hello""#), "{sent:?}");
}

#[test]
fn two_rooms_in_a_row_get_what_was_typed_for_each() {
    let mut client = Client::online(Lang::En);
    for line in
        ["/join kitchen", "for the kitchen", "/join garden", "for the garden", "/msg 민수", "for minsu"]
    {
        client.enter(line);
    }
    assert!(client.asked().concat().contains(r#""type":"direct","uid":18,"text":"for minsu""#));
    client.hear(r#"{"type":"ok","id":"r3","room":"garden","state":{"name":"garden","head":60}}"#);
    let sent = said(&mut client);
    assert!(sent.len() == 1 && sent[0].contains(r#""room":"garden","text":"for the garden""#), "{sent:?}");
    let_in(&mut client, "r2");
    let sent = said(&mut client);
    assert!(sent.len() == 1 && sent[0].contains(r#""room":"kitchen","text":"for the kitchen""#), "{sent:?}");
    assert_eq!(room(&client), "@17:18");
}

#[test]
fn what_is_typed_after_leaving_a_room_is_said_in_the_lobby_and_the_room_is_left_last() {
    let mut client = Client::online(Lang::En);
    client.enter("/join kitchen");
    let_in(&mut client, "r2");
    client.forget();
    client.enter("bye");
    client.enter("/part");
    client.enter("back");
    let sent = client.asked();
    assert!(sent.iter().any(|line| line.contains(r#""room":"kitchen","text":"bye""#)), "{sent:?}");
    assert!(sent.iter().any(|line| line.contains(r#""room":"lobby","text":"back""#)), "{sent:?}");
    assert!(!sent.concat().contains(r#""type":"part""#), "the message is not stored yet");
    client.hear(r#"{"type":"ok","id":"0000000000000007-000001","seq":51,"room":"kitchen"}"#);
    let sent = client.asked();
    assert!(sent.len() == 1 && sent[0].contains(r#""type":"part","room":"kitchen""#), "{sent:?}");
    let id = id_of(&sent);
    client.hear(&format!(r#"{{"type":"ok","id":"{id}"}}"#));
    assert_eq!(client.app.rooms().list().len(), 1);
}

#[test]
fn a_room_that_cannot_be_left_stays() {
    let mut client = Client::online(Lang::En);
    client.enter("/join kitchen");
    let_in(&mut client, "r2");
    client.forget();
    client.enter("/part");
    let id = id_of(&client.asked());
    refuse(&mut client, &id, "storage");
    client.sees(&["could not leave kitchen", " kitchen "]);
    client.press("alt-2");
    client.enter("still here");
    assert_eq!(said(&mut client).len(), 1);
}

#[test]
fn entering_a_room_again_before_it_is_left_is_settled_in_order() {
    let mut client = Client::online(Lang::En);
    client.enter("/join kitchen");
    client.enter("/part");
    client.enter("/join kitchen");
    client.enter("hello");
    client.forget();
    let_in(&mut client, "r2");
    assert_eq!(said(&mut client).len(), 1, "nothing was left meanwhile");
    client.hear(r#"{"type":"ok","id":"0000000000000007-000001","seq":51,"room":"kitchen"}"#);
    client.enter("/part");
    let part = client.asked().concat();
    assert!(part.contains(r#""type":"part""#), "{part}");
    let id = part.split('"').nth(3).unwrap().to_owned();
    client.enter("/join kitchen");
    client.enter("again");
    assert_eq!(client.asked(), Vec::<String>::new(), "the answer to the first comes first");
    client.hear(&format!(r#"{{"type":"ok","id":"{id}"}}"#));
    let join = client.asked().concat();
    assert!(join.contains(r#""type":"join","room":"kitchen""#), "{join}");
    let_in(&mut client, join.split('"').nth(3).unwrap());
    assert!(said(&mut client).concat().contains("again"));
}

#[test]
fn a_direct_room_nobody_wrote_in_is_left_without_asking() {
    let mut client = Client::online(Lang::En);
    client.enter("/msg 민수");
    client.forget();
    client.enter("/part");
    assert_eq!((room(&client).as_str(), client.app.rooms().list().len()), ("lobby", 1));
    assert_eq!(client.asked(), Vec::<String>::new());
    // One that the server has forgotten is left as well.
    client.hear(&super::message("@17:19", 101, 19, "cool-otter", "hey"));
    client.press("alt-2");
    client.enter("/part");
    let id = id_of(&client.asked());
    refuse(&mut client, &id, "no_such_room");
    assert_eq!(client.app.rooms().list().len(), 1);
}

#[test]
fn the_draft_of_a_room_that_was_left_is_there_again_with_the_room() {
    let mut client = Client::online(Lang::En);
    client.enter("/join kitchen");
    let_in(&mut client, "r2");
    client.write("not finished");
    client.press("alt-1");
    client.forget();
    client.enter("/part kitchen");
    let id = id_of(&client.asked());
    client.hear(&format!(r#"{{"type":"ok","id":"{id}"}}"#));
    client.enter("/join kitchen");
    assert_eq!(client.app.composer().text(), "not finished");
}

#[test]
fn messages_of_an_earlier_run_wait_for_a_room_that_is_entered_again() {
    let mut client = Client::online(Lang::En);
    client.enter("/join kitchen");
    client.enter("hello");
    let saved = client.saved().unwrap().clone();
    let mut next = Client::with(Lang::En, |setup| (setup.profile, setup.seed) = (saved, 8));
    next.forget();
    next.hear(&welcome_back(&lobby(100)));
    let asked = next.asked();
    let join = asked.iter().find(|line| line.contains(r#""type":"join","room":"kitchen""#)).unwrap();
    assert!(!asked.concat().contains("hello"), "{asked:?}");
    let_in(&mut next, join.split('"').nth(3).unwrap());
    assert_eq!(said(&mut next).len(), 1);
}

/// A script's client, online.
fn script(lines: &[&str]) -> Client {
    let mut client =
        Client::with(Lang::En, |setup| setup.output_mode = OutputMode::Lines { confirms: false });
    client.hear(&welcome(100));
    client.forget();
    for line in lines {
        client.event(Event::Line((*line).to_owned()));
    }
    client
}

fn told(client: &Client) -> String {
    let notices = client
        .effects
        .iter()
        .filter_map(|effect| if let Effect::Notice(text) = effect { Some(text.as_str()) } else { None });
    notices.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_script_that_enters_a_room_says_the_rest_there_and_waits_for_it() {
    let mut client = script(&["/join kitchen", "only for the kitchen"]);
    client.event(Event::Eof);
    assert_eq!(client.asked(), [r#"{"id":"r1","type":"join","room":"kitchen"}"#]);
    let_in(&mut client, "r1");
    let sent = client.asked().concat();
    assert!(
        sent.contains(r#""room":"kitchen","text":"only for the kitchen""#) && !sent.contains("quit"),
        "{sent}"
    );
    client.hear(r#"{"type":"ok","id":"0000000000000007-000001","seq":51,"room":"kitchen"}"#);
    assert_eq!(client.asked(), [r#"{"type":"quit"}"#]);
}

#[test]
fn a_script_that_is_not_let_in_says_nothing_anywhere_and_is_told() {
    let mut client = script(&["/join kitchen", "secret"]);
    refuse(&mut client, "r1", "rate_limited");
    client.event(Event::Line("more".into()));
    assert!(told(&client).contains("could not enter kitchen: too fast"), "{}", told(&client));
    assert!(told(&client).contains("not sent: you are not in that room"), "{}", told(&client));
    client.event(Event::Eof);
    let asked = client.asked();
    assert!(!asked.concat().contains("say") && asked.last().unwrap().contains("quit"), "{asked:?}");
}

#[test]
fn a_script_whose_room_or_person_is_none_says_the_rest_nowhere() {
    for command in
        ["/join no/room", "/jion kitchen", "/msg nobody hi", "/msg nobody", "/part", "／입장 no room"]
            .into_iter()
            .chain([
                "/enter kitchen",
                "/방이동 kitchen",
                r"\join kitchen",
                "> /join kitchen",
                "/ jion kitchen",
            ])
    {
        let mut client = script(&[command, "secret"]);
        assert_eq!(said(&mut client), Vec::<String>::new(), "{command}");
    }
    for command in ["/join no/room", "/enter kitchen"] {
        let mut client = script(&[command, "one", "two", "/join lobby", "hello"]);
        let told = told(&client);
        assert_eq!(told.matches("which room the next lines belong to is not known").count(), 1, "{told}");
        assert!(told.contains("not sent: one\nnot sent: two"), "what is not sent is not lost: {told}");
        assert_eq!(client.effects.iter().filter(|effect| **effect == Effect::NotDone).count(), 3);
        let sent = said(&mut client);
        assert!(sent.len() == 1 && sent[0].contains("hello"), "{sent:?}");
    }
}

#[test]
fn a_line_that_cannot_have_chosen_a_room_keeps_nothing_back() {
    for command in [
        "/nonsense",
        "/usr/bin/env: no such file",
        "/nick",
        "/whois nobody",
        "//enter kitchen",
        "//msg kim x",
    ] {
        let mut client = script(&[command, "still said"]);
        assert!(said(&mut client).concat().contains("still said"), "{command}");
    }
}

#[test]
fn a_script_says_what_is_text_whatever_it_begins_with() {
    let mut client = script(&[]);
    for text in ["/enter kitchen", r"\msg 민수 x", "//x", "/quit"] {
        client.event(Event::Text(text.into()));
    }
    let sent = said(&mut client);
    assert_eq!(sent.len(), 4, "{sent:?}");
    assert!(
        sent[0].contains(r#""text":"/enter kitchen""#) && sent[2].contains(r#""text":"//x""#),
        "{sent:?}"
    );
}
