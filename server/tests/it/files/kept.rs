//! What is kept of files: as long as a message brings them, and in backups.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::who::{bring, download, fetch};
use super::{content, files_in};
use crate::client::LIMIT;
use crate::ctl::{ctl, fails, fine, json as answer};
use crate::daemon::Daemon;
use crate::test_server::{Setup, TestServer};

/// A server that needs a content no longer than its message takes to be stored.
fn server(flags: &[&str]) -> TestServer {
    Setup::new(flags).timed(|timing| timing.transfers.say = Duration::from_millis(100)).open()
}

/// Waits until so many contents are there.
async fn until_kept(server: &TestServer, count: usize) {
    let kept = async {
        while files_in(server, "content").len() != count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LIMIT, kept).await.unwrap_or_else(|_| panic!("{:?}", files_in(server, "content")));
}

#[tokio::test]
async fn a_content_goes_with_the_last_message_that_brings_it() {
    let server = server(&[]);
    let mut ann = server.guest("ann").await;
    let mut brought = Vec::new();
    for (nonce, content) in [("n1", &b"twice"[..]), ("n2", b"twice"), ("n3", b"once")] {
        brought.push(bring(server.address, &mut ann, ("lobby", nonce), content).await);
    }
    assert_eq!(files_in(&server, "content").len(), 2);
    let delete = |of: u64| json!({"type": "delete", "room": "lobby", "of": of, "nonce": format!("d{of}")});
    ann.ok(delete(brought[0])).await;
    ann.ok(delete(brought[2])).await;
    until_kept(&server, 1).await;
    assert_eq!(fetch(server.address, &mut ann, "lobby", brought[1]).await, b"twice");
    ann.ok(delete(brought[1])).await;
    until_kept(&server, 0).await;
}

#[tokio::test]
async fn a_content_goes_by_the_number_of_events_as_its_message_does() {
    let server = server(&["--keep-events", "2"]);
    let mut ann = server.guest("ann").await;
    let of = bring(server.address, &mut ann, ("lobby", "n1"), b"hello\n").await;
    for text in ["one", "two", "three"] {
        ann.say(text).await;
    }
    until_kept(&server, 0).await;
    assert_eq!(ann.refused(download("lobby", of)).await, shared::Code::NoSuchMessage);
}

