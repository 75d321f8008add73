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
