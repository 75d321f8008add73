//! What is stored of one person: all of it in one place, and gone when they are deleted.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{ctl, fails, fine, json as answer};
use crate::client::Client;
use crate::daemon::Daemon;

/// What mallory says; no other words of the test are like it.
const SECRET: &str = "xylophonequartz";
const KOREAN: &str = "비밀스러운열쇠말";

async fn say_in(client: &mut Client, room: &str, text: &str) {
    let nonce = format!("{room}-{}", text.len());
    client.ok(json!({"type": "say", "room": room, "text": text, "nonce": nonce})).await;
}

/// mallory speaks in two rooms and to ann, takes another name and back, and is muted; ann answers.
async fn chatted(dir: &Path) -> (Client, Client) {
    let daemon = Daemon::start(dir, &["--pace", "off"]);
    let mut ann = daemon.guest("ann").await;
    let mut mallory = daemon.guest("mallory").await;
    say_in(&mut ann, "lobby", "before").await;
    say_in(&mut mallory, "lobby", &format!("it is {SECRET}, {KOREAN}")).await;
    mallory.ok(json!({"type": "join", "room": "dev"})).await;
    ann.ok(json!({"type": "join", "room": "dev"})).await;
    say_in(&mut mallory, "dev", SECRET).await;
    mallory.ok(json!({"type": "direct", "uid": ann.uid(), "text": SECRET, "nonce": "direct"})).await;
    say_in(&mut ann, "lobby", "after").await;
    fine(dir, &["mute", "mallory", "--reason", "too loud"]);
    // The search index has it, too.
    let found = ann.ok(json!({"type": "search", "query": SECRET})).await;
    assert_eq!(found.events.unwrap().len(), 3);
    (ann, mallory)
}

/// The files below a directory in which these bytes are.
fn files_with(dir: &Path, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, words));
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(words.len()).any(|bytes| bytes == words.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test]
async fn everything_that_is_stored_of_a_person_is_exported_but_what_is_secret() {
    let dir = TempDir::new().unwrap();
    let (ann, mallory) = chatted(dir.path()).await;
    let uid = format!("#{}", mallory.uid());
    for who in ["MALLORY", uid.as_str()] {
        let lines = fine(dir.path(), &["export-person", who]);
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of = |kind: &str| {
            lines.iter().filter(|line| line["type"] == kind).map(|line| &line[kind]).collect::<Vec<_>>()
        };
        assert_eq!(of("identity")[0]["name"], "mallory");
        assert_eq!(of("identity")[0].get("secret"), None);
        assert_eq!(of("sanction")[0]["reason"], "too loud");
        assert_eq!(of("audit")[0]["act"], "mute");
        assert!(!of("member").is_empty());
        let events = of("event");
        let said = events.iter().filter(|event| event["text"].is_string()).count();
        assert_eq!(said, 3, "{lines:?}");
        assert!(
            events
                .iter()
                .all(|event| event["from"]["name"] == "mallory" || event["target"]["name"] == "mallory")
        );
        assert!(events.iter().any(|event| event["kind"] == "mute"));
    }
    let db = rusqlite::Connection::open(dir.path().join("chinwag.db")).unwrap();
    let secret = "SELECT lower(hex(secret)) FROM identity WHERE name = 'mallory'";
    let hex: String = db.query_row(secret, [], |row| row.get(0)).unwrap();
    let all = fine(dir.path(), &["export-person", "mallory"]);
    assert!(!all.to_lowercase().contains(&hex) && !all.contains("before") && ann.uid() == 1);
    fails(dir.path(), &["export-person", "nobody"], 1, &["nobody called \"nobody\""]);
    fails(dir.path(), &["export-person", "#99"], 1, &["nothing is stored of #99"]);
}

