//! What survives the end of the client, whatever ends it: drafts, lines sent before, messages on their way.

use super::{Client, happened, lobby, own, welcome_back};
use crate::lang::Lang;
use crate::profile::Profile;

fn draft(profile: &Profile) -> Option<&str> {
    profile.drafts.get(&shared::RoomName::lobby()).map(String::as_str)
}

/// The next run of a client that was killed now.
fn killed(client: &Client) -> Client {
    let saved = client.saved().unwrap().clone();
    Client::with(Lang::En, |setup| (setup.profile, setup.seed) = (saved, 8))
}

/// A client whose profile was saved once.
fn online() -> Client {
    let mut client = Client::online(Lang::En);
    client.enter("/topic");
    client
}

#[test]
fn a_kill_loses_at_most_a_second_of_a_draft() {
    let mut client = online();
    client.write("half a ");
    let due = client.app.deadline().unwrap();
    assert!(due - client.now < 1_000);
    client.wait(due - client.now);
    client.write("thought");
    assert_eq!(draft(client.saved().unwrap()), Some("half a "));
    client.wait(1_000);
    assert_eq!(draft(client.saved().unwrap()), Some("half a thought"));
    assert_eq!(client.app.deadline(), None, "nothing wakes up afterwards");
    let next = killed(&client);
    assert_eq!(next.app.composer().text(), "half a thought", "before there is a connection");
}

#[test]
fn an_erased_draft_never_comes_back() {
    for erase in ["ctrl-u", "ctrl-c", "backspace backspace backspace"] {
        let mut client = online();
        client.write("abc");
        client.wait(1_000);
        assert_eq!(draft(client.saved().unwrap()), Some("abc"));
        client.press(erase);
        assert_eq!(draft(client.saved().unwrap()), None, "{erase}");
        assert_eq!(killed(&client).app.composer().text(), "");
    }
    let mut client = online();
    client.write("said");
    client.wait(1_000);
    client.press("enter");
    assert_eq!(draft(client.saved().unwrap()), None);
}

#[test]
fn lines_sent_before_are_there_after_a_restart_each_in_its_room() {
    let mut client = online();
    for n in 0..60 {
        client.enter(&format!("line {n}"));
    }
    client.enter("/msg 민수 private");
    let saved = client.saved().unwrap();
    assert_eq!(saved.sent[&shared::RoomName::lobby()].len(), 50);
    let mut next = killed(&client);
    next.hear(&welcome_back(&lobby(100)));
    for line in ["/msg 민수 private", "line 59", "line 58"] {
        next.press("up");
        assert_eq!(next.app.composer().text(), line);
    }
}

#[test]
fn a_key_is_in_no_history_and_no_draft_that_is_kept() {
    for line in ["/admin hunter2", "／인증 hunter2", "/amdin hunter2", " \u{200b}/auth hunter2"] {
        let mut client = online();
        client.write(line);
        client.wait(1_000);
        client.press("enter");
        client.wait(1_000);
        client.enter("x");
        let saved = serde_json::to_string(client.saved().unwrap()).unwrap();
        assert!(!saved.contains("hunter2"), "{line}: {saved}");
    }
}

/// Whether what a client would keep has this in it.
fn keeps(client: &mut Client, text: &str) -> bool {
    client.wait(10_000);
    serde_json::to_string(client.saved().unwrap()).unwrap().contains(text)
}

