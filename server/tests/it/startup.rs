//! Why a server cannot start: one clear sentence, and an exit status.

use std::path::Path;

use tempfile::TempDir;

use crate::daemon::{Daemon, fails};
use crate::test_server::{Setup, TestServer};

/// Starting must fail with one line that holds all of these.
#[track_caller]
fn check(dir: &Path, flags: &[&str], code: i32, words: &[&str]) {
    let (status, said) = fails(dir, flags);
    assert_eq!(status, code, "{said}");
    for word in words {
        assert!(said.contains(word), "no {word} in: {said}");
    }
    // The command line's own mistakes come with the usage.
    let lines = said.trim_end().lines().count();
    assert!(code == 2 || lines == 1, "{lines} lines: {said}");
    assert!(!said.contains("panicked"), "{said}");
}

const FREE: [&str; 2] = ["--listen", "127.0.0.1:0"];

#[test]
fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let dir = TempDir::new().unwrap();
    check(dir.path(), &["--listen", &address], 1, &[&address, "join it with chinwag"]);
    let left: Vec<_> =
        std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["chinwagd.lock"], "nothing was opened");
}

#[tokio::test]
async fn a_second_server_on_the_same_state_directory_is_refused_and_the_first_goes_on() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &[]);
    let path = dir.path().to_str().unwrap();
    check(dir.path(), &FREE, 1, &["a server runs on", path, "--state-dir"]);
    daemon.guest("ann").await.say("hi").await;
}

#[tokio::test]
async fn a_second_server_in_one_process_is_refused_as_well() {
    let server = TestServer::open();
    let setup = server.stop().await;
    let _first = setup.open();
    let error = setup.try_open().err().unwrap();
    assert!(error.to_string().contains("a server runs on"), "{error}");
}

#[test]
fn a_state_directory_that_cannot_be_one_is_named() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let path = file.to_str().unwrap();
    check(&file, &FREE, 1, &[path, "--state-dir"]);
    check(&file.join("below"), &FREE, 1, &[path, "--state-dir"]);
}

/// Only where permissions hold: not for root.
#[test]
fn a_state_directory_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = TempDir::new().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o500)).unwrap();
    if std::fs::write(dir.path().join("probe"), "").is_ok() {
        return println!("skipped: this user may write anywhere");
    }
    check(dir.path(), &FREE, 1, &[dir.path().to_str().unwrap(), "--state-dir"]);
}

#[test]
fn a_store_that_is_none_is_named_and_kept_aside_and_the_next_start_begins_an_empty_one() {
    let dir = TempDir::new().unwrap();
    let (file, aside) = (dir.path().join("chinwag.db"), dir.path().join("chinwag.db.damaged-1"));
    let garbage = "this is no database, and never was. ".repeat(100);
    std::fs::write(&file, &garbage).unwrap();
    let words = [file.to_str().unwrap(), "damaged", aside.to_str().unwrap(), "recover"];
    check(dir.path(), &FREE, 1, &words);
    assert_eq!(std::fs::read_to_string(&aside).unwrap(), garbage);
    Daemon::start(dir.path(), &[]);
}

#[test]
fn a_store_of_a_newer_server_is_named() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("chinwag.db");
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    check(dir.path(), &FREE, 1, &[file.to_str().unwrap(), "version 99", "newer chinwagd"]);
}

#[test]
fn a_bad_command_line_is_explained() {
    let dir = TempDir::new().unwrap();
    for (flags, words) in [
        (["--nonsense", "x"], ["--nonsense", "Usage"]),
        (["--max-users", "0"], ["--max-users", "0"]),
        (["--max-users", "many"], ["--max-users", "many"]),
        (["--pace", "fast"], ["--pace", "BURST/RATE"]),
        (["--listen", "somewhere"], ["--listen", "IP address"]),
        (["--sync", "never"], ["--sync", "normal"]),
    ] {
        check(dir.path(), &flags, 2, &words);
    }
}

#[test]
fn what_cannot_be_read_or_would_be_unsafe_is_refused() {
    let dir = TempDir::new().unwrap();
    let missing = dir.path().join("missing");
    let missing = missing.to_str().unwrap();
    for flag in ["--password-file", "--motd-file"] {
        check(
            dir.path(),
            &[FREE[0], FREE[1], flag, missing],
            78,
            &[flag.trim_start_matches('-'), missing, "cannot read"],
        );
    }
    for (flag, other) in [("--tls-cert", "--tls-key"), ("--tls-key", "--tls-cert")] {
        check(dir.path(), &[FREE[0], FREE[1], flag, missing], 78, &[flag, other, "both"]);
        check(dir.path(), &[FREE[0], FREE[1], flag, missing, other, missing], 78, &[missing, "cannot read"]);
    }
    let hostile = dir.path().join("motd");
    std::fs::write(&hostile, "hi \u{1b}[2J").unwrap();
    check(dir.path(), &[FREE[0], FREE[1], "--motd-file", hostile.to_str().unwrap()], 78, &["U+001B"]);
}

#[tokio::test]
async fn the_admin_key_and_the_state_directory_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Setup::new(&[]);
    let inner = server.dir.path().join("state");
    let daemon = Daemon::start(&inner, &[]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&inner), 0o700);
    let mut ben = daemon.guest("ben").await;
    ben.say("hi").await;
    let files: Vec<_> = std::fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 5, "a database, its two companions, a key and a lock: {files:?}");
    for file in files {
        let private = if file.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&file), private, "{}", file.display());
    }
    let key = std::fs::read_to_string(inner.join("admin.key")).unwrap();
    let mut ann = daemon.guest("ann").await;
    let answer = ann.ok(serde_json::json!({"type": "auth", "key": key.trim()})).await;
    assert_eq!(answer.role, Some(shared::Role::Admin));
}

#[tokio::test]
async fn what_others_could_read_is_closed_to_them_or_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = TempDir::new().unwrap();
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    drop(Daemon::start(dir.path(), &[]));
    let (db, key) = (dir.path().join("chinwag.db"), dir.path().join("admin.key"));
    for (path, mode) in [(dir.path(), 0o755), (&db, 0o644), (&key, 0o644)] {
        set(path, mode);
    }
    let mut daemon = Daemon::start(dir.path(), &[]);
    assert!(daemon.wait_log("chmod 700").contains(dir.path().to_str().unwrap()));
    assert!(daemon.wait_log("chmod 600").contains("admin.key"));
    assert_eq!(std::fs::metadata(&db).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn the_message_of_the_day_is_read_by_everyone() {
    let setup = Setup::new(&[]);
    let file = setup.dir.path().join("motd");
    std::fs::write(&file, "be kind\n사이좋게\n").unwrap();
    let server = setup.with("--motd-file", file.to_str().unwrap()).open();
    assert_eq!(server.guest("ann").await.welcome.unwrap().motd, "be kind\n사이좋게");
}
