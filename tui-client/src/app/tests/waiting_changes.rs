//! Deletions and reactions that wait for a connection: shown at once, kept over a kill, done once, withdrawn, refused.

use shared::{RoomName, Seq};

use super::{Client, happened, lobby, own, welcome_back};
use crate::app::output_mode::OutputMode;
use crate::event::Event;
use crate::lang::Lang;
use crate::profile::{Act, Profile};

const NONE: [&str; 0] = [];
const DELETE: &str = r#"{"id":"NONCE","type":"delete","room":"lobby","of":101,"nonce":"NONCE"}"#;

/// A client that has heard a message of its own (101) and one of 민수 (102), and has lost the connection.
fn cut(lang: Lang) -> Client {
    let mut client = Client::online(lang);
    client.enter("frist");
    client.hear(&own(101, "1", "frist"));
    client.hear_message(102, 18, "민수", "second");
    client.lose();
    client.screen(120, 30);
    client.forget();
    client
}

/// A nonce of that client.
fn nonce(number: u32) -> String {
    format!("0000000000000007-{number:06}")
}

/// The connection is there again, and nothing was missed.
fn back(client: &mut Client, head: u64) {
    client.enter("/reconnect");
    client.forget();
    client.hear(&welcome_back(&lobby(head)));
    client.hear(&format!(r#"{{"type":"resumed","rooms":{{"lobby":{head}}}}}"#));
}

/// What went to the server since.
fn sent(client: &mut Client) -> Vec<String> {
    client
        .asked()
        .into_iter()
        .filter(|line| line.contains("NONCE") || line.contains("000000000000"))
        .collect()
}

/// The next run of a client that was killed now.
fn killed(client: &Client) -> Client {
    let saved = client.saved().unwrap().clone();
    Client::with(Lang::En, |setup| (setup.profile, setup.seed) = (saved, 8))
}

fn deletes(profile: &Profile) -> Vec<Act> {
    profile.changes.iter().map(|unsent| unsent.act.clone()).collect()
}

fn seq(seq: u64) -> Seq {
    Seq::new(seq).unwrap()
}

/// Deletes the message of one's own that is picked out with these keys.
fn delete(client: &mut Client) {
    client.press("alt-up alt-up d");
    client.confirm();
}

#[test]
fn a_deletion_waits_for_the_connection_and_is_seen_on_its_message() {
    for (lang, mark, hint) in [
        (Lang::En, "frist (deleting…)", "not sent, reconnecting"),
        (Lang::Ko, "frist (삭제 중…)", "다시 접속하면"),
    ] {
        let mut client = cut(lang);
        delete(&mut client);
        client.sees(&[mark, hint]);
        assert_eq!(sent(&mut client), NONE);
        back(&mut client, 102);
        let expect = DELETE.replace("NONCE", &nonce(2));
        assert_eq!(sent(&mut client), std::slice::from_ref(&expect));
        client.lose();
        client.sees(&[mark]);
        back(&mut client, 102);
        assert_eq!(sent(&mut client), [expect], "the same nonce: it is done once");
        client.hear(&format!(r#"{{"type":"ok","id":"{}","seq":103}}"#, nonce(2)));
        client.sees_no(&["frist"]);
        assert!(client.app.outbox().entries().is_empty());
    }
}

#[test]
fn a_deletion_outlives_a_kill_of_the_client() {
    let mut client = cut(Lang::En);
    delete(&mut client);
    let saved = client.saved().unwrap();
    assert_eq!(deletes(saved), [Act::Delete { deletes: seq(101) }]);
    assert!(saved.outbox.is_empty(), "an older client would say it");
    let json = serde_json::to_string(saved).unwrap();
    assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), *saved);
    let mut next = killed(&client);
    next.forget();
    next.hear(&welcome_back(&lobby(102)));
    next.hear(r#"{"type":"resumed","rooms":{"lobby":102}}"#);
    assert_eq!(sent(&mut next), [DELETE.replace("NONCE", &nonce(2))]);
    let page = happened("lobby", 101, 17, "kim", r#""kind":"message","text":"frist","nonce":"x""#);
    next.hear(&page);
    next.sees(&["frist (deleting…)"]);
}

#[test]
fn an_edit_waits_for_the_connection_and_is_seen_on_its_message() {
    for (lang, mark) in [(Lang::En, "frist (changing…)"), (Lang::Ko, "frist (바꾸는 중…)")] {
        let mut client = cut(lang);
        client.enter("/edit ^ first");
        client.sees(&[mark]);
        back(&mut client, 102);
        client.sees(&[mark]);
        let sent = client.asked().into_iter().find(|line| line.contains(r#""type":"edit""#)).unwrap();
        let id = sent.split(r#""id":""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        client.hear(&format!(r#"{{"type":"ok","id":"{id}","seq":103}}"#));
        client.sees(&["first ("]);
        client.sees_no(&["ing…)", "중…)"]);
    }
}

#[test]
fn a_deletion_that_waits_is_withdrawn_by_the_same_key_or_a_command() {
    for lang in [Lang::En, Lang::Ko] {
        for way in ["key", "/undelete", "/삭제취소 101"] {
            let mut client = cut(lang);
            delete(&mut client);
            client.press("alt-up alt-up");
            client.sees(&[if lang == Lang::En { "d keep" } else { "d 삭제 취소" }]);
            if way == "key" {
                client.press("d");
            } else {
                client.press("esc");
                client.enter(way);
            }
            client.sees(&["frist", if lang == Lang::En { "not deleted" } else { "삭제를 취소했습니다" }]);
            client.sees_no(&["deleting", "삭제 중"]);
            back(&mut client, 102);
            assert_eq!(sent(&mut client), NONE, "{way}");
        }
    }
    let mut client = cut(Lang::En);
    client.enter("/undelete");
    client.sees(&["nothing waits to be deleted"]);
}

#[test]
fn what_is_on_its_way_is_not_withdrawn_and_after_a_cut_with_a_warning() {
    let mut client = cut(Lang::En);
    delete(&mut client);
    back(&mut client, 102);
    client.enter("/undelete");
    client.sees(&["that message is being deleted", "frist (deleting…)"]);
    client.press("ctrl-c");
    client.lose();
    client.enter("/undelete");
    client.sees(&["unless the server had heard of it already"]);
    back(&mut client, 102);
    sent(&mut client);
    client.lose();
    back(&mut client, 102);
    assert_eq!(sent(&mut client), NONE);
}

#[test]
fn a_refusal_is_told_and_the_message_stays() {
    let mut client = cut(Lang::En);
    delete(&mut client);
    client.press("alt-up +");
    client.press("enter");
    back(&mut client, 102);
    client
        .hear(&format!(r#"{{"type":"error","id":"{}","code":"no_such_message","message":"no"}}"#, nonce(2)));
    client.sees(&["not done: there is no such message any more", "frist", "[👍 1…]"]);
    client.hear(&format!(r#"{{"type":"error","id":"{}","code":"muted","message":"no"}}"#, nonce(3)));
    client.sees(&["not done: you are muted"]);
    client.sees_no(&["deleting", "👍"]);
    assert!(client.app.outbox().entries().is_empty() && client.saved().unwrap().changes.is_empty());
}

#[test]
fn a_server_that_wants_it_later_gets_it_later() {
    let mut client = cut(Lang::En);
    delete(&mut client);
    back(&mut client, 102);
    client.forget();
    let busy = format!(
        r#"{{"type":"error","id":"{}","code":"rate_limited","retry_ms":500,"message":""}}"#,
        nonce(2)
    );
    client.hear(&busy);
    client.sees(&["frist (deleting…)"]);
    client.wait(600);
    assert_eq!(sent(&mut client), [DELETE.replace("NONCE", &nonce(2))]);
}

#[test]
fn a_reaction_waits_is_counted_as_ones_own_and_is_taken_back_by_choosing_it_again() {
    let mut client = cut(Lang::En);
    client.enter("/react 102 👍");
    client.sees(&["[👍 1…]", "not sent, reconnecting"]);
    assert_eq!(client.saved().unwrap().changes.len(), 1);
    client.press("alt-up +");
    client.sees(&["take back"]);
    client.press("enter");
    client.sees_no(&["👍"]);
    assert!(client.saved().unwrap().changes.is_empty());
    client.enter("/react 102 👍");
    back(&mut client, 102);
    let [on, off] = ["", r#","off":true"#].map(|off| {
        move |number| {
            let id = nonce(number);
            format!(r#"{{"id":"{id}","type":"react","room":"lobby","of":102,"with":"👍"{off}}}"#)
        }
    });
    assert_eq!(sent(&mut client), [on(3)]);
    // That one is on its way: it is taken back by another.
    client.enter("/react 102 👍");
    assert_eq!(sent(&mut client), [off(4)]);
    client.lose();
    back(&mut client, 102);
    assert_eq!(sent(&mut client), [on(3), off(4)], "in their order, and both");
    client.hear(&format!(r#"{{"type":"ok","id":"{}","seq":103}}"#, nonce(3)));
    client.sees(&["👍 0…"]);
    client.hear(&format!(r#"{{"type":"ok","id":"{}","seq":104}}"#, nonce(4)));
    client.sees_no(&["👍"]);
}

#[test]
fn a_reaction_that_was_stored_before_the_cut_is_not_sent_again() {
    let mut client = cut(Lang::En);
    client.enter("/react 102 👍");
    back(&mut client, 102);
    assert_eq!(sent(&mut client).len(), 1);
    client.lose();
    client.enter("/reconnect");
    client.forget();
    client.hear(&welcome_back(&lobby(103)));
    client.hear(&happened("lobby", 103, 17, "kim", r#""kind":"react","of":102,"with":"👍""#));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":103}}"#);
    assert_eq!(sent(&mut client), NONE);
    client.sees(&["[👍 1]"]);
    assert!(client.app.outbox().entries().is_empty());
}

#[test]
fn what_waits_for_a_message_goes_with_it() {
    let mut client = cut(Lang::En);
    client.enter("/edit 101 first");
    client.enter("/react 101 👍");
    delete(&mut client);
    client.enter("/react 102 🎉");
    client.enter("/reconnect");
    client.hear(&welcome_back(&lobby(103)));
    client.hear(&happened("lobby", 103, 17, "kim", r#""kind":"delete","of":101,"nonce":"elsewhere""#));
    assert!(!serde_json::to_string(client.saved().unwrap()).unwrap().contains(r#""edits""#));
    client.forget();
    client.hear(r#"{"type":"resumed","rooms":{"lobby":103}}"#);
    let sent = sent(&mut client);
    assert!(sent.len() == 1 && sent[0].contains("🎉"), "{sent:?}");
    client.sees(&["kim deleted this message"]);
}

#[test]
fn one_message_after_the_other_is_deleted_by_counting() {
    let mut client = Client::with(Lang::En, |setup| {
        setup.output_mode = OutputMode::Lines { confirms: false };
    });
    client.hear(&super::welcome(100));
    for (at, text) in ["one", "two"].into_iter().enumerate() {
        client.event(Event::Line(text.into()));
        client.hear(&own(101 + at as u64, &(at + 1).to_string(), text));
    }
    client.lose();
    client.forget();
    client.event(Event::Line("/delete ^".into()));
    client.event(Event::Line("/delete ^".into()));
    client.event(Event::Line("/delete 102".into()));
    let of: Vec<_> = client.app.outbox().wordless().map(|entry| entry.unsent.act.of()).collect();
    assert_eq!(of, [Some(seq(102)), Some(seq(101))]);
    assert_eq!(client.noticed().last().unwrap(), "that message is being deleted");
    assert!(client.app.outbox().waiting() == 2 && client.asked() == ["not done"]);
}

#[test]
fn what_waits_for_a_room_one_may_not_enter_any_more_is_told() {
    let mut client = Client::online(Lang::En);
    client.enter("/join dev");
    let dev = r#"{"name":"dev","topic":"","head":90,"members":[]}"#;
    client.hear(&format!(r#"{{"type":"ok","id":"r2","room":"dev","state":{dev}}}"#));
    client.hear(&happened("dev", 91, 18, "민수", r#""kind":"message","text":"tea","nonce":"m""#));
    client.lose();
    client.enter("/react ^ 👍");
    client.sees(&["[👍 1…]"]);
    client.enter("/reconnect");
    client.forget();
    client.hear(&welcome_back(&lobby(100)));
    client.hear(r#"{"type":"resumed","rooms":{"lobby":100}}"#);
    let asked = client.asked().concat();
    let id =
        asked.split(r#"{"id":""#).find(|part| part.contains(r#""join""#)).unwrap().split('"').next().unwrap();
    client.hear(&format!(r#"{{"type":"error","id":"{id}","code":"no_such_room","message":""}}"#));
    client.sees(&["not done: "]);
    client.sees_no(&["👍"]);
    assert!(client.app.outbox().entries().is_empty());
    assert!(
        client.app.rooms().get(&RoomName::parse("dev").unwrap()).is_some_and(|room| room.draft.is_empty())
    );
}
