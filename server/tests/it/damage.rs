//! Damage in the store: a bit that was flipped in any column of an event, or in the file itself, is found wherever the event is
//! read, and costs nothing but that event.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value as Column;
use serde_json::{Value, json};
use shared::Kind;
use tempfile::TempDir;

use crate::client::Client;
use crate::ctl::{ctl, json as answer};
use crate::daemon::Daemon;

const TEXTS: [&str; 3] = ["the first word", "the secret word", "the third word"];
/// The seq of the second.
const DAMAGED: i64 = 3;

/// A store in which ann said three things, after she joined; nothing runs on it.
async fn chatted() -> TempDir {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let mut ann = daemon.guest("ann").await;
    for text in TEXTS {
        ann.ok(json!({"type": "say", "room": "lobby", "text": text, "nonce": text.replace(' ', "-")})).await;
    }
    ann.ok(json!({"type": "join", "room": "dev"})).await;
    let (status, log) = daemon.stop();
    assert!(status.success(), "{log}");
    dir
}

/// Flips the lowest bit of a column of an event: of a text, of its tenth byte.
fn flip(dir: &Path, column: &str) {
    let db = Connection::open(dir.join("chinwag.db")).unwrap();
    let sql = format!("SELECT {column} FROM event WHERE seq = {DAMAGED}");
    let flipped = match db.query_row(&sql, [], |row| row.get(0)).unwrap() {
        Column::Integer(number) if column == "seq" => Column::Integer(number ^ 1 << 20),
        Column::Integer(number) if column == "room" => Column::Integer(number ^ 3),
        Column::Integer(number) => Column::Integer(number ^ 1),
        Column::Text(text) => {
            let mut text = text.into_bytes();
            // In the body this is a letter of what was said.
            let at = text.windows(6).position(|word| word == b"secret").unwrap();
            text[at] ^= 1;
            Column::Text(String::from_utf8(text).unwrap())
        }
        other => panic!("{other:?}"),
    };
    let changed = db.execute(&format!("UPDATE event SET {column} = ?1 WHERE seq = {DAMAGED}"), [flipped]);
    assert_eq!(changed, Ok(1), "{column}");
}

/// What a page or a room has: texts, and `?` for what cannot be read.
async fn history(client: &mut Client, room: &str) -> Vec<String> {
    let page = client.ok(json!({"type": "history", "room": room})).await;
    let shown = page.events.unwrap().into_iter().filter_map(|event| match event.kind {
        Kind::Message(text) => Some(text.to_string()),
        Kind::Unknown => Some("?".to_owned()),
        _ => None,
    });
    shown.collect()
}

async fn found(client: &mut Client) -> Vec<String> {
    let page = client.ok(json!({"type": "search", "query": "word"})).await;
    let texts = page.events.unwrap().into_iter().map(|event| match event.kind {
        Kind::Message(text) => text.to_string(),
        kind => format!("{kind:?}"),
    });
    texts.collect()
}

#[tokio::test]
async fn a_bit_that_is_flipped_in_any_column_of_an_event_costs_that_event_and_is_told() {
    for column in ["seq", "room", "at", "uid", "nonce", "body", "sum"] {
        let dir = chatted().await;
        flip(dir.path(), column);
        let mut daemon = Daemon::start(dir.path(), &[]);
        let mut ben = daemon.guest("ben").await;
        ben.ok(json!({"type": "join", "room": "dev"})).await;
        let mut shown = history(&mut ben, "lobby").await;
        shown.extend(history(&mut ben, "dev").await);
        shown.sort();
        assert_eq!(shown, ["?", TEXTS[0], TEXTS[2]], "{column}");
        assert_eq!(found(&mut ben).await, [TEXTS[0], TEXTS[2]], "{column}");
        assert!(daemon.wait_log("cannot be read").contains("seq="), "{column}");
        let (status, printed, _) = ctl(dir.path(), &["status"]);
        assert!(status == 1 && printed.contains("cannot be read"), "{column}: {printed}");
        let room = if column == "room" { "dev" } else { "lobby" };
        let (status, printed, complaint) = ctl(dir.path(), &["export", room, "--text"]);
        let seq = if column == "seq" { DAMAGED ^ 1 << 20 } else { DAMAGED };
        assert!(
            status == 1 && complaint.contains(&format!("only their places are there: {seq};")),
            "{complaint}"
        );
        assert!(printed.contains(&format!("* event {seq} cannot be read")), "{column}: {printed}");
        let (_, printed, _) = ctl(dir.path(), &["export", room, "--json"]);
        let marked = printed.lines().filter(|line| line.contains("\"kind\":\"unreadable\"")).count();
        assert_eq!(marked, 1, "{column}: {printed}");
    }
}

/// Whoever comes back is sent what they missed from a ring that is filled from the store.
#[tokio::test]
async fn what_is_damaged_keeps_its_place_for_whoever_resumes() {
    let dir = chatted().await;
    flip(dir.path(), "body");
    let mut daemon = Daemon::start(dir.path(), &[]);
    let mut ben = Client::greet(daemon.address, json!({"name": "ben"})).await;
    ben.say("still here").await;
    assert!(daemon.wait_log("cannot be read").contains("seq=3"));
    assert_eq!(history(&mut ben, "lobby").await, [TEXTS[0], "?", TEXTS[2], "still here"]);
}

#[tokio::test]
async fn a_bit_that_is_flipped_in_the_file_is_found() {
    let dir = chatted().await;
    let path = dir.path().join("chinwag.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(15).position(|bytes| bytes == TEXTS[1].as_bytes()).unwrap();
    bytes[at + 5] ^= 4;
    std::fs::write(&path, bytes).unwrap();
    let daemon = Daemon::start(dir.path(), &[]);
    let mut ben = daemon.guest("ben").await;
    assert_eq!(history(&mut ben, "lobby").await, [TEXTS[0], "?", TEXTS[2]]);
}

/// A record whose header is damaged cannot be read at all: `SQLite` gives an error for the whole page it is on.
#[tokio::test]
async fn an_event_that_sqlite_itself_cannot_read_costs_that_event() {
    let dir = chatted().await;
    let path = dir.path().join("chinwag.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // The record of the second message: its header is before its first column, the number of the room.
    let body = bytes.windows(15).position(|bytes| bytes == TEXTS[1].as_bytes()).unwrap();
    let nonce = bytes[..body].windows(15).rposition(|bytes| bytes == b"the-secret-word").unwrap();
    // Before the nonce: uid and room are 0 or 1, the time has 6 bytes, the header 8.
    for back in 7..16 {
        bytes[nonce - back] = 0xff;
    }
    std::fs::write(&path, bytes).unwrap();
    let daemon = Daemon::start(dir.path(), &[]);
    let mut ben = daemon.guest("ben").await;
    for _ in 0..2 {
        assert_eq!(history(&mut ben, "lobby").await, [TEXTS[0], "?", TEXTS[2]]);
    }
}

#[tokio::test]
async fn what_was_stored_before_there_were_checksums_is_read() {
    let dir = chatted().await;
    let db = Connection::open(dir.path().join("chinwag.db")).unwrap();
    db.execute("UPDATE event SET sum = NULL", []).unwrap();
    drop(db);
    let daemon = Daemon::start(dir.path(), &[]);
    let mut ben = daemon.guest("ben").await;
    assert_eq!(history(&mut ben, "lobby").await, TEXTS);
    assert_eq!(answer(dir.path(), &["status"])["healthy"], Value::Bool(true));
}
