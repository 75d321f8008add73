//! Real servers that are one chat: people on different nodes, of which one is killed, stopped, new, or cut off from NATS.

use std::path::Path;

use serde_json::json;
use shared::server_msg::OrderState;
use shared::{Code, ServerMsg};
use tempfile::TempDir;

use super::nats::Nats;
use crate::client::Client;
use crate::ctl;
use crate::daemon::{self, Daemon};

/// A cluster over one NATS server.
pub(super) struct Cluster {
    pub(super) nats: Nats,
    dirs: Vec<TempDir>,
}

impl Cluster {
    pub(super) fn new(nodes: usize) -> Self {
        Self { nats: Nats::one(), dirs: (0..nodes).map(|_| TempDir::new().unwrap()).collect() }
    }

    pub(super) fn dir(&self, number: usize) -> &Path {
        self.dirs[number].path()
    }

    fn flags(&self, number: usize) -> Vec<String> {
        self.flags_as(&format!("node-{number}"))
    }

    fn flags_as(&self, node: &str) -> Vec<String> {
        let url = self.nats.url(0);
        ["--cluster", &url, "--node", node, "--cluster-old-nats"].map(str::to_owned).into()
    }

    /// The sequence of the last message in the stream.
    pub(super) fn last_in_stream(&self) -> u64 {
        let said = self.nats.request("$JS.API.STREAM.INFO.CHINWAG_chinwag", "");
        let (_, after) = said.split_once("\"last_seq\":").unwrap_or_else(|| panic!("{said}"));
        after.split(',').next().unwrap().parse().unwrap()
    }

    /// Starts a node, and waits until its log says this.
    pub(super) fn until(&self, number: usize, said: &str) -> Daemon {
        let flags = self.flags(number);
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        Daemon::until(self.dir(number), &flags, said)
    }

    /// Starts a node by this name, which cannot be one: its exit code and what it said.
    pub(super) fn fails_as(&self, number: usize, node: &str) -> (i32, String) {
        let flags = self.flags_as(node);
        let free = ["--listen", "127.0.0.1:0"];
        let flags: Vec<&str> = free.into_iter().chain(flags.iter().map(String::as_str)).collect();
        daemon::fails(self.dir(number), &flags)
    }

    /// Starts a node, and waits until it is one.
    pub(super) fn start(&self, number: usize) -> Daemon {
        let flags = self.flags(number);
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let mut node = Daemon::start(self.dir(number), &flags);
        node.wait_log("entered the cluster");
        node
    }

    /// Starts two nodes with a person on each, of whom the second has heard the first.
    pub(super) async fn two_people(&self) -> ((Daemon, Client), (Daemon, Client)) {
        let (first, second) = (self.start(0), self.start(1));
        let (mut ann, mut bob) = (first.guest("ann").await, second.guest("bob").await);
        ann.say("hi").await;
        bob.until("lobby ann: hi").await;
        ((first, ann), (second, bob))
    }
}

/// Everything that a node has of the lobby.
async fn history(reader: &mut Client) -> Vec<String> {
    let answer = reader.ok(json!({"type": "history", "room": "lobby", "limit": 200})).await;
    answer.events.unwrap().iter().map(|event| serde_json::to_string(event).unwrap()).collect()
}

