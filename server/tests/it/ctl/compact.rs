//! Giving free space back: while people chat, and of a store from before that was possible.

use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use super::{fails, fine, json as answer};
use crate::client::{Client, say};
use crate::daemon::Daemon;

fn size(dir: &Path) -> u64 {
    std::fs::metadata(dir.join("chinwag.db")).unwrap().len()
}

/// Three megabytes that are deleted, and somebody who goes on talking while they are given back.
#[tokio::test]
async fn what_is_free_in_the_store_is_given_back_while_people_chat() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off", "--keep-events", "10"]);
    let mut ann = daemon.guest("ann").await;
    ann.say_all((0..1000).map(|n| format!("{n} {}", "~".repeat(3000)))).await;
    while fine(dir.path(), &["export", "lobby"]).lines().count() > 10 {
        ann.ok(say("and on")).await;
    }
    let status = answer(dir.path(), &["status"]);
    assert!(status["store"]["free_bytes"].as_u64().unwrap() > 2_000_000, "{status}");
    let from = dir.path().to_owned();
    let compacting = tokio::task::spawn_blocking(move || answer(&from, &["compact"]));
    let mut said = 0;
    while said < 20 || !compacting.is_finished() {
        said += 1;
        ann.ok(say(&format!("meanwhile {said}"))).await;
    }
    let done = compacting.await.unwrap();
    assert!(done["bytes"].as_u64().unwrap() > 0, "{done}");
    // What was deleted meanwhile; and where words never paused, the file is cut off now.
    while answer(dir.path(), &["status"])["store"]["free_bytes"] != json!(0) || size(dir.path()) > 1_000_000 {
        fine(dir.path(), &["compact"]);
    }
    let (status, log) = daemon.stop();
    assert!(status.success(), "{log}");
    let elsewhere = TempDir::new().unwrap();
    let copy = elsewhere.path().join("copy");
    fine(dir.path(), &["backup", copy.to_str().unwrap()]);
    fine(dir.path(), &["verify", copy.to_str().unwrap()]);
    let left = fine(dir.path(), &["export", "lobby", "--text"]);
    assert!(left.ends_with(&format!("<ann> meanwhile {said}\n")), "{left}");
    assert!(fine(dir.path(), &["compact"]).starts_with("nothing was free"));
}

#[tokio::test]
async fn a_store_from_before_is_written_anew_once_while_no_server_runs() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("chinwag.db"), include_bytes!("../fixtures/store-v2.db")).unwrap();
    // As of a large one, which is not written anew when the server starts.
    let store = rusqlite::Connection::open(dir.path().join("chinwag.db")).unwrap();
    store.execute("INSERT INTO mark (name, value) VALUES ('no_remnants', 1)", []).unwrap();
    drop(store);
    fails(dir.path(), &["compact", "--offline"], 1, &["older version", "start the server"]);
    let daemon = Daemon::start(dir.path(), &[]);
    fails(dir.path(), &["compact"], 1, &["--offline", "stop the server"]);
    fails(dir.path(), &["compact", "--offline"], 1, &["stopped first"]);
    let (status, log) = daemon.stop();
    assert!(status.success(), "{log}");
    let before = fine(dir.path(), &["export", "lobby"]);
    let filled = answer(dir.path(), &["compact", "--offline"])["checksums"].as_u64().unwrap();
    assert!(filled >= before.lines().count() as u64, "every event has one now");
    assert_eq!(fine(dir.path(), &["export", "lobby"]), before);
    let names = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_str().unwrap().contains("partial")));
    let daemon = Daemon::start(dir.path(), &[]);
    fine(dir.path(), &["compact"]);
    let mut ben = Client::greet(daemon.address, json!({"name": "ben"})).await;
    ben.say("after it").await;
    drop(daemon);
    let elsewhere = TempDir::new().unwrap();
    let copy = elsewhere.path().join("copy");
    fine(dir.path(), &["backup", copy.to_str().unwrap()]);
    let report = answer(dir.path(), &["verify", copy.to_str().unwrap()]);
    assert_eq!((&report["whole"], &report["without_checksum"]), (&json!(true), &json!(0)));
}

/// A file system of three megabytes on which the store has more than half.
#[tokio::test]
async fn without_room_for_it_nothing_is_written_anew_and_what_to_do_is_said() {
    let dir = TempDir::new().unwrap();
    let mount = ["-t", "tmpfs", "-o", "size=3m", "chinwag-test"];
    let mounted = std::process::Command::new("mount").args(mount).arg(dir.path()).output();
    if !mounted.is_ok_and(|done| done.status.success()) {
        return println!("not checked: mounting a small disk needs root");
    }
    let state = dir.path().join("state");
    let (_, _) = Daemon::start(&state, &[]).stop();
    fails(&state, &["compact", "--offline"], 1, &["the disk has", "can be deleted"]);
    std::process::Command::new("umount").arg("-l").arg(dir.path()).status().ok();
}
