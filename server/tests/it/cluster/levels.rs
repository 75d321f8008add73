//! Nodes of several versions over a real NATS. The newer version is played by what it would send; the older one is `chinwagd`.

use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::level::LEVEL;
use server::chat::node_proposal::{Entry, ProposedRemoval};
use server::chat::place::Place;
use server::chat::proposal::Proposal;
use server::order::codec;
use server::order::jetstream::frame;
use shared::Line;
use tempfile::TempDir;

use super::nats::Nats;
use crate::daemon::{self, Daemon};

/// How `chinwagd` ends when it would be no use to start it again.
const UNFIT: i32 = 78;

/// The first start of a newer node.
const NEWER: NodeStart = NodeStart { node: 9, start: 9 };

fn flags(url: &str) -> [&str; 5] {
    ["--cluster", url, "--node", "older", "--cluster-old-nats"]
}

fn start(nats: &Nats, dir: &TempDir) -> Daemon {
    let mut node = Daemon::start(dir.path(), &flags(&nats.url(0)));
    node.wait_log("entered the cluster");
    node
}

/// The newer node publishes these lines as one message.
fn publish(nats: &Nats, first: u64, lines: &[String]) {
    let message = String::from_utf8(frame::encode(NEWER, first, lines)).unwrap();
    nats.request("chinwag.chinwag.order", &message);
}

#[test]
fn a_node_that_cannot_read_the_order_stops_and_asks_to_be_upgraded() {
    let (nats, dir) = (Nats::one(), TempDir::new().unwrap());
    let node = start(&nats, &dir);
    publish(&nats, 1, &[format!(r#"{{"v":{},"proposal":{{"type":"sing"}}}}"#, LEVEL + 1)]);
    let (status, log) = node.wait();
    assert_eq!(status.code(), Some(UNFIT), "{log}");
    assert!(log.contains("cannot be applied") && log.contains("upgrade this server"), "{log}");
    assert_eq!(log.matches("listening").count(), 1, "it started again: {log}");
}

#[test]
fn a_node_that_is_older_than_the_chat_is_refused() {
    let (nats, dir) = (Nats::one(), TempDir::new().unwrap());
    let node = start(&nats, &dir);
    let entry = Entry {
        node: "newer".parse().unwrap(),
        version: Line::parse("9").unwrap(),
        level: LEVEL + 1,
        addresses: vec![],
        key: None,
        identity: None,
        has: Place::default(),
    };
    // It is taken out while it runs, and is to enter anew when it is started again.
    let removal = ProposedRemoval {
        conn: ConnId::new(NEWER, 1),
        id: None,
        unix: 0,
        node: "older".parse().unwrap(),
        force: true,
    };
    let proposals = [Proposal::Enter(Box::new(entry)), Proposal::RemoveNode(Box::new(removal))];
    publish(&nats, 1, &proposals.map(|proposal| codec::encode(&proposal).unwrap()));
    let (status, log) = node.wait();
    assert!(status.success() && log.contains("was removed from the cluster"), "{log}");
    let url = nats.url(0);
    let (code, log) = daemon::fails(dir.path(), &[&["--listen", "127.0.0.1:0"], &flags(&url)[..]].concat());
    assert_eq!(code, UNFIT, "{log}");
    let why = format!("knows the chat up to level {LEVEL}, and the other nodes are at level {}", LEVEL + 1);
    assert!(log.contains(&why) && log.contains("install their version here"), "{log}");
}