#[tokio::test]
async fn a_message_that_cannot_be_stored_leaves_no_row_and_its_content_can_be_said_again() {
    let server = server(&[]);
    let mut ann = server.guest("ann").await;
    let of = bring(server.address, &mut ann, ("lobby", "n1"), b"hello\n").await;
    let store = rusqlite::Connection::open(server.dir().join("chinwag.db")).unwrap();
    let rows = || store.query_row("SELECT count(*) FROM brought", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(rows(), 1);
    ann.ok(super::who::message("lobby", "n1", b"hello\n")).await;
    assert_eq!(rows(), 1, "the same message has one row");
    let named: i64 = store.query_row("SELECT seq FROM brought", [], |row| row.get(0)).unwrap();
    assert_eq!(u64::try_from(named).unwrap(), of);
}

#[tokio::test]
async fn a_backup_has_the_files_is_verified_and_restored_and_an_export_names_them() {
    let (dir, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let content = content(300_000);
    let at = |name: &str| elsewhere.path().join(name).to_str().unwrap().to_owned();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let mut ann = daemon.guest("ann").await;
    let secret = ann.welcome.clone().unwrap().secret;
    let of = bring(daemon.address, &mut ann, ("lobby", "n1"), &content).await;
    bring(daemon.address, &mut ann, ("lobby", "n2"), b"hello\n").await;
    let status = answer(dir.path(), &["status"])["files"].clone();
    assert_eq!(
        (&status["contents"], &status["bytes"], &status["running"], &status["received"]),
        (&json!(2), &json!(300_006), &json!(0), &json!(2)),
        "{status}"
    );
    assert!(fine(dir.path(), &["status"]).contains("2 kept, 300.0 kB; 0 being moved"));

    let made = answer(dir.path(), &["backup", &at("copy.db")]);
    assert_eq!(
        (&made["files"], &made["file_bytes"], &made["missing_files"]),
        (&json!(2), &json!(300_006), &json!(0))
    );
    fails(dir.path(), &["backup", &at("copy.db")], 1, &["is there already"]);
    assert!(fine(dir.path(), &["backup", &at("copy.db"), "--force"]).contains("2 files, 300.0 kB"));
    let report = answer(dir.path(), &["verify", &at("copy.db")]);
    assert_eq!(
        (&report["whole"], &report["files"], &report["damaged_files"]),
        (&json!(true), &json!(2), &json!([]))
    );

    let exported = fine(dir.path(), &["export", "lobby"]);
    let line = exported.lines().find(|line| line.contains("300000")).unwrap();
    let event: serde_json::Value = serde_json::from_str(line).unwrap();
    let lies = event["content"].as_str().unwrap();
    assert!(std::fs::read(lies).unwrap() == content, "{lies}");
    assert!(fine(dir.path(), &["export", "lobby", "--text"]).contains("[a.bin, 300.0 kB, sha256 "));

    // Everything is lost, and the backup brings it back.
    let (ended, log) = daemon.stop();
    assert!(ended.success(), "{log}");
    std::fs::remove_dir_all(dir.path().join("files")).unwrap();
    std::fs::remove_file(dir.path().join("chinwag.db")).unwrap();
    assert!(
        fine(dir.path(), &["restore", &at("copy.db")]).contains("2 files that messages bring are in place")
    );
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let mut ann = crate::client::Client::greet(daemon.address, json!({"secret": secret})).await;
    assert!(fetch(daemon.address, &mut ann, "lobby", of).await == content);
}

#[tokio::test]
async fn a_backup_whose_files_are_damaged_or_missing_says_which() {
    let (dir, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let copy = elsewhere.path().join("copy.db");
    let name = copy.to_str().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let mut ann = daemon.guest("ann").await;
    let seqs = [
        bring(daemon.address, &mut ann, ("lobby", "n1"), b"one").await,
        bring(daemon.address, &mut ann, ("lobby", "n2"), b"two").await,
    ];
    fine(dir.path(), &["backup", name]);
    drop(daemon);
    let files = contents_in(&elsewhere.path().join("copy.db.files"));
    assert_eq!(files.len(), 2);
    // A file of its own, lest what is the server's is damaged with it.
    for (path, change) in files.iter().zip([Some("tw0"), None]) {
        std::fs::remove_file(path).unwrap();
        if let Some(content) = change {
            std::fs::write(path, content).unwrap();
        }
    }
    let (status, printed, _) = ctl(dir.path(), &["verify", name]);
    assert_eq!(status, 1, "{printed}");
    for told in ["its hash is another", "it is missing", "damaged: the file of lobby", "DAMAGED"] {
        assert!(printed.contains(told), "{told}: {printed}");
    }
    for seq in seqs {
        assert!(printed.contains(&format!("lobby {seq}, ")), "{printed}");
    }
    std::fs::remove_dir_all(dir.path().join("files")).unwrap();
    let restored = fine(dir.path(), &["restore", name]);
    assert_eq!(restored.matches("missing or damaged in the backup: the file ").count(), 2, "{restored}");
}

#[tokio::test]
async fn the_backups_of_a_series_have_each_their_files_and_take_room_for_them_once() {
    use std::os::unix::fs::MetadataExt as _;
    let (dir, series) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let mut ann = daemon.guest("ann").await;
    bring(daemon.address, &mut ann, ("lobby", "n1"), b"hello\n").await;
    let into = series.path().to_str().unwrap();
    let old = series.path().join("chinwag-2020-01-01T000000Z.db");
    fine(dir.path(), &["backup", old.to_str().unwrap()]);
    let new = answer(dir.path(), &["backup", into, "--keep", "1"]);
    assert_eq!((&new["files"], new["removed"].as_array().map(Vec::len)), (&json!(1), Some(1)));
    assert!(!old.exists() && !series.path().join("chinwag-2020-01-01T000000Z.db.files").exists());
    let new = format!("{}.files", new["file"].as_str().unwrap());
    let [file] = &contents_in(Path::new(&new))[..] else { panic!("{new}") };
    assert_eq!(std::fs::read(file).unwrap(), b"hello\n");
    assert_eq!(std::fs::metadata(file).unwrap().nlink(), 2, "the server's, and this one");
}

/// The files of contents in a folder of a backup.
fn contents_in(folder: &Path) -> Vec<std::path::PathBuf> {
    let shelves = std::fs::read_dir(folder.join("content")).unwrap();
    let files = shelves.flat_map(|shelf| std::fs::read_dir(shelf.unwrap().path()).unwrap());
    files.map(|file| file.unwrap().path()).collect()
}

#[tokio::test]
async fn with_a_person_go_the_files_that_nobody_else_brings() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let (mut ann, mut ben) = (daemon.guest("ann").await, daemon.guest("ben").await);
    bring(daemon.address, &mut ann, ("lobby", "n1"), b"mine").await;
    bring(daemon.address, &mut ann, ("lobby", "n2"), b"ours").await;
    bring(daemon.address, &mut ben, ("lobby", "n1"), b"ours").await;
    assert!(daemon.stop().0.success());
    let gone = answer(dir.path(), &["delete-person", "ann", "--yes"]);
    assert_eq!(gone["files"], json!(1), "{gone}");
    let left = contents_in(&dir.path().join("files"));
    assert_eq!(left.iter().map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>(), [b"ours"]);
}
