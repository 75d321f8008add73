//! Connections attached by code in this process: over a pipe, with a real peer address, and with all limits of one over
//! the network.

use std::io::{ErrorKind, IoSlice};
use std::time::Duration;

use serde_json::{Value, json};
use server::transport::pipe::{Pipe, pair};

use crate::client::LIMIT;
use crate::test_server::{Setup, TestServer};

/// The far end of an attached pipe.
struct Attached {
    pipe: Pipe,
    unread: Vec<u8>,
}

impl Attached {
    fn new(server: &TestServer, peer: &str) -> Self {
        let (near, far) = pair(64 * 1024);
        server.acceptor.attach(near, peer.parse().unwrap());
        Self { pipe: far, unread: Vec::new() }
    }

    fn send(&self, line: &Value) {
        let line = format!("{line}\n");
        assert_eq!(self.pipe.try_write(&[IoSlice::new(line.as_bytes())]).unwrap(), line.len());
    }

    /// The next line; `None` at the end of the stream.
    async fn line(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.unread.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Some(serde_json::from_slice(&line).unwrap());
            }
            tokio::time::timeout(LIMIT, self.pipe.readable()).await.expect("nothing comes").unwrap();
            let mut some = [0; 4096];
            match self.pipe.try_read(&mut some) {
                Ok(0) => return None,
                Ok(read) => self.unread.extend_from_slice(&some[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return None,
            }
        }
    }

    /// The next line of this type; others are skipped.
    async fn expect(&mut self, kind: &str) -> Value {
        loop {
            let line = self.line().await.unwrap_or_else(|| panic!("the end, and no {kind}"));
            if line["type"] == kind {
                return line;
            }
        }
    }

    /// Greets, and returns the server's answer.
    async fn greet(&mut self, fields: Value) -> Value {
        let mut hello = json!({"type": "hello", "protocol": [1, 1], "client": "attached"});
        hello.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.send(&hello);
        self.line().await.unwrap()
    }
}

fn strict(flags: &[&str]) -> TestServer {
    let strict = |timing: &mut server::timing::Timing| {
        (timing.exempt_loopback, timing.grace) = (false, Duration::ZERO);
    };
    Setup::new(flags).timed(strict).open()
}

#[tokio::test]
async fn an_attached_connection_talks_with_the_others_and_has_its_address() {
    let server = TestServer::open();
    let mut admin = server.admin("ann").await;
    let mut attached = Attached::new(&server, "192.0.2.7:4000");
    let welcome = attached.greet(json!({"name": "ben"})).await;
    assert_eq!((&welcome["type"], &welcome["you"]["name"]), (&json!("welcome"), &json!("ben")));
    assert!(welcome["secret"].is_string(), "its identity is new");
    attached.send(&json!({"type": "say", "id": "1", "room": "lobby", "text": "hi", "nonce": "n1"}));
    let said = attached.expect("event").await;
    assert_eq!(said["text"], "hi");
    let whois = admin.ok(json!({"type": "who", "uid": welcome["you"]["uid"]})).await;
    let details = whois.users.unwrap()[0].details.clone().unwrap();
    assert_eq!(details.address, "192.0.2.7".parse().ok());
    let connections = server.observer.stats.connections(server::stats::Transport::Attached);
    assert_eq!(connections, 1);
    server.stop().await;
    assert_eq!(attached.expect("goodbye").await["code"], "shutting_down");
}

#[tokio::test]
async fn the_limits_by_address_hold_for_attached_connections() {
    let server = strict(&["--max-per-address", "2"]);
    let mut first: Vec<_> = (0..2).map(|_| Attached::new(&server, "192.0.2.7:1")).collect();
    for attached in &mut first {
        assert_eq!(attached.greet(json!({})).await["type"], "welcome");
    }
    let mut third = Attached::new(&server, "192.0.2.7:2");
    assert_eq!(third.line().await.unwrap()["code"], "too_many_connections");
    assert_eq!(third.line().await.unwrap()["type"], "goodbye");
    assert_eq!(third.line().await, None);
    assert_eq!(Attached::new(&server, "192.0.2.8:1").greet(json!({})).await["type"], "welcome");
    server.stop().await;
}

#[tokio::test]
async fn a_ban_by_address_keeps_attached_connections_out() {
    let server = TestServer::open();
    let mut admin = server.admin("ann").await;
    let mut attached = Attached::new(&server, "192.0.2.7:1");
    let welcome = attached.greet(json!({"name": "ben"})).await;
    admin.ok(json!({"type": "ban", "uid": welcome["you"]["uid"], "address": true})).await;
    assert_eq!(attached.expect("goodbye").await["code"], "banned");
    let refused = Attached::new(&server, "192.0.2.7:2").greet(json!({"name": "eve"})).await;
    assert_eq!(refused["code"], "banned");
    server.stop().await;
}

#[tokio::test]
async fn an_attached_connection_that_does_not_greet_in_time_is_refused() {
    let server = Setup::new(&[]).timed(|timing| timing.greeting = Duration::from_millis(50)).open();
    let mut attached = Attached::new(&server, "192.0.2.7:1");
    assert_eq!(attached.line().await.unwrap()["code"], "timeout");
    assert_eq!(attached.expect("goodbye").await["code"], "timeout");
    server.stop().await;
}
