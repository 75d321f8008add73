//! Nodes of several versions: what the chat does rises with the last of them, and never sinks.

use shared::Line;

use super::script::{Stage, rules};
use crate::chat::conn_id::NodeStart;
use crate::chat::level::LEVEL;
use crate::chat::node_proposal::{Entry, ProposedRemoval};
use crate::chat::nodes::{EntryRefusal, LEASE_MS};
use crate::chat::place::Place;
use crate::chat::proposal::{NodeOrigin, Proposal};
use crate::chat::snapshot::Snapshot;
use crate::chat::{Chat, conn_id::ConnId};

struct Cluster {
    stage: Stage,
    starts: u32,
}

impl Cluster {
    fn new() -> Self {
        Self { stage: Stage::new(rules("")), starts: 0 }
    }

    fn propose(&mut self, start: u32, number: u64, proposal: Proposal) {
        let mut ordered = self.stage.order(proposal);
        ordered.origin = Some(NodeOrigin { start: NodeStart { node: 7, start }, number });
        self.stage.chat.handle(ordered);
    }

    /// A node starts, in a version that knows this level; the level of the chat then.
    fn enter(&mut self, name: &str, level: u32) -> u32 {
        self.starts += 1;
        self.propose(self.starts, 1, Proposal::Enter(Box::new(entry(name, level))));
        self.level()
    }

    fn level(&self) -> u32 {
        self.stage.chat.level()
    }

    /// The last node that started stops.
    fn exit(&mut self) -> u32 {
        self.propose(self.starts, 2, Proposal::Exit);
        self.level()
    }
}

fn entry(name: &str, level: u32) -> Entry {
    let (version, has) = (Line::parse("1").unwrap(), Place::default());
    Entry { node: name.parse().unwrap(), version, level, addresses: vec![], key: None, identity: None, has }
}

#[test]
fn a_rolling_upgrade_raises_the_level_with_the_last_node() {
    let mut cluster = Cluster::new();
    let nodes = ["seoul", "busan", "jeju"];
    for node in nodes {
        assert_eq!(cluster.enter(node, 1), 1);
    }
    assert_eq!(nodes.map(|node| cluster.enter(node, 2)), [1, 1, 2]);
    // A version that skips one.
    assert_eq!(nodes.map(|node| cluster.enter(node, 4)), [2, 2, 4]);
}

#[test]
fn a_node_that_is_down_may_come_back_as_it_was() {
    let mut cluster = Cluster::new();
    cluster.enter("busan", 1);
    assert_eq!(cluster.exit(), 1);
    assert_eq!(cluster.enter("seoul", 2), 1, "it waits for the one that is down");
    let below: Vec<_> = cluster.stage.chat.nodes().below(2).map(ToString::to_string).collect();
    assert_eq!(below, ["busan"]);
    assert_eq!(cluster.enter("busan", 1), 1);
    assert!(cluster.stage.chat.nodes().runs(&"busan".parse().unwrap()));
}

#[test]
fn one_that_is_taken_out_or_left_out_is_not_waited_for() {
    let removal = ProposedRemoval {
        conn: ConnId::new(NodeStart { node: 7, start: 2 }, 1),
        id: None,
        unix: 0,
        node: "busan".parse().unwrap(),
        force: false,
    };
    let evicted = Proposal::EvictNode { node: "busan".parse().unwrap() };
    for ends in [Proposal::RemoveNode(Box::new(removal)), evicted] {
        let mut cluster = Cluster::new();
        cluster.enter("busan", 1);
        cluster.exit();
        cluster.enter("seoul", 2);
        cluster.propose(2, 2, ends);
        assert_eq!(cluster.level(), 2);
        // It has to be upgraded now.
        assert_eq!(cluster.enter("busan", 1), 2);
        assert!(!cluster.stage.chat.nodes().runs(&"busan".parse().unwrap()));
        assert_eq!(cluster.enter("busan", 2), 2);
        assert!(cluster.stage.chat.nodes().runs(&"busan".parse().unwrap()));
    }
}

#[test]
fn a_node_that_is_lost_is_waited_for() {
    let mut cluster = Cluster::new();
    cluster.enter("busan", 1);
    cluster.enter("seoul", 2);
    for number in 2..5 {
        cluster.stage.now += LEASE_MS / 2;
        cluster.propose(2, number, Proposal::Tick);
    }
    assert!(!cluster.stage.chat.nodes().runs(&"busan".parse().unwrap()), "it is lost");
    assert_eq!(cluster.level(), 1);
}

#[test]
fn a_node_that_is_older_than_the_chat_is_told_what_to_do() {
    let mut cluster = Cluster::new();
    cluster.enter("seoul", 3);
    let why = cluster.stage.chat.nodes().admits(&entry("busan", 2)).unwrap_err();
    assert_eq!(why, EntryRefusal::TooOld { own: 2, chat: 3 });
    assert!(why.to_string().ends_with("install their version here"), "{why}");
}

#[test]
fn a_snapshot_has_the_level_and_an_older_version_does_not_read_it() {
    let mut cluster = Cluster::new();
    cluster.enter("seoul", LEVEL);
    let text = cluster.stage.chat.snapshot().encode().unwrap();
    assert_eq!(Chat::from_snapshot(Snapshot::decode(&text).unwrap()).level(), LEVEL);
    cluster.enter("seoul", LEVEL + 1);
    let newer = cluster.stage.chat.snapshot().encode().unwrap();
    let why = Snapshot::decode(&newer).unwrap_err().to_string();
    let said =
        format!("a snapshot has version {}, this server knows up to {LEVEL}; upgrade this server", LEVEL + 1);
    assert_eq!(why, said);
}
