//! Backups that are verified, and those that are made every day.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use super::{ctl, fails, fine, json as answer};
use crate::client::say;
use crate::daemon::Daemon;

/// A backup of a server on which so many words were said, and somebody was banned.
async fn backup(elsewhere: &Path, words: usize) -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let (mut ann, _eve) = (daemon.guest("ann").await, daemon.guest("eve").await);
    ann.say_all((0..words).map(|n| format!("word {n} {}", "~".repeat(500)))).await;
    fine(dir.path(), &["ban", "eve"]);
    let file = elsewhere.join("copy.db");
    fine(dir.path(), &["backup", file.to_str().unwrap()]);
    (dir, file)
}

#[tokio::test]
async fn a_backup_is_verified_and_what_is_damaged_is_named_by_room_and_seq() {
    let elsewhere = TempDir::new().unwrap();
    let (dir, file) = backup(elsewhere.path(), 5).await;
    let name = file.to_str().unwrap();
    let report = answer(dir.path(), &["verify", name]);
    let part = |field: &str| report[field].clone();
    assert_eq!((part("whole"), part("damaged"), part("problems")), (json!(true), json!([]), json!([])));
    assert_eq!((part("messages"), part("identities"), part("sanctions")), (json!(5), json!(2), json!(1)));
    assert_eq!((part("without_checksum"), part("rooms"), part("version")), (json!(0), json!(1), json!(13)));
    assert!(fine(dir.path(), &["verify", name]).ends_with("whole: it can be restored\n"));
    for (sql, told) in [
        (
            "UPDATE event SET body = replace(body, 'word 1', 'word 9') WHERE seq = 4",
            "lobby 4: it is not what was written",
        ),
        ("UPDATE event SET at = at + 1 WHERE seq = 5", "lobby 5: it is not what was written"),
        ("UPDATE event SET sum = NULL, body = 'x' WHERE seq = 6", "lobby 6: it is no event"),
        ("UPDATE event SET room = 77 WHERE seq = 3", "1 events belong to rooms that are not there"),
        ("UPDATE identity SET name = '' WHERE name = 'eve'", "1 of 2 people cannot be read"),
        ("UPDATE sanction SET body = '{'", "1 of 1 bans and mutes cannot be read"),
    ] {
        let db = Connection::open(&file).unwrap();
        db.pragma_update(None, "foreign_keys", false).unwrap();
        db.execute(sql, []).unwrap();
        drop(db);
        let before = std::fs::read(&file).unwrap();
        let (status, printed, complaint) = ctl(dir.path(), &["verify", name]);
        assert_eq!((status, complaint.as_str()), (1, ""), "{sql}: {printed}");
        assert!(printed.contains(told) && printed.ends_with("DAMAGED\n"), "{sql}: {printed}");
        assert_eq!(std::fs::read(&file).unwrap(), before, "it changes nothing");
    }
    let (status, printed, _) = ctl(dir.path(), &["verify", name, "--json"]);
    let report: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((status, &report["whole"], &report["damaged_events"]), (1, &json!(false), &json!(3)));
    assert_eq!(
        report["damaged"][0],
        json!({"room": "lobby", "seq": 4, "why": "it is not what was written: its checksum is another"})
    );
}

/// A page of the file that is lost: what is on it is named, and everything else is counted.
#[tokio::test]
async fn a_page_that_is_lost_does_not_hide_what_else_there_is() {
    let elsewhere = TempDir::new().unwrap();
    let (dir, file) = backup(elsewhere.path(), 200).await;
    let mut bytes = std::fs::read(&file).unwrap();
    let at = bytes.windows(9).position(|bytes| bytes == b"word 100 ").unwrap();
    let page = at / 4096 * 4096;
    bytes[page..page + 8].fill(0x55);
    std::fs::write(&file, bytes).unwrap();
    let (status, printed, _) = ctl(dir.path(), &["verify", file.to_str().unwrap(), "--json"]);
    let report: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let lost = report["damaged"].as_array().unwrap();
    assert_eq!(status, 1);
    assert!((1..20).contains(&lost.len()), "{printed}");
    assert!(lost.iter().any(|event| event["seq"] == 103 && event["room"] == "lobby"), "{printed}");
    assert!(report["events"].as_u64().unwrap() > 200, "{printed}");
    assert!(!report["problems"].as_array().unwrap().is_empty(), "the structure, too: {printed}");
}

