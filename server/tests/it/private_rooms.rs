//! Private rooms, their words, owners and invitations, over sockets, through the store and by the operator.

use std::path::Path;

use serde_json::{Value, json};
use shared::{Code, ServerMsg};
use tempfile::TempDir;

use crate::client::Client;
use crate::ctl;
use crate::daemon::Daemon;
use crate::test_server::TestServer;

const WORD: &str = "open-sesame-4711";

fn set(room: &str, fields: &Value) -> Value {
    let mut request = json!({"type": "set_room", "room": room});
    for (name, value) in fields.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

fn join(room: &str) -> Value {
    json!({"type": "join", "room": room})
}

/// Every way to ask about a room that somebody is not in.
fn questions(room: &str) -> Vec<Value> {
    let of = |kind: &str| json!({"type": kind, "room": room});
    let mut all: Vec<_> = ["part", "typing", "history", "who", "set_room"].map(of).into();
    all.extend([
        json!({"type": "say", "room": room, "text": "hi", "nonce": "q1"}),
        json!({"type": "edit", "room": room, "of": 4, "text": "hi", "nonce": "q2"}),
        json!({"type": "delete", "room": room, "of": 4, "nonce": "q3"}),
        json!({"type": "react", "room": room, "of": 4, "with": "👍"}),
        json!({"type": "topic", "room": room, "topic": "mine"}),
        json!({"type": "search", "query": "secret", "room": room}),
        json!({"type": "room_kick", "room": room, "uid": 1}),
        json!({"type": "room_mute", "room": room, "uid": 1}),
        json!({"type": "room_unmute", "room": room, "uid": 1}),
        json!({"type": "join", "room": room, "word": "guess"}),
    ]);
    all
}

#[tokio::test]
async fn to_a_stranger_a_private_room_is_like_one_that_is_not_there() {
    let server = TestServer::with(&["--pace", "off"]);
    let (mut ann, mut eve) = (server.guest("ann").await, server.admin("eve").await);
    eve.until("lobby eve makes eve admin").await;
    ann.ok(join("attic")).await;
    ann.ok(set("attic", &json!({"private": true}))).await;
    ann.ok(json!({"type": "say", "room": "attic", "text": "a secret", "nonce": "s"})).await;
    for (there, absent) in questions("attic").into_iter().zip(questions("cellar")) {
        let ServerMsg::Error(mut there) = eve.ask(there.clone()).await else { panic!("{there}") };
        let ServerMsg::Error(mut absent) = eve.ask(absent.clone()).await else { panic!("{absent}") };
        (there.id, absent.id) = (None, None);
        assert_eq!(there, absent);
        assert_eq!(there.code, Code::NoSuchRoom);
    }
    assert_eq!(eve.refused(join("attic")).await, Code::NoSuchRoom);
    let found = eve.ok(json!({"type": "search", "query": "secret"})).await;
    assert_eq!(found.events.unwrap(), []);
    let rooms = eve.ok(json!({"type": "rooms"})).await.rooms.unwrap();
    assert_eq!(rooms.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(), ["lobby"]);
    for who in [json!({"type": "who"}), json!({"type": "who", "uid": ann.uid()})] {
        let users = eve.ok(who).await.users.unwrap();
        assert!(users.iter().all(|user| user.rooms.iter().all(|room| room.as_str() == "lobby")), "{users:?}");
    }
    eve.expect_silence().await;
}

#[tokio::test]
async fn who_is_removed_hears_nothing_more_of_the_room() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.ok(join("attic")).await;
    ann.ok(set("attic", &json!({"private": true, "invite": ben.uid()}))).await;
    ben.until("invited to attic").await;
    ben.ok(join("attic")).await;
    ann.ok(json!({"type": "room_kick", "room": "attic", "uid": ben.uid(), "reason": "spam"})).await;
    let ServerMsg::Parted(parted) = ben.until("parted attic").await else { unreachable!() };
    assert_eq!((parted.by.unwrap().as_str(), parted.reason.as_str()), ("ann", "spam"));
    ann.ok(json!({"type": "say", "room": "attic", "text": "he is gone", "nonce": "n"})).await;
    assert_eq!(ben.refused(json!({"type": "history", "room": "attic"})).await, Code::NoSuchRoom);
    let found = ben.ok(json!({"type": "search", "query": "gone"})).await;
    assert_eq!(found.events.unwrap(), []);
    ben.expect_silence().await;
}