fn delete(of: u64) -> String {
    let what = format!(r#""kind":"delete","nonce":"elsewhere","of":{of}"#);
    happened("lobby", of + 10, 17, "kim", &what)
}

#[test]
fn nothing_of_a_deleted_message_is_kept_however_it_was_typed() {
    for (line, said) in [
        ("the secret", "the secret"),
        ("/me the secret", "the secret"),
        ("//the secret", "/the secret"),
        ("/reply 99 the secret", "the secret"),
    ] {
        let mut client = online();
        client.enter(line);
        client.hear(&own(101, "1", said));
        client.enter("and on");
        assert!(keeps(&mut client, "the secret"), "{line}");
        let purges = client.saved().unwrap().purges;
        client.hear(&delete(101));
        assert!(!keeps(&mut client, "the secret"), "{line}");
        assert!(keeps(&mut client, "and on"));
        assert!(client.saved().unwrap().purges > purges, "nor in the file before this one");
    }
}

#[test]
fn nothing_of_an_edited_message_is_kept_once_it_is_deleted() {
    let mut client = online();
    client.enter("the word");
    client.hear(&own(101, "1", "the word"));
    client.enter("/edit ^ no word at all");
    client.hear(r#"{"type":"ok","id":"0000000000000007-000002","seq":102}"#);
    client.enter("/edit ^ another word");
    assert!(keeps(&mut client, "no word at all") && keeps(&mut client, "another word"));
    client.hear(&delete(101));
    assert!(!keeps(&mut client, "word"));
}

#[test]
fn what_was_deleted_while_the_client_did_not_run_goes_when_it_is_heard_of() {
    let mut client = online();
    client.enter("the secret");
    client.hear(&own(101, "1", "the secret"));
    assert!(keeps(&mut client, "the secret"));
    for way in ["resumed", "paged"] {
        let mut next = killed(&client);
        next.hear(&welcome_back(&lobby(111)));
        if way == "resumed" {
            next.hear(&delete(101));
        } else {
            let asked = next.asked().concat();
            let id = asked.split(r#"{"id":""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
            let gone = happened("lobby", 101, 17, "kim", r#""kind":"deleted""#);
            next.hear(&format!(r#"{{"type":"ok","id":"{id}","events":[{gone}],"more":true}}"#));
        }
        assert!(!keeps(&mut next, "the secret"), "{way}");
    }
    // Of a room that is not on the screen in this run, too.
    let mut elsewhere = client.saved().unwrap().clone();
    let room: shared::RoomName = "dev".parse().unwrap();
    let lines = elsewhere.take_sent(&shared::RoomName::lobby());
    elsewhere.put_sent(room, lines);
    let mut next = Client::with(Lang::En, |setup| (setup.profile, setup.seed) = (elsewhere, 8));
    next.hear(&welcome_back(&lobby(100)));
    next.enter("x");
    assert!(keeps(&mut next, "the secret"));
    next.hear(&delete(101));
    assert!(!keeps(&mut next, "the secret"));
}

#[test]
fn how_far_was_read_is_kept_within_seconds() {
    let mut client = online();
    client.forget();
    client.hear_message(101, 18, "민수", "hello");
    assert!(client.saved().is_none());
    client.wait(5_000);
    assert_eq!(client.saved().unwrap().read[&shared::RoomName::lobby()].get(), 101);
}

#[test]
fn positions_are_not_lost_before_the_first_connection() {
    let mut client = online();
    client.hear_message(101, 18, "민수", "hello");
    client.wait(5_000);
    let mut next = killed(&client);
    next.enter("queued");
    assert_eq!(next.saved().unwrap().read[&shared::RoomName::lobby()].get(), 101);
}

#[test]
fn what_is_sent_before_the_first_connection_is_visible_as_waiting() {
    let mut client = online();
    client.lose();
    client.enter("from the last run");
    let mut next = killed(&client);
    next.sees(&["from the last run"]);
    next.enter("from this one");
    next.sees(&["kim", "from the last run", "from this one", "…"]);
    next.hear(&welcome_back(&lobby(100)));
    let sent: Vec<String> =
        next.asked().into_iter().filter(|line| line.contains(r#""type":"say""#)).collect();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert_eq!(next.screen(120, 30).matches("from th").count(), 2);
    // Somebody nobody knows yet is not queued for: what they type stays in the draft.
    let mut stranger = Client::new(Lang::En);
    stranger.enter("hello?");
    assert_eq!(stranger.app.composer().text(), "hello?");
    assert_eq!(stranger.app.outbox().entries(), []);
}