#[tokio::test]
async fn a_person_is_deleted_from_every_file_and_the_rooms_keep_their_order() {
    let dir = TempDir::new().unwrap();
    let (ann, mallory) = chatted(dir.path()).await;
    // The server was killed: its log is still beside the store.
    assert!(!files_with(dir.path(), SECRET).is_empty() && !files_with(dir.path(), "mallory").is_empty());
    fails(dir.path(), &["delete-person", "mallory"], 1, &["--yes"]);
    assert!(!files_with(dir.path(), SECRET).is_empty(), "nothing was deleted without being asked for");
    let before: Vec<Value> = events(dir.path(), "lobby");
    let done = answer(dir.path(), &["delete-person", "mallory", "--yes"]);
    assert_eq!(done["copies"], json!([]));
    for gone in [SECRET, KOREAN, "xylophonequart", "mallory"] {
        assert_eq!(files_with(dir.path(), gone), [""; 0], "{gone}");
    }

    let after: Vec<Value> = events(dir.path(), "lobby");
    let place = |event: &Value| (event["seq"].clone(), event["prev"].clone(), event["at"].clone());
    assert_eq!(after.iter().map(place).collect::<Vec<_>>(), before.iter().map(place).collect::<Vec<_>>());
    let texts = after.iter().filter_map(|event| event["text"].as_str()).collect::<Vec<_>>();
    assert_eq!(texts, ["before", "after"]);
    assert!(after.iter().any(|event| event["kind"] == "deleted" && event["from"]["uid"] == 0));

    assert!(fine(dir.path(), &["export", "lobby", "--text"]).contains("* an event was deleted\n"));
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let mut ann = Client::greet(daemon.address, json!({"secret": ann.secret})).await;
    assert_eq!(ann.name(), "ann");
    let found = ann.ok(json!({"type": "search", "query": SECRET})).await;
    assert_eq!(found.events.unwrap().len(), 0);
    let found = ann.ok(json!({"type": "search", "query": "after"})).await;
    assert_eq!(found.events.unwrap().len(), 1, "what others said is found");
    let again = Client::greet(daemon.address, json!({"secret": mallory.secret, "name": "mallory"})).await;
    assert_eq!(again.name(), "mallory", "the name is free");
    assert!(again.uid() > mallory.uid(), "somebody new");
    let trail = fine(dir.path(), &["audit"]);
    assert!(trail.contains("delete-person") && trail.contains(&format!("(#{})", mallory.uid())), "{trail}");
    assert!(!trail.contains("too loud"), "{trail}");
    fails(dir.path(), &["delete-person", "ann", "--yes"], 1, &["stopped first"]);
    drop(daemon);
    let elsewhere = TempDir::new().unwrap();
    let copy = elsewhere.path().join("copy");
    fine(dir.path(), &["backup", copy.to_str().unwrap()]);
    fine(dir.path(), &["verify", copy.to_str().unwrap()]);
}

fn events(dir: &Path, room: &str) -> Vec<Value> {
    fine(dir, &["export", room]).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn what_is_still_in_copies_is_named_and_a_banned_address_stays_banned() {
    let dir = TempDir::new().unwrap();
    let (ann, mallory) = chatted(dir.path()).await;
    // As a ban from elsewhere is stored: nobody bans the address of the machine itself.
    let person = |uid: u64, name: &str| json!({"uid": uid, "name": name, "style": {"color": 1}});
    let ban = json!({"kind": "ban", "target": person(mallory.uid(), "mallory"), "by": person(ann.uid(), "ann"), "at": 1,
        "reason": "mallory again", "address": "192.0.2.7"});
    let db = rusqlite::Connection::open(dir.path().join("chinwag.db")).unwrap();
    db.execute(
        "INSERT INTO sanction (kind, uid, body) VALUES ('ban', ?1, ?2)",
        (mallory.uid().cast_signed(), ban.to_string()),
    )
    .unwrap();
    drop(db);
    let copy = dir.path().join("chinwag.db.version-4-1");
    std::fs::copy(dir.path().join("chinwag.db"), &copy).unwrap();
    let (status, printed, complaint) = ctl(dir.path(), &["delete-person", "mallory", "--yes"]);
    assert_eq!((status, complaint.as_str()), (0, ""), "{printed}");
    assert!(
        printed.contains(copy.to_str().unwrap()) && printed.contains("ban of their address stays"),
        "{printed}"
    );
    let db = rusqlite::Connection::open(dir.path().join("chinwag.db")).unwrap();
    let left: String =
        db.query_row("SELECT group_concat(kind || body) FROM sanction", [], |row| row.get(0)).unwrap();
    assert!(left.starts_with("ban") && left.contains("192.0.2.7") && !left.contains("mallory"), "{left}");
    assert!(!left.contains("mute"), "{left}");
}
