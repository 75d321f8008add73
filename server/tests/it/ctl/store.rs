//! Verbs that work on the store's file: they need no server.

use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Following, command, ctl, fails, fine, json as answer};
use crate::client::say;
use crate::daemon::Daemon;

/// A server that has heard a few words.
async fn chatted(dir: &Path, words: &[&str]) -> Daemon {
    let daemon = Daemon::start(dir, &["--pace", "off"]);
    let mut ann = daemon.guest("ann").await;
    for word in words {
        ann.ok(say(word)).await;
    }
    daemon
}

#[tokio::test]
async fn a_room_is_exported_for_people_and_for_programs() {
    let dir = TempDir::new().unwrap();
    let _daemon = chatted(dir.path(), &["hi", "사이좋게"]).await;
    let text = fine(dir.path(), &["export", "lobby", "--text"]);
    let said: Vec<&str> = text.lines().map(|line| line.split_once("Z ").unwrap().1).collect();
    assert_eq!(said, ["* ann joined lobby", "<ann> hi", "<ann> 사이좋게"]);
    let lines = fine(dir.path(), &["export", "lobby", "--json"]);
    let events: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events[2]["text"], "사이좋게");
    let elsewhere = TempDir::new().unwrap();
    let file = elsewhere.path().join("lobby.jsonl");
    assert_eq!(fine(dir.path(), &["export", "lobby", "-o", file.to_str().unwrap()]), "");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), lines);
    fails(dir.path(), &["export", "nowhere"], 1, &["nowhere"]);
    fails(dir.path(), &["export", "two words"], 2, &["two words"]);
}

#[test]
fn without_a_store_there_is_nothing_to_read() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("copy");
    for words in [vec!["tail"], vec!["export", "lobby"], vec!["backup", file.to_str().unwrap()]] {
        fails(dir.path(), &words, 1, &["--state-dir", dir.path().to_str().unwrap()]);
    }
    assert!(!file.exists());
}

#[tokio::test]
async fn a_pipe_that_was_closed_is_no_error() {
    let dir = TempDir::new().unwrap();
    let words: Vec<String> = (0..3000).map(|n| format!("{n} {}", "x".repeat(100))).collect();
    let daemon = chatted(dir.path(), &words.iter().map(String::as_str).collect::<Vec<_>>()).await;
    drop(daemon);
    for words in [vec!["export", "lobby"], vec!["tail", "-n", "3000"]] {
        let mut child = command(dir.path(), &words)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), ended.stderr), (Some(0), vec![]), "{words:?}");
    }
}

#[tokio::test]
async fn tail_shows_the_last_lines_and_what_follows_whatever_becomes_of_the_server() {
    let dir = TempDir::new().unwrap();
    let daemon = chatted(dir.path(), &["one", "two", "three"]).await;
    let tail = Following::start(dir.path(), &["tail", "-n", "2"]);
    assert_eq!([tail.words(), tail.words()], ["lobby <ann> two", "lobby <ann> three"]);
    let mut ben = daemon.guest("ben").await;
    assert_eq!(tail.words(), "lobby * ben joined lobby");
    ben.ok(say("네 번째")).await;
    assert_eq!(tail.words(), "lobby <ben> 네 번째");
    drop(daemon);
    let daemon = Daemon::start(dir.path(), &[]);
    let mut cem = daemon.guest("cem").await;
    assert_eq!(tail.words(), "lobby * cem joined lobby");
    cem.ok(say("back")).await;
    assert_eq!(tail.words(), "lobby <cem> back");
}