#[tokio::test]
async fn people_on_different_nodes_are_in_one_chat_that_outlives_a_node() {
    let cluster = Cluster::new(3);
    let (first, second) = (cluster.start(0), cluster.start(1));
    let mut ann = first.guest("ann").await;
    let mut bob = second.guest("bob").await;
    let told = ann.welcome.as_ref().unwrap().cluster.clone().unwrap();
    assert_eq!(told.node.unwrap().as_str(), "node-0");
    assert_eq!(bob.welcome.as_ref().unwrap().cluster.as_ref().unwrap().nodes.len(), 2);

    let seq = ann.say("안녕").await;
    bob.until("lobby ann: 안녕").await;
    bob.say("hi").await;
    ann.until("lobby bob: hi").await;

    // What was acknowledged is on the other node, and so is who said it.
    drop(first);
    let mut ann =
        Client::greet(second.address, json!({"secret": ann.secret, "resume": {"lobby": seq}})).await;
    assert_eq!(ann.name(), "ann");
    ann.say("back").await;
    bob.until("lobby ann: back").await;

    // A node that is new, and one that was away, have the same.
    let (third, first) = (cluster.start(2), cluster.start(0));
    let mut readers = vec![history(&mut bob).await];
    for (node, name) in [(&third, "reader"), (&first, "another")] {
        let mut reader = node.guest(name).await;
        let have = history(&mut reader).await;
        reader.send(json!({"type": "quit"})).await;
        readers.push(have);
    }
    let said = |have: &[String]| {
        have.iter().filter(|line| line.contains("\"message\"")).cloned().collect::<Vec<_>>()
    };
    assert_eq!(said(&readers[0]).len(), 3);
    assert_eq!(said(&readers[0]), said(&readers[1]));
    assert_eq!(said(&readers[0]), said(&readers[2]));
}

#[tokio::test]
async fn who_types_is_seen_over_the_other_node_and_is_not_in_the_stream() {
    let cluster = Cluster::new(2);
    let ((_first, mut ann), (_second, mut bob)) = cluster.two_people().await;
    let before = cluster.last_in_stream();
    for _ in 0..30 {
        ann.ok(json!({"type": "typing", "room": "lobby"})).await;
        bob.expect_presence("lobby ann typing").await;
    }
    // The nodes say every 5 s that they run.
    let more = cluster.last_in_stream() - before;
    assert!(more < 20, "{more} messages in the stream for 30 notices");
    // Nobody hears of rooms they are not in.
    ann.ok(json!({"type": "join", "room": "dev"})).await;
    ann.ok(json!({"type": "typing", "room": "dev"})).await;
    ann.say("done").await;
    bob.until("lobby ann: done").await;
    assert!(!bob.presence.iter().any(|told| told.starts_with("dev")));
}

#[tokio::test]
async fn a_node_that_is_stopped_sends_its_people_to_the_others() {
    let cluster = Cluster::new(2);
    let ((first, mut ann), (second, mut bob)) = cluster.two_people().await;
    assert!(first.stop().0.success());
    loop {
        if let ServerMsg::Goodbye(goodbye) = ann.next().await.unwrap() {
            let there: Vec<_> = goodbye.try_next.iter().map(|address| address.as_str().to_owned()).collect();
            assert_eq!((there, goodbye.reconnect), (vec![second.address.to_string()], true));
            assert!(goodbye.after_ms.unwrap() <= 300);
            break;
        }
    }
    bob.expect_presence("lobby ann away").await;
}

#[tokio::test]
async fn whoever_removes_the_node_that_they_ask_is_answered() {
    let cluster = Cluster::new(2);
    let (_first, mut second) = (cluster.start(0), cluster.start(1));
    ctl::fine(cluster.dir(1), &["cluster", "remove", "node-1", "--force"]);
    second.wait_log("this node was removed from the cluster and stops");
}

#[tokio::test]
async fn a_node_that_is_removed_while_it_is_stopped_says_so_when_it_goes_on_and_ends() {
    let cluster = Cluster::new(2);
    let ((_first, mut ann), (mut second, mut bob)) = cluster.two_people().await;
    second.signal("STOP");
    // What bob says is still to be proposed when his node is removed.
    bob.send(json!({"type": "say", "id": "l", "room": "lobby", "nonce": "l", "text": "late"})).await;
    ctl::fine(cluster.dir(0), &["cluster", "remove", "node-1", "--force"]);
    ann.expect_presence("lobby bob away").await;
    second.signal("CONT");
    second.wait_log("this node was removed from the cluster and stops");
    assert!(second.wait().0.success());
    ann.say("still here").await;
    assert!(!history(&mut ann).await.iter().any(|line| line.contains("late")));
}