#[tokio::test]
async fn how_a_room_is_set_up_survives_a_kill_and_its_word_is_in_no_file() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--log-level", "debug"]);
    let (mut ann, mut ben) = (daemon.guest("ann").await, daemon.guest("ben").await);
    let eve = daemon.guest("eve").await;
    ann.ok(join("attic")).await;
    let said = json!({"type": "say", "room": "attic", "text": "read this", "nonce": "n"});
    let pin = ann.ok(said).await.seq.unwrap();
    let all = json!({"word": WORD, "pin": pin, "notice": "wash your cup", "invite": eve.uid()});
    ann.ok(set("attic", &all)).await;
    ben.ok(json!({"type": "join", "room": "attic", "word": WORD})).await;
    ann.ok(json!({"type": "room_mute", "room": "attic", "uid": ben.uid()})).await;
    let (owner, muted) = (ann.secret.clone(), ben.secret.clone());
    let invited = eve.secret.clone();
    daemon.signal("KILL");
    let (_, log) = daemon.wait();
    assert!(!log.contains(WORD), "{log}");
    for file in std::fs::read_dir(dir.path()).unwrap().map(Result::unwrap) {
        let bytes = std::fs::read(file.path()).unwrap_or_default();
        let is_there = bytes.windows(WORD.len()).any(|window| window == WORD.as_bytes());
        assert!(!is_there, "{} has the word", file.path().display());
    }

    let daemon = Daemon::start(dir.path(), &[]);
    let mut eve = Client::greet(daemon.address, json!({"secret": invited})).await;
    eve.until("invited to attic").await;
    let state = eve.ok(join("attic")).await.state.unwrap();
    assert_eq!((state.settings.pin, state.settings.notice.as_str()), (Some(pin), "wash your cup"));
    assert!(state.settings.private && state.settings.word);
    let mut ben = Client::greet(daemon.address, json!({"secret": muted})).await;
    let said = json!({"type": "say", "room": "attic", "text": "hi", "nonce": "m"});
    assert_eq!(ben.refused(said).await, Code::Muted);
    let mut ann = Client::greet(daemon.address, json!({"secret": owner})).await;
    ann.ok(json!({"type": "room_kick", "room": "attic", "uid": ben.uid()})).await;
    let mut dan = daemon.guest("dan").await;
    assert_eq!(
        dan.refused(json!({"type": "join", "room": "attic", "word": "wrong"})).await,
        Code::NoSuchRoom
    );
    dan.ok(json!({"type": "join", "room": "attic", "word": WORD})).await;
}

#[tokio::test]
async fn the_operator_sees_private_rooms_and_sets_rooms_up() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &[]);
    let (mut ann, mut ben) = (daemon.guest("ann").await, daemon.guest("ben").await);
    ann.ok(join("attic")).await;
    ann.ok(join("news")).await;
    ben.ok(join("news")).await;
    let room = |words: &[&str]| ctl::fine(dir.path(), &[&["room"], words].concat());
    assert_eq!(room(&["attic", "--private"]), "attic is set up\n");
    assert_eq!(
        room(&["news", "--read-only", "--owner", "ben", "--notice", "no chatter"]),
        "news is set up\n"
    );
    assert_eq!(
        ctl::fine(dir.path(), &["rooms"]),
        "ROOM   HERE  ACCESS     KEEPS       TOPIC\nattic  1     private    everything\n\
         lobby  2     open       everything\nnews   2     read-only  everything\n"
    );
    assert_eq!(ben.refused(join("attic")).await, Code::NoSuchRoom);
    let said = |nonce: &str| json!({"type": "say", "room": "news", "text": "hi", "nonce": nonce});
    assert_eq!(ann.refused(said("a")).await, Code::Forbidden);
    ben.ok(said("b")).await;
    room(&["attic", "--open"]);
    ben.ok(join("attic")).await;
    ctl::fails(dir.path(), &["room", "attic"], 1, &["nothing to change"]);
    ctl::fails(dir.path(), &["room", "lobby", "--private"], 1, &["lobby"]);
    let audit = ctl::fine(dir.path(), &["audit"]);
    assert!(audit.contains("set-room") && audit.contains("room=attic private=true"), "{audit}");
    assert_eq!(is_private_in_store(dir.path(), "attic"), Some(false));
}

fn is_private_in_store(dir: &Path, room: &str) -> Option<bool> {
    let db = rusqlite::Connection::open(dir.join("chinwag.db")).unwrap();
    let kept: String =
        db.query_row("SELECT settings FROM room WHERE name = ?1", [room], |row| row.get(0)).unwrap();
    Some(serde_json::from_str::<Value>(&kept).ok()?["private"] == true)
}
