//! A store that cannot write for a while: nothing is acknowledged that was not kept, and nobody is thrown out.

use serde_json::json;
use shared::Code;

use crate::client::{Client, say};
use crate::test_server::{Setup, TestServer};

/// Somebody else holds the store's file: the server cannot commit until this is dropped.
struct Locked(rusqlite::Connection);

impl Locked {
    fn hold(server: &Setup) -> Self {
        let db = rusqlite::Connection::open(server.dir.path().join("chinwag.db")).unwrap();
        db.execute_batch("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE").unwrap();
        Self(db)
    }

    fn release(self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}

/// A server, and its setup, for its directory.
fn open() -> (Setup, TestServer) {
    let setup = Setup::new(&[]);
    (setup.clone(), setup.open())
}

async fn refused(client: &mut Client, request: serde_json::Value) {
    assert_eq!(client.refused(request).await, Code::Storage);
}

/// Takes five seconds: as long as the server waits for a file that is busy.
#[tokio::test]
async fn what_cannot_be_stored_is_refused_and_can_be_said_later_once() {
    let (setup, server) = open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let locked = Locked::hold(&setup);
    refused(&mut ann, say("hi")).await;
    ben.expect_silence().await;
    locked.release();
    let seq = ann.say("hi").await;
    assert_eq!(ann.say("hi").await, seq);
    // The harness checks that nothing is missing between what is heard.
    ben.expect("lobby ann: hi").await;
    ben.expect_silence().await;
    let server = server.again().await;
    let mut ann = server.greet(json!({"secret": ann.secret})).await;
    assert_eq!(ann.say("hi").await, seq, "the nonce is known after a restart");
}

/// PROTOCOL.md: a request that was declined changed nothing. Takes five seconds, as above.
#[tokio::test]
async fn what_could_not_be_stored_did_not_happen() {
    let (setup, server) = open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let locked = Locked::hold(&setup);
    ann.send(json!({"type": "topic", "id": "t", "room": "lobby", "topic": "soup"})).await;
    ann.send(json!({"type": "rename", "id": "r", "name": "anna"})).await;
    ann.send(json!({"type": "join", "id": "j", "room": "kitchen"})).await;
    for _ in 0..3 {
        ann.until("error storage").await;
    }
    locked.release();
    // It can be done again, and then it is.
    ann.ok(json!({"type": "join", "room": "kitchen"})).await;
    ben.ok(json!({"type": "join", "room": "kitchen"})).await;
    ann.until("kitchen ben joins").await;
    ben.ok(json!({"type": "rename", "name": "benno"})).await;
    let mut cat = server.guest("cat").await;
    assert_eq!(cat.members("lobby"), ["ann", "benno", "cat"]);
    assert_eq!(cat.welcome.as_ref().unwrap().rooms[0].topic.as_str(), "");
    cat.say("hi").await;
    ann.until("lobby cat: hi").await;
}

#[tokio::test]
async fn a_greeting_that_cannot_be_stored_is_refused_and_reading_goes_on() {
    let (setup, server) = open();
    let mut ann = server.guest("ann").await;
    ann.say("hi").await;
    let locked = Locked::hold(&setup);
    let mut ben = Client::connect(server.address).await;
    ben.send(crate::client::hello(&json!({"name": "ben"}))).await;
    // Reading waits neither for the store's writer nor for the one who waits for it.
    let page = ann.ok(json!({"type": "history", "room": "lobby"})).await.events.unwrap();
    assert_eq!(page.len(), 2);
    ben.expect("error storage").await;
    ben.expect("goodbye storage").await;
    ben.expect_end().await;
    locked.release();
    let ben = server.guest("ben").await;
    assert_eq!(ben.members("lobby"), ["ann", "ben"]);
}

/// Takes five seconds, as above.
#[tokio::test]
async fn a_store_that_somebody_else_has_locked_is_alive_and_not_ready() {
    let setup = Setup::new(&[]).with("--metrics", "127.0.0.1:0");
    let server = setup.open();
    let locked = Locked::hold(&setup);
    let (ready, why) = crate::metrics::get(&server, "/readyz").await;
    assert!(ready == 503 && why.contains("does not answer"), "{why}");
    assert_eq!(crate::metrics::get(&server, "/livez").await, (200, "ok\n".to_owned()));
    locked.release();
    assert_eq!(crate::metrics::get(&server, "/readyz").await, (200, "ok\n".to_owned()));
}

/// Takes five seconds, as above.
#[tokio::test]
async fn what_was_refused_lately_is_trouble_though_the_store_takes_things_again() {
    let setup = Setup::new(&[]).with("--metrics", "127.0.0.1:0");
    let server = setup.open();
    let mut ann = server.guest("ann").await;
    assert_eq!(crate::metrics::get(&server, "/healthz").await.0, 200);
    let locked = Locked::hold(&setup);
    refused(&mut ann, say("hi")).await;
    locked.release();
    ann.say("hi").await;
    let (status, said) = crate::metrics::get(&server, "/healthz").await;
    assert!(status == 503 && said.contains("within the last 5 minutes"), "{said}");
    let (status, said) = crate::metrics::get(&server, "/readyz").await;
    assert!(status == 503 && said.contains("refused"), "{said}");
    assert_eq!(crate::metrics::get(&server, "/livez").await.0, 200);
    assert!(crate::metrics::get(&server, "/metrics").await.1.contains("\nchinwagd_store_failed_lately 1\n"));
    let dir = setup.dir.path().to_owned();
    let told = tokio::task::spawn_blocking(move || crate::ctl::ctl(&dir, &["status"])).await.unwrap();
    assert!(told.0 == 1 && told.1.contains("UNWELL: the store refused"), "{told:?}");
}

#[tokio::test]
async fn a_store_that_is_deleted_or_replaced_takes_no_messages_until_it_is_back() {
    for part in ["chinwag.db", "chinwag.db-wal"] {
        let setup = Setup::new(&[]).with("--metrics", "127.0.0.1:0");
        let server = setup.open();
        let mut ann = server.guest("ann").await;
        let (file, aside) = (setup.dir.path().join(part), setup.dir.path().join("aside"));
        std::fs::rename(&file, &aside).unwrap();
        let (status, said) = crate::metrics::get(&server, "/healthz").await;
        assert!(status == 503 && said.contains("deleted or replaced"), "{said}");
        let (status, said) = crate::metrics::get(&server, "/readyz").await;
        assert!(status == 503 && said.contains("deleted or replaced"), "{said}");
        assert_eq!(crate::metrics::get(&server, "/livez").await.0, 200);
        refused(&mut ann, say("hi")).await;
        std::fs::write(&file, "another").unwrap();
        refused(&mut ann, say("hi")).await;
        let dir = setup.dir.path().to_owned();
        let told = tokio::task::spawn_blocking(move || crate::ctl::ctl(&dir, &["status"])).await.unwrap();
        assert!(told.0 == 1 && told.1.contains("deleted or replaced"), "{told:?}");
        std::fs::rename(&aside, &file).unwrap();
        let seq = ann.say("hi").await;
        let server = server.again().await;
        let mut ann = server.greet(json!({"secret": ann.secret})).await;
        assert_eq!(ann.say("hi").await, seq, "it was kept");
    }
}

/// Takes five seconds, as above.
#[tokio::test]
async fn who_was_to_be_kicked_but_could_not_be_may_come_back_at_once() {
    let (setup, server) = open();
    let (mut ann, mut ben) = (server.admin("ann").await, server.guest("ben").await);
    let locked = Locked::hold(&setup);
    refused(&mut ann, json!({"type": "kick", "uid": ben.uid()})).await;
    ben.until("goodbye storage").await;
    ben.expect_end().await;
    locked.release();
    let ben = server.greet(json!({"secret": ben.secret})).await;
    assert_eq!(ben.members("lobby"), ["ann", "ben"]);
}