#[tokio::test]
async fn a_server_that_ran_alone_brings_its_chat_into_the_cluster() {
    let cluster = Cluster::new(2);
    let alone = Daemon::start(cluster.dir(0), &[]);
    let mut ann = alone.guest("ann").await;
    ann.say("before").await;
    let secret = ann.secret.clone();
    alone.stop();
    let (_first, second) = (cluster.start(0), cluster.start(1));
    let mut ann = Client::greet(second.address, json!({"secret": secret})).await;
    assert_eq!(ann.name(), "ann");
    assert!(history(&mut ann).await.iter().any(|line| line.contains("before")));
}

#[tokio::test]
async fn a_server_with_a_chat_of_its_own_does_not_join_another_one() {
    let cluster = Cluster::new(2);
    let _first = cluster.start(0);
    let alone = Daemon::start(cluster.dir(1), &[]);
    alone.guest("eve").await.say("mine").await;
    alone.stop();
    let flags = cluster.flags(1);
    let flags: Vec<&str> =
        ["--listen", "127.0.0.1:0"].into_iter().chain(flags.iter().map(String::as_str)).collect();
    let (code, said) = daemon::fails(cluster.dir(1), &flags);
    assert!(code == 78 && said.contains("has a chat of its own"), "{code} {said}");
}

#[tokio::test]
async fn whoever_is_there_is_told_of_a_node_that_comes_and_of_one_that_goes() {
    let cluster = Cluster::new(2);
    let first = cluster.start(0);
    let mut ann = first.guest("ann").await;
    let second = cluster.start(1);
    let mut both = [first.address, second.address].map(|at| at.to_string());
    both.sort();
    assert_eq!(told_nodes(&mut ann).await, both);
    second.stop();
    assert_eq!(told_nodes(&mut ann).await, [first.address.to_string()]);
}

/// The nodes that somebody is told of next.
async fn told_nodes(person: &mut Client) -> Vec<String> {
    loop {
        if let ServerMsg::Cluster(told) = person.next().await.unwrap() {
            let mut nodes: Vec<_> = told.nodes.iter().map(ToString::to_string).collect();
            nodes.sort();
            return nodes;
        }
    }
}

#[tokio::test]
async fn what_is_said_while_nats_stands_waits_and_is_said_once() {
    let cluster = Cluster::new(1);
    let node = cluster.start(0);
    let mut ann = node.guest("ann").await;
    let mut bob = node.guest("bob").await;
    ann.say("before").await;
    cluster.nats.pause(0);
    ann.send(json!({"type": "say", "id": "w", "room": "lobby", "nonce": "w", "text": "waits"})).await;
    let stalls = |msg: &ServerMsg, state| matches!(msg, ServerMsg::Order(order) if order.state == state);
    while !stalls(&bob.next().await.unwrap(), OrderState::Stalled) {}
    // What is here can be read.
    assert!(history(&mut bob).await.iter().any(|line| line.contains("before")));
    cluster.nats.resume(0);
    while !stalls(&bob.next().await.unwrap(), OrderState::Flowing) {}
    assert_eq!(history(&mut bob).await.iter().filter(|line| line.contains("waits")).count(), 1);
    ann.say("after").await;
}

/// Takes half a minute: `cargo test -p server --test it -- --ignored nothing_new_is_taken`.
#[tokio::test]
#[ignore = "waits until the order has stood for long"]
async fn nothing_new_is_taken_while_nats_is_gone_for_long() {
    let cluster = Cluster::new(1);
    let node = cluster.start(0);
    let mut ann = node.guest("ann").await;
    cluster.nats.pause(0);
    ann.send(json!({"type": "say", "id": "w", "room": "lobby", "nonce": "w", "text": "waits"})).await;
    tokio::time::sleep(std::time::Duration::from_secs(18)).await;
    assert_eq!(ann.refused(json!({"type": "topic", "room": "lobby", "topic": "new"})).await, Code::Storage);
    assert!(!history(&mut ann).await.is_empty());
    cluster.nats.resume(0);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    ann.ok(json!({"type": "topic", "room": "lobby", "topic": "new"})).await;
    assert_eq!(history(&mut ann).await.iter().filter(|line| line.contains("waits")).count(), 1);
}
