//! Input that is no request: blank lines before a greeting, anything after a refusal or `quit`, without end; and a peer that
//! only stops sending. It is counted and bounded, and what was asked before is answered.

use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use super::attack_harness::{AttackHarness, Attacker};
use crate::client::{Client, LIMIT, hello, show};
use crate::test_server::TestServer;

/// Sends the same bytes until the server has had enough, which must be before 64 MiB.
async fn until_cut_off(stranger: &mut Client, bytes: &[u8]) {
    let chunk = bytes.repeat(16 * 1024 / bytes.len());
    for _ in 0..4096 {
        let sent = tokio::time::timeout(LIMIT, stranger.transport().write_all(&chunk)).await;
        if sent.expect("the connection is neither read nor closed").is_err() {
            return;
        }
    }
    panic!("the server takes everything");
}

async fn stranger(at: &Attacker, tls: bool) -> Client {
    if tls { Client::connect_tls(at.address).await } else { at.stranger().await }
}

#[tokio::test]
async fn input_without_end_costs_its_own_connection() {
    AttackHarness::run(&["--pace", "off"], async |harness| {
        for tls in [false, true] {
            harness
                .attack("a megabyte of blank lines before the greeting", async |at| {
                    let mut eve = stranger(&at, tls).await;
                    eve.raw(b"{}\n").await;
                    eve.raw(&b"\n".repeat(1 << 20)).await;
                    assert_eq!(
                        eve.rest().await,
                        ["error bad_json", "error bad_request", "goodbye bad_request"]
                    );
                })
                .await;
            for (name, first) in [
                ("blank lines", "{}\n".to_owned()),
                ("anything after too many lines", "{}\n".repeat(9)),
                ("anything after quit", format!("{}\n{}\n", hello(&json!({})), json!({"type": "quit"}))),
            ] {
                harness
                    .attack(&format!("{name}, without end"), async |at| {
                        let mut eve = stranger(&at, tls).await;
                        eve.raw(first.as_bytes()).await;
                        until_cut_off(&mut eve, b"\n").await;
                    })
                    .await;
            }
        }
        harness
            .attack("eight after a refusal at once", async |at| {
                let attack = async || {
                    let mut eve = at.stranger().await;
                    eve.raw("{}\n".repeat(9).as_bytes()).await;
                    until_cut_off(&mut eve, b"x\n").await;
                };
                tokio::join!(attack(), attack(), attack(), attack(), attack(), attack(), attack(), attack());
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn short_lines_that_wait_are_no_larger_than_they_came() {
    let dir = tempfile::TempDir::new().unwrap();
    let daemon = crate::daemon::Daemon::start(dir.path(), &["--pace", "1/1"]);
    let mut ann = daemon.guest("ann").await;
    let before = daemon.memory_kb();
    let mut strangers = Vec::new();
    for n in 0..24 {
        let mut eve = daemon.guest(&format!("eve{n}")).await;
        eve.raw(&b"x\n".repeat(32 * 1024)).await;
        strangers.push(eve);
    }
    for _ in 0..24 {
        ann.ok(json!({"type": "ping"})).await;
    }
    let grown = daemon.memory_kb().saturating_sub(before);
    assert!(grown < 10 * 1024, "{grown} kB for 24 connections");
}

/// What a client that half-closes hears: everything it asked for, whatever it travels by.
#[tokio::test]
async fn whoever_stops_sending_is_answered_before_the_end() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    for (tls, name) in [(false, "dan"), (true, "eve")] {
        let mut eve = if tls {
            Client::connect_tls(server.address).await
        } else {
            Client::connect(server.address).await
        };
        let asked = [
            hello(&json!({"name": name})),
            json!({"type": "say", "room": "lobby", "text": "hi", "nonce": "n", "id": "1"}),
            json!({"type": "ping", "id": "2"}),
            json!({"type": "history", "room": "lobby", "id": "3"}),
            json!({"type": "search", "query": "hi", "id": "4"}),
        ];
        eve.raw(asked.map(|line| format!("{line}\n")).concat().as_bytes()).await;
        eve.finish().await;
        let heard = eve.rest().await;
        let said = format!("lobby {name}: hi");
        for expected in ["ok 1", "pong", "ok 2", "ok 3", "ok 4", &said] {
            assert!(heard.iter().any(|line| line == expected), "no {expected} in {heard:?}");
        }
        ann.expect_presence(&format!("lobby {name} away")).await;
    }
    // Somebody known, whose nonces must be looked up first.
    let mut ben = server.guest("ben").await;
    ben.say("one").await;
    let secret = ben.secret.clone();
    drop(ben);
    let server = server.again().await;
    let mut back = Client::connect(server.address).await;
    let asked = [hello(&json!({"secret": secret})), crate::client::say("two")];
    let [greeting, mut say] = asked;
    say["id"] = json!("1");
    back.raw(format!("{greeting}\n{say}\n").as_bytes()).await;
    back.finish().await;
    assert!(back.rest().await.contains(&"ok 1".to_owned()), "not answered");
}

#[tokio::test]
async fn what_comes_right_behind_a_greeting_is_answered_after_the_welcome() {
    let server = TestServer::open();
    for (behind, code) in [
        (r#"{"type":"auth","key":"wrong","id":"1"}"#, "auth_failed"),
        ("nonsense", "bad_json"),
        (r#"{"type":"hello","protocol":[1,1],"id":"1"}"#, "bad_request"),
    ] {
        let mut eve = Client::connect(server.address).await;
        eve.raw(format!("{}\n{behind}\n", hello(&json!({"name": "eve"}))).as_bytes()).await;
        let first = eve.next().await.as_ref().map(show);
        assert_eq!(first.as_deref(), Some("welcome eve"), "before {behind}");
        eve.until(&format!("error {code}")).await;
        eve.send(json!({"type": "quit"})).await;
        eve.until("goodbye quit").await;
    }
    // The third wrong key ends the connection, after the welcome all the same.
    let mut eve = Client::connect(server.address).await;
    let guess = json!({"type": "auth", "key": "wrong"}).to_string() + "\n";
    eve.raw(format!("{}\n{}", hello(&json!({"name": "eve"})), guess.repeat(3)).as_bytes()).await;
    let wrong = "error auth_failed";
    assert_eq!(eve.rest().await, ["welcome eve", wrong, wrong, wrong, "goodbye auth_failed"]);
}

/// A check of a password takes 19 MiB, which must be given back.
#[tokio::test]
async fn wrong_passwords_leave_no_memory_behind() {
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("password");
    std::fs::write(&file, server::password::hash("right").unwrap()).unwrap();
    let daemon = crate::daemon::Daemon::start(dir.path(), &["--password-file", file.to_str().unwrap()]);
    let before = daemon.memory_kb();
    for guess in 0..8 {
        let mut eve = Client::connect(daemon.address).await;
        eve.send(hello(&json!({"password": format!("{guess}")}))).await;
        eve.expect("error auth_failed").await;
    }
    let grown = daemon.memory_kb().saturating_sub(before);
    assert!(grown < 8 * 1024, "{grown} kB are kept");
}

/// Connections that are refused by address take no turn of those who greet, and most of them not even a word.
#[tokio::test]
async fn whoever_is_refused_over_and_over_is_told_a_few_times_only() {
    let strict = |timing: &mut server::timing::Timing| {
        (timing.exempt_loopback, timing.grace) = (false, std::time::Duration::ZERO);
    };
    let server = crate::test_server::Setup::new(&["--max-per-address", "2"]).timed(strict).open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let mut refused = Vec::new();
    for _ in 0..60 {
        refused.push(Client::connect(server.address).await);
        ann.say(&format!("{}", refused.len())).await;
        ben.until(&format!("lobby ann: {}", refused.len())).await;
    }
    let mut told = 0;
    for mut stranger in refused {
        match stranger.rest().await.as_slice() {
            [] => {}
            [error, goodbye] => {
                assert_eq!([error, goodbye], ["error too_many_connections", "goodbye too_many_connections"]);
                told += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!((1..20).contains(&told), "{told} of 60 were told");
}
