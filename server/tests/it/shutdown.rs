//! How a server ends: by an admin, a signal or a countdown, and what the log says of it.

use serde_json::json;
use shared::ServerMsg;
use tempfile::TempDir;

use crate::client::{Client, hello};
use crate::daemon::{Daemon, ms};
use crate::slow_consumer::{ENOUGH, flood};
use crate::test_server::TestServer;

#[tokio::test]
async fn everyone_is_told_why_the_server_stops_and_all_is_on_disk() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.admin("ann").await, server.guest("ben").await);
    let said = ann.say("last words").await;
    ann.ok(json!({"type": "shutdown", "reason": "new version"})).await;
    ben.until("lobby ann announces the server stops now: new version").await;
    let Some(ServerMsg::Goodbye(goodbye)) = ben.next().await else { panic!("no goodbye") };
    assert_eq!(goodbye.code.as_str(), "shutting_down");
    assert_eq!((goodbye.reason.as_str(), goodbye.by.unwrap().as_str()), ("new version", "ann"));
    assert!(!goodbye.reconnect);
    ben.expect_end().await;
    ann.until("goodbye shutting_down by ann new version").await;
    let setup = server.ended().await;
    // The log of what was not yet in the main file is empty.
    let wal = setup.dir.path().join("chinwag.db-wal");
    assert!(std::fs::metadata(wal).map_or(0, |file| file.len()) == 0);
    let server = setup.open();
    let ann = server.greet(json!({"secret": ann.secret})).await;
    assert!(ann.position("lobby") >= said);
}

#[tokio::test]
async fn a_restart_asks_everyone_back_at_different_moments() {
    let server = TestServer::open();
    let mut people = vec![server.admin("ann").await];
    for name in ["ben", "cat", "dan"] {
        people.push(server.guest(name).await);
    }
    people[0].send(json!({"type": "shutdown", "restart": true})).await;
    let mut waits = std::collections::BTreeSet::new();
    for client in &mut people {
        loop {
            if let ServerMsg::Goodbye(goodbye) = client.next().await.expect("no goodbye") {
                assert_eq!((goodbye.code.as_str(), goodbye.reconnect), ("restarting", true));
                break assert!(waits.insert(goodbye.after_ms.unwrap()), "{waits:?}");
            }
        }
        client.expect_end().await;
    }
    server.ended().await;
}

#[tokio::test]
async fn a_countdown_that_was_called_off_stops_nothing() {
    let server = TestServer::open();
    let mut ann = server.admin("ann").await;
    ann.ok(json!({"type": "shutdown", "in_s": 1})).await;
    ann.ok(json!({"type": "shutdown", "cancel": true})).await;
    ann.until("lobby ann announces the shutdown is called off").await;
    // Past the end of the countdown.
    ann.expect_quiet_for(ms(1300)).await;
    ann.say("still here").await;
}

#[tokio::test]
async fn a_client_who_does_not_read_does_not_keep_the_server_from_stopping() {
    let server = TestServer::open();
    let (mut ann, slow) = (server.guest("ann").await, server.guest("slow").await);
    slow.take_little();
    ann.say_all(flood().take(ENOUGH)).await;
    server.stop().await;
}

#[tokio::test]
async fn signals_end_the_server_with_a_goodbye_and_success() {
    for (signal, word) in [("TERM", "SIGTERM"), ("INT", "interrupted")] {
        let dir = TempDir::new().unwrap();
        let daemon = Daemon::start(dir.path(), &[]);
        let mut ann = daemon.guest("ann").await;
        ann.say("hi").await;
        daemon.signal(signal);
        let ServerMsg::Goodbye(goodbye) = ann.until("goodbye shutting_down").await else { unreachable!() };
        assert!(goodbye.reconnect && goodbye.after_ms.is_some(), "{goodbye:?}");
        ann.expect_end().await;
        let (status, log) = daemon.wait();
        assert_eq!(status.code(), Some(0), "{log}");
        assert!(log.contains(word) && log.contains("stopped"), "{log}");
        let daemon = Daemon::start(dir.path(), &[]);
        let mut ann = Client::greet(daemon.address, json!({"secret": ann.secret})).await;
        let page = ann.ok(json!({"type": "history", "room": "lobby"})).await.events.unwrap();
        assert_eq!(page.len(), 2);
    }
}