#[tokio::test]
async fn tail_follows_the_rooms_that_were_asked_for_and_never_a_direct_one() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let (mut ann, ben) = (daemon.guest("ann").await, daemon.guest("ben").await);
    let lab = Following::start(dir.path(), &["tail", "lab", "--json"]);
    let all = Following::start(dir.path(), &["tail", "-n", "1"]);
    assert_eq!(all.words(), "lobby * ben joined lobby", "it follows from here on");
    ann.ok(json!({"type": "direct", "uid": ben.uid(), "text": "psst", "nonce": "d1"})).await;
    ann.ok(json!({"type": "join", "room": "lab"})).await;
    ann.ok(json!({"type": "say", "room": "lab", "text": "first", "nonce": "l1"})).await;
    let event = |line: String| serde_json::from_str::<Value>(&line).unwrap();
    assert_eq!(event(lab.line())["kind"], "join");
    assert_eq!(event(lab.line())["text"], "first");
    assert_eq!([all.words(), all.words()], ["lab * ann joined lab", "lab <ann> first"]);
    fails(dir.path(), &["tail", "@1:2"], 2, &["direct"]);
}

#[tokio::test]
async fn what_was_acknowledged_before_a_backup_began_is_in_it_while_people_chat_on() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let address = daemon.address;
    let (acknowledged, stop) = (std::sync::Arc::default(), std::sync::Arc::default());
    let (counter, stopped) = (std::sync::Arc::clone(&acknowledged), std::sync::Arc::clone(&stop));
    let talker: tokio::task::JoinHandle<()> = tokio::spawn(async move {
        use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
        let (counter, stopped): (std::sync::Arc<AtomicU64>, std::sync::Arc<AtomicBool>) = (counter, stopped);
        let mut ann = crate::client::Client::greet(address, json!({"name": "ann"})).await;
        for n in 0.. {
            if stopped.load(Ordering::SeqCst) {
                return;
            }
            ann.ok(say(&format!("word {n}"))).await;
            counter.store(n + 1, Ordering::SeqCst);
        }
    });
    let fresh = TempDir::new().unwrap();
    for round in 0..5 {
        let file = dir.path().join(format!("copy-{round}"));
        while acknowledged.load(std::sync::atomic::Ordering::SeqCst) < (round + 1) * 20 {
            tokio::task::yield_now().await;
        }
        let before = acknowledged.load(std::sync::atomic::Ordering::SeqCst);
        let (from, name) = (dir.path().to_owned(), file.to_str().unwrap().to_owned());
        let words = name.clone();
        let made = tokio::task::spawn_blocking(move || answer(&from, &["backup", &words])).await.unwrap();
        assert_eq!(made["bytes"], std::fs::metadata(&file).unwrap().len());
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fine(fresh.path(), &["restore", &name]);
        let all = fine(fresh.path(), &["export", "lobby", "--text"]);
        for n in 0..before {
            assert!(
                all.lines().any(|line| line.ends_with(&format!("<ann> word {n}"))),
                "word {n} of {before}"
            );
        }
    }
    stop.store(true, std::sync::atomic::Ordering::SeqCst);
    talker.await.unwrap();
    let served = Daemon::start(fresh.path(), &[]);
    served.guest("ben").await.say("here we are").await;
}