#[tokio::test]
async fn what_is_no_backup_is_not_called_whole() {
    let elsewhere = TempDir::new().unwrap();
    let (dir, file) = backup(elsewhere.path(), 50).await;
    let at = |name: &str| elsewhere.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("garbage"), "this is no database, and never was. ".repeat(100)).unwrap();
    std::fs::write(at("empty"), "").unwrap();
    std::fs::copy(&file, at("newer")).unwrap();
    Connection::open(at("newer")).unwrap().pragma_update(None, "user_version", 99).unwrap();
    for (name, words) in [
        ("missing", ["missing", "open"]),
        ("garbage", ["garbage", "not a database"]),
        ("empty", ["empty", "no message store"]),
        ("newer", ["version 99", "newer"]),
    ] {
        fails(dir.path(), &["verify", &at(name)], 1, &words);
    }
    let cut = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
    cut.set_len(cut.metadata().unwrap().len() / 2).unwrap();
    let (status, printed, complaint) = ctl(dir.path(), &["verify", file.to_str().unwrap()]);
    assert!(status == 1 && !printed.contains("whole"), "{printed}{complaint}");
    let _daemon = Daemon::start(dir.path(), &[]);
    fails(dir.path(), &["verify", dir.path().join("chinwag.db").to_str().unwrap()], 1, &["in use", "backup"]);
}

#[tokio::test]
async fn a_backup_of_an_older_version_is_verified_too() {
    let dir = TempDir::new().unwrap();
    for (version, bytes) in
        [(1, &include_bytes!("../fixtures/store-v1.db")[..]), (2, include_bytes!("../fixtures/store-v2.db"))]
    {
        let file = dir.path().join(format!("v{version}.db"));
        std::fs::write(&file, bytes).unwrap();
        let report = answer(dir.path(), &["verify", file.to_str().unwrap()]);
        assert_eq!((&report["whole"], &report["version"]), (&json!(true), &json!(version)));
        assert_eq!(report["without_checksum"], report["events"]);
    }
}

#[tokio::test]
async fn of_the_backups_in_a_directory_the_newest_stay_and_a_damaged_one_removes_none() {
    let (dir, backups) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let mut ann = daemon.guest("ann").await;
    ann.ok(say("the only word")).await;
    let into = backups.path().to_str().unwrap();
    for day in 1..=4 {
        std::fs::write(backups.path().join(format!("chinwag-2025-01-0{day}T000000Z.db")), "").unwrap();
    }
    std::fs::write(backups.path().join("notes"), "mine").unwrap();
    let names = || {
        let entries = std::fs::read_dir(backups.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let made = answer(dir.path(), &["backup", into, "--keep", "3"]);
    let file = Path::new(made["file"].as_str().unwrap());
    assert_eq!(made["removed"].as_array().unwrap().len(), 2);
    let name = file.file_name().unwrap().to_str().unwrap();
    assert_eq!(names(), ["chinwag-2025-01-03T000000Z.db", "chinwag-2025-01-04T000000Z.db", name, "notes"]);
    fine(dir.path(), &["verify", file.to_str().unwrap()]);

    let (status, log) = daemon.stop();
    assert!(status.success(), "{log}");
    let db = Connection::open(dir.path().join("chinwag.db")).unwrap();
    db.execute("UPDATE event SET body = replace(body, 'only', 'omly')", []).unwrap();
    drop(db);
    // In the same second it would have the same name.
    std::fs::rename(file, backups.path().join("chinwag-2025-01-05T000000Z.db")).unwrap();
    for _ in 0..2 {
        fails(dir.path(), &["backup", into, "--keep", "1"], 1, &["damaged", "lobby 2", "chinwag-damaged.db"]);
    }
    let kept = ["03", "04", "05"].map(|day| format!("chinwag-2025-01-{day}T000000Z.db"));
    assert_eq!(names(), [&kept[..], &["chinwag-damaged.db".to_owned(), "notes".to_owned()]].concat());
    fails(dir.path(), &["backup", "/nowhere", "--keep", "1"], 1, &["no directory"]);
}