#[tokio::test]
async fn a_restart_binds_at_once_whatever_lingers() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &[]);
    let address = daemon.address.to_string();
    // The server closes first, so its ends of the connections linger; these two are even still open here.
    let _ann = daemon.guest("ann").await;
    let _ben = daemon.guest("ben").await;
    daemon.signal("TERM");
    assert!(daemon.wait().0.success());
    let daemon = Daemon::start(dir.path(), &["--listen", &address]);
    let _cat = daemon.guest("cat").await;
    daemon.signal("KILL");
    daemon.wait();
    let daemon = Daemon::start(dir.path(), &["--listen", &address]);
    assert_eq!(daemon.address.to_string(), address);
    daemon.guest("dan").await;
}

#[tokio::test]
async fn the_log_says_who_came_from_where_and_who_left_why_and_nothing_that_was_said() {
    let dir = TempDir::new().unwrap();
    let mut daemon = Daemon::start(dir.path(), &[]);
    let mut ann = daemon.guest("ann").await;
    let mut ben = daemon.guest("ben").await;
    ann.say("between us").await;
    let from = ann.stream().local_addr().unwrap().to_string();
    let came = daemon.wait_log("name=ann");
    assert!(came.contains("came") && came.contains(&from) && came.contains("uid=1"), "{came}");
    ann.ok(json!({"type": "quit"})).await;
    ann.until("goodbye quit").await;
    daemon.wait_log("why=quit");
    ben.refused(json!({"type": "auth", "key": "not the key"})).await;
    daemon.signal("TERM");
    let (_, log) = daemon.wait();
    for secret in ["between us", "not the key", &ann.secret, &ben.secret] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test]
async fn the_log_says_what_was_said_when_it_is_asked_to_and_cannot_be_forged() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--log-chat"]);
    let mut ann = daemon.guest("ann").await;
    ann.say("점심?").await;
    ann.say("one\n2026-11-21T00:00:00Z  INFO came conn=9").await;
    daemon.signal("TERM");
    let (_, log) = daemon.wait();
    let said: Vec<_> = log.lines().filter(|line| line.contains(" INFO said ")).collect();
    assert!(said.len() == 2 && said[0].contains("점심?") && said[0].contains("name=ann"), "{log}");
    assert!(!log.lines().any(|line| line.starts_with("2026-11-21T00:00:00Z  INFO came")), "{log}");
}

#[tokio::test]
async fn the_log_calls_abnormal_ends_abnormal() {
    let dir = TempDir::new().unwrap();
    let mut daemon = Daemon::start(dir.path(), &[]);
    daemon.guest("ann").await.break_off();
    assert!(daemon.wait_log("connection ended").contains("abnormal"));
    let mut ben = daemon.guest("ben").await;
    ben.raw(b"\xff\n").await;
    ben.until("goodbye bad_utf8").await;
    daemon.wait_log("abnormal: bad_utf8");
    let mut cat = daemon.guest("cat").await;
    cat.ok(json!({"type": "quit"})).await;
    cat.until("goodbye quit").await;
    drop(cat);
    // The next line about an end is the orderly one.
    daemon.wait_log("goodbye was said");
    let mut refused = Client::connect(daemon.address).await;
    refused.send(hello(&json!({"protocol": [9, 9]}))).await;
    refused.expect("error version").await;
    daemon.wait_log("why=version");
    daemon.signal("TERM");
    let (_, log) = daemon.wait();
    assert_eq!(log.matches("abnormal").count(), 2, "{log}");
}

#[tokio::test]
async fn a_server_in_this_process_stops_and_opens_again_on_its_port() {
    let server = TestServer::open();
    let address = server.address.to_string();
    let mut ann = server.guest("ann").await;
    let stopped = server.stop().await;
    ann.until("goodbye shutting_down").await;
    let again = stopped.with("--listen", &address).open();
    assert_eq!(again.address.to_string(), address);
    again.greet(json!({"secret": ann.secret})).await;
}