#[tokio::test]
async fn a_backup_replaces_nothing_unless_told_to() {
    let dir = TempDir::new().unwrap();
    let _daemon = chatted(dir.path(), &["hi"]).await;
    let elsewhere = TempDir::new().unwrap();
    let file = elsewhere.path().join("copy");
    std::fs::write(&file, "mine").unwrap();
    let name = file.to_str().unwrap();
    fails(dir.path(), &["backup", name], 1, &[name, "--force"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    assert!(fine(dir.path(), &["backup", name, "--force"]).contains("up to seq 2"));
    let beside: Vec<_> = std::fs::read_dir(elsewhere.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("partial") || name.starts_with("copy-"))
        .collect();
    assert!(beside.is_empty(), "{beside:?}");
    fails(dir.path(), &["backup", "/nowhere/copy"], 1, &["/nowhere/copy"]);
}

/// What an operator's slip may name: the store in use under every name and link, and what is no file at all.
#[tokio::test]
async fn neither_a_backup_nor_an_export_ever_replaces_the_store_or_what_is_no_regular_file() {
    let dir = TempDir::new().unwrap();
    let daemon = chatted(dir.path(), &["hi"]).await;
    let elsewhere = TempDir::new().unwrap();
    let at = |name: &str| elsewhere.path().join(name);
    let inside = |name: &str| dir.path().join(name);
    std::os::unix::fs::symlink(inside("chinwag.db"), at("link")).unwrap();
    std::os::unix::fs::symlink(dir.path(), at("linked-dir")).unwrap();
    std::fs::hard_link(inside("chinwag.db"), at("hard")).unwrap();
    let other = at("other");
    std::fs::write(&other, "mine").unwrap();
    std::os::unix::fs::symlink(&other, at("link-to-a-file")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
    let of_state =
        ["chinwag.db", "chinwag.db-wal", "chinwag.db-shm", "chinwag.db-journal", "admin.key"].map(inside);
    let linked = [at("link"), at("hard"), at("linked-dir/chinwag.db"), at("linked-dir/chinwag.db-wal")];
    for file in of_state.iter().chain(&linked) {
        let name = file.to_str().unwrap();
        fails(dir.path(), &["backup", "--force", name], 1, &[name]);
        fails(dir.path(), &["export", "lobby", "-o", name], 1, &[name, "state directory"]);
    }
    for file in [at("pipe"), at("link-to-a-file"), "/dev/null".into(), elsewhere.path().to_owned()] {
        let name = file.to_str().unwrap();
        let before = file.symlink_metadata().unwrap().ino();
        fails(dir.path(), &["backup", "--force", name], 1, &[name]);
        assert_eq!(file.symlink_metadata().unwrap().ino(), before, "{name}");
    }
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "mine");
    daemon.guest("ben").await.ok(say("still kept")).await;
    drop(daemon);
    Daemon::start(dir.path(), &[]).wait_log("listening");
    assert!(fine(dir.path(), &["export", "lobby", "--text"]).contains("still kept"));
}

/// `ctl export lobby | sleep 1000`: with a snapshot held by it the write-ahead log could not be emptied.
#[tokio::test]
async fn an_export_that_nobody_reads_holds_no_snapshot() {
    let dir = TempDir::new().unwrap();
    // More than a pipe holds.
    let words: Vec<String> = (0..100).map(|n| format!("{n} {}", "x".repeat(2000))).collect();
    let _daemon = chatted(dir.path(), &words.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut stopped = command(dir.path(), &["export", "lobby"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 1];
    stopped.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    let db = rusqlite::Connection::open(dir.path().join("chinwag.db")).unwrap();
    db.busy_timeout(crate::daemon::ms(2000)).unwrap();
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
    let still_there = stopped.try_wait().unwrap().is_none();
    stopped.kill().unwrap();
    stopped.wait().unwrap();
    assert!(still_there, "it was to be stopped in the middle");
    assert_eq!(busy, 0, "a reader held the log");
    assert_eq!(std::fs::metadata(dir.path().join("chinwag.db-wal")).unwrap().len(), 0);
}

#[tokio::test]
async fn a_long_room_is_exported_whole_page_by_page() {
    let dir = TempDir::new().unwrap();
    drop(chatted(dir.path(), &["hi"]).await);
    let db = rusqlite::Connection::open(dir.path().join("chinwag.db")).unwrap();
    db.execute_batch(
        "INSERT INTO event (seq, room, at, uid, body)
         WITH RECURSIVE n (n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM n WHERE n < 1502)
         SELECT n, (SELECT id FROM room WHERE name = 'lobby'), 0, 1,
                '{\"room\":\"lobby\",\"seq\":' || n || ',\"prev\":0,\"at\":0,\"from\":{\"uid\":1,\"name\":\"ann\",\"style\":{\"color\":1}},\"kind\":\"join\"}'
         FROM n",
    )
    .unwrap();
    let seqs: Vec<u64> = fine(dir.path(), &["export", "lobby"])
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(seqs, (1..=1502).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_restore_waits_for_the_servers_end_and_keeps_what_was_there() {
    let dir = TempDir::new().unwrap();
    let daemon = chatted(dir.path(), &["early"]).await;
    let file = dir.path().join("copy");
    let name = file.to_str().unwrap();
    fine(dir.path(), &["backup", name]);
    daemon.guest("ben").await.ok(say("late")).await;
    fails(dir.path(), &["restore", name], 1, &["stopped first", "a server runs on"]);
    drop(daemon);
    let done = answer(dir.path(), &["restore", name]);
    assert_eq!(done["seq"], 2);
    let text = fine(dir.path(), &["export", "lobby", "--text"]);
    assert!(text.contains("early") && !text.contains("late"), "{text}");
    let aside = TempDir::new().unwrap();
    let moved = Path::new(done["aside"].as_str().unwrap());
    for part in ["", "-wal", "-shm"] {
        let from = format!("{}{part}", moved.display());
        if Path::new(&from).exists() {
            std::fs::copy(from, aside.path().join(format!("chinwag.db{part}"))).unwrap();
        }
    }
    assert!(fine(aside.path(), &["export", "lobby", "--text"]).contains("late"));
}

/// Makes of a store one of version 5, with its index inside, and damages what is chosen by overwriting every page of it.
fn make_damaged(path: &Path, tables: &[&str]) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = DELETE;
         DROP TRIGGER message_deleted; DROP TRIGGER message_changed; DROP TABLE changed;
         ALTER TABLE identity DROP COLUMN linked; ALTER TABLE identity DROP COLUMN absent;
         ALTER TABLE room DROP COLUMN settings;
         DROP TABLE replica; DROP TABLE chat_snapshot; DROP TABLE brought; DROP TABLE released; DROP TRIGGER message_took_file; DROP TRIGGER message_lost_file;
         DROP TRIGGER reactions_deleted; DROP TABLE reaction;
         DROP TRIGGER event_deleted; DROP TRIGGER event_changed; DROP TABLE by_room; DROP TABLE by_nonce;
         DELETE FROM mark WHERE name = 'lookups';
         CREATE INDEX event_by_room ON event (room, seq);
         CREATE UNIQUE INDEX event_by_nonce ON event (uid, nonce) WHERE nonce IS NOT NULL;
         DROP TABLE IF EXISTS words_data; DROP TABLE IF EXISTS words_idx;
         DROP TABLE IF EXISTS words_docsize; DROP TABLE IF EXISTS words_config;
         CREATE VIRTUAL TABLE words USING fts5 (
             text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0');
         INSERT INTO words (rowid, text) SELECT seq, hex(randomblob(400)) FROM event;
         INSERT INTO words (words) VALUES ('optimize');
         INSERT INTO mark (name, value) VALUES ('indexed', (SELECT max(seq) FROM event));
         PRAGMA user_version = 5; VACUUM;",
    )
    .unwrap();
    let size: u32 = db.pragma_query_value(None, "page_size", |row| row.get(0)).unwrap();
    let mut pages = Vec::new();
    for table in tables {
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
        pages.push(db.query_row(sql, [table], |row| row.get::<_, u32>(0)).unwrap());
    }
    drop(db);
    let file = std::fs::File::options().write(true).open(path).unwrap();
    for page in pages {
        let garbage = vec![0xA5; size as usize];
        std::os::unix::fs::FileExt::write_all_at(&file, &garbage, u64::from(page - 1) * u64::from(size))
            .unwrap();
    }
}

#[tokio::test]
async fn a_backup_that_is_damaged_in_its_search_index_only_is_whole_and_restored_without_it() {
    let dir = TempDir::new().unwrap();
    drop(chatted(dir.path(), &["hi", "사이좋게", "bye"]).await);
    let before = fine(dir.path(), &["export", "lobby"]);
    let other = TempDir::new().unwrap();
    let file = other.path().join("copy");
    let name = file.to_str().unwrap();
    for (tables, is_restored) in [
        (&[][..], true),
        (&["words_data"], true),
        (&["words_config", "words_docsize", "words_idx", "words_data"], true),
        (&["event"], false),
        (&["words_data", "event_by_room"], false),
        (&["identity"], false),
        (&["sqlite_sequence"], false),
    ] {
        std::fs::remove_file(&file).ok();
        fine(dir.path(), &["backup", name]);
        make_damaged(&file, tables);
        let (status, report, _) = ctl(dir.path(), &["--json", "verify", name]);
        let report: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(
            (status == 0, &report["whole"]),
            (is_restored, &json!(is_restored)),
            "{tables:?}: {report}"
        );
        assert_eq!(report["old_index_damaged"], is_restored && !tables.is_empty(), "{tables:?}");
        let fresh = TempDir::new().unwrap();
        if !is_restored {
            fails(fresh.path(), &["restore", name], 1, &["damaged", ".recover"]);
            continue;
        }
        let done = answer(fresh.path(), &["restore", name]);
        assert_eq!(done["index_left_out"], !tables.is_empty(), "{tables:?}: {done}");
        assert_eq!(fine(fresh.path(), &["export", "lobby"]), before, "{tables:?}");
        let daemon = Daemon::start(fresh.path(), &[]);
        let mut ben = daemon.guest("ben").await;
        let found = ben.ok(json!({"type": "search", "query": "사이"})).await.events.unwrap();
        assert_eq!(found.len(), 1, "{tables:?}");
        // Nothing is lost beside it: the next one is not who came first.
        assert_eq!(ben.uid(), 2);
        drop(daemon);
        let again = other.path().join("again");
        fine(fresh.path(), &["backup", "--force", again.to_str().unwrap()]);
    }
}

#[tokio::test]
async fn a_store_whose_old_search_index_is_damaged_is_served_and_backed_up() {
    let dir = TempDir::new().unwrap();
    drop(chatted(dir.path(), &["hi", "사이좋게"]).await);
    make_damaged(
        &dir.path().join("chinwag.db"),
        &["words_config", "words_docsize", "words_idx", "words_data"],
    );
    let daemon = Daemon::start(dir.path(), &[]);
    let mut ben = daemon.guest("ben").await;
    let found = ben.ok(json!({"type": "search", "query": "사이"})).await.events.unwrap();
    assert_eq!(found.len(), 1);
    ben.say("it goes on").await;
    let other = TempDir::new().unwrap();
    let file = other.path().join("copy");
    fine(dir.path(), &["backup", file.to_str().unwrap()]);
    let fresh = TempDir::new().unwrap();
    fine(fresh.path(), &["restore", file.to_str().unwrap()]);
    assert!(fine(fresh.path(), &["export", "lobby", "--text"]).contains("it goes on"));
}

#[tokio::test]
async fn what_is_no_backup_is_not_restored() {
    let dir = TempDir::new().unwrap();
    drop(chatted(dir.path(), &["hi"]).await);
    let other = TempDir::new().unwrap();
    let file = |name: &str| other.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(file("garbage"), "this is no database, and never was. ".repeat(100)).unwrap();
    std::fs::write(file("empty"), "").unwrap();
    let foreign = rusqlite::Connection::open(file("foreign")).unwrap();
    foreign.execute_batch("CREATE TABLE message (id INTEGER); PRAGMA user_version = 1;").unwrap();
    fine(dir.path(), &["backup", &file("newer")]);
    rusqlite::Connection::open(file("newer")).unwrap().pragma_update(None, "user_version", 99).unwrap();
    fine(dir.path(), &["backup", &file("cut")]);
    let cut = std::fs::OpenOptions::new().write(true).open(file("cut")).unwrap();
    cut.set_len(cut.metadata().unwrap().len() / 2).unwrap();
    let before = fine(dir.path(), &["export", "lobby"]);
    for (name, words) in [
        ("missing", ["cannot copy", "missing"]),
        ("garbage", ["no database", "garbage"]),
        ("empty", ["no message store", "empty"]),
        ("foreign", ["no message store", "foreign"]),
        ("newer", ["version 99", "newer"]),
        ("cut", ["cut", "d"]),
    ] {
        fails(dir.path(), &["restore", &file(name)], 1, &words);
    }
    assert_eq!(fine(dir.path(), &["export", "lobby"]), before);
    let (status, _, _) = ctl(dir.path(), &["restore"]);
    assert_eq!(status, 2);
}
