//! A server of the world: its disk, its process while it runs, its clock. In a cluster each node founds or joins it by a copy of a
//! store, and starts from what it has on disk.

use std::sync::Arc;
use std::time::Duration;

use server::chat::conn_id::NodeStart;
use server::chat::node_identity::NodeIdentity;
use server::chat::node_proposal::Entry;
use server::chat::snapshot::Snapshot;
use server::chat::{Chat, Memory};
use server::config::storage::Sync;
use server::hub::replica::{Replica, SnapshotsEvery};
use server::store::replica::{self, Progress};
use shared::{Line, Millis, NodeAddress, NodeName};

use super::disk::Disk;
use super::gate::Gate;
use super::random::Random;
use super::replicated_log::ReplicatedLog;
use super::server_run::{self, ServerRun, ServerSettings};

/// The version that all nodes run.
const VERSION: &str = "0";

/// A server.
pub(crate) struct Node {
    pub(crate) disk: Disk,
    pub(crate) server: Option<ServerRun>,
    /// When it starts again.
    pub(crate) server_at: Option<u64>,
    /// How far its clock is ahead, in milliseconds.
    pub(crate) skew: Millis,
    /// When it is resumed, if it is stopped.
    pub(crate) resumes_at: Option<u64>,
    /// Whether its disk was another one's: it may be behind what the others know that it has.
    pub(crate) is_copy: bool,
    /// Whether what it has on disk was altered, and it did not find that yet.
    pub(crate) is_altered: bool,
}

/// What a node of a cluster is.
pub(crate) struct Membership {
    pub(crate) log: Arc<ReplicatedLog>,
    /// Its number.
    pub(crate) node: usize,
    pub(crate) gate: Gate,
}

impl Node {
    pub(crate) fn new(disk: Disk, skew: Millis) -> Self {
        let (server, server_at, resumes_at) = (None, Some(0), None);
        Self { disk, server, server_at, skew, resumes_at, is_copy: false, is_altered: false }
    }

    /// Its process, if that takes connections.
    pub(crate) fn serving(&mut self) -> Option<&mut ServerRun> {
        self.server.as_mut().filter(|server| server.serves())
    }

    /// Whether it takes connections.
    pub(crate) fn serves(&self) -> bool {
        self.server.as_ref().is_some_and(ServerRun::serves)
    }
}

/// Founds a cluster on an empty disk.
pub(crate) fn found(disk: &Disk, settings: ServerSettings, now: Millis) {
    let chat = Chat::new(server_run::rules(settings), Memory::default(), now);
    let snapshot = chat.snapshot().encode().unwrap();
    let progress = Progress::default();
    let founded = replica::Replica { order: "tea".into(), progress, snapshot, diverged: None };
    replica::begin(disk.dir(), Sync::Normal, &founded).unwrap();
}

/// What a node starts from: its chat, and how far its store is.
pub(crate) fn load(disk: &Disk) -> (Chat, Progress) {
    let kept = replica::load(disk.dir()).unwrap().unwrap();
    assert_eq!(kept.diverged, None);
    (Chat::from_snapshot(Snapshot::decode(&kept.snapshot).unwrap()), kept.progress)
}

/// A start that no other has.
pub(crate) fn new_start(random: &mut Random) -> NodeStart {
    let roll = random.roll();
    NodeStart { node: u16::try_from(roll >> 48).unwrap(), start: u32::try_from(roll & 0xffff_ffff).unwrap() }
}

/// What a node is called.
pub(crate) fn name(node: usize) -> NodeName {
    NodeName::parse(&format!("node-{node}")).unwrap()
}

/// What the hub of a node is told of it.
pub(crate) fn entry(node: usize, chat: &Chat) -> Entry {
    Entry {
        node: name(node),
        version: Line::parse(VERSION).unwrap(),
        level: server::chat::level::LEVEL,
        addresses: vec![NodeAddress::parse(&format!("node-{node}.example:7667")).unwrap()],
        key: None,
        identity: Some(NodeIdentity(node as u64)),
        has: chat.applied(),
    }
}

/// How often nodes keep the state of their chat: often, so that starts from it are tried.
pub(crate) fn snapshots(random: &mut Random) -> SnapshotsEvery {
    SnapshotsEvery { time: Duration::from_mins(10), proposals: random.between(1, 40) }
}

/// A replica for the hub.
pub(crate) fn replica_of(
    start: NodeStart,
    node: usize,
    chat: &Chat,
    stored: Progress,
    random: &mut Random,
) -> (Replica, tokio::sync::watch::Receiver<server::hub::replica::Standing>) {
    let (replica, stands) = Replica::new(start, entry(node, chat), stored);
    (replica.with_snapshots(snapshots(random)), stands)
}
