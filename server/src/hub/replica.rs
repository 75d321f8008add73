//! What a node knows of itself as one of a cluster: how far its store is, a running digest of all that it wrote, when its state is to
//! be kept, and how far the others are. Whether they have the same chat is `divergence`'s; `following` is what the hub does
//! with it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use shared::server_msg::ClusterInfo;
use shared::{Millis, NodeName};

use super::divergence::Divergence;
use super::pending::{Output, Pending};
use crate::admin::cluster::ClusterReport;
pub use crate::admin::cluster::Standing;
use crate::chat::conn_id::NodeStart;
use crate::chat::digest::Digest;
use crate::chat::effect::Effect;
use crate::chat::node_proposal::{Alive, Entry};
use crate::chat::nodes::Nodes;
use crate::chat::place::Place;
use crate::chat::proposal::{NodeOrigin, Proposal};
use crate::chat::rules::Rules;
use crate::order::place;
use crate::store::replica::Progress;

/// What a node is, for its hub.
#[derive(Debug)]
pub struct Replica {
    pub(super) start: NodeStart,
    pub(super) entry: Entry,
    /// How far the store is: what was written up to there is not written again.
    pub(super) stored: Progress,
    /// The digest of all that was written so far.
    pub(super) digest: Digest,
    /// Who proposed what was applied last.
    pub(super) origin: Option<NodeOrigin>,
    pub(super) standing: watch::Sender<Standing>,
    pub(super) followed: Followed,
    divergence: Divergence,
    pub(super) alive_at: Option<Instant>,
    /// The time of what was applied last, and when that was.
    pub(super) time: Option<(Millis, Instant)>,
    /// The other one by this name, for which this node was refused, and the number of what that one had proposed last.
    pub(super) refused_for: Option<(NodeStart, u64)>,
    /// The level of the chat, when it was looked last.
    pub(super) level: Option<u32>,
    /// How often the state of the chat is kept.
    snapshots: SnapshotsEvery,
    /// When, and how many proposals ago, the state of the chat was kept.
    snapshot_at: Instant,
    since_snapshot: u64,
    /// The place up to which nothing of the order is needed to start again.
    pub(super) has: Place,
    /// The place of the state that is being kept.
    pub(super) keeping: Option<Place>,
    /// How many messages of the order each node was behind when it said how far it is.
    lags: BTreeMap<NodeName, u64>,
    /// The rules as this node's settings have them.
    pub(super) rules: Option<Rules>,
    /// How the cluster was when a node was heard last.
    pub(super) report: watch::Sender<Option<ClusterReport>>,
    /// What clients were told of the nodes when these changed last.
    pub(super) told: Option<ClusterInfo>,
}

/// How far a node has followed the order, for its connections.
#[derive(Clone, Debug, Default)]
pub struct Followed(Arc<AtomicU64>);

impl Followed {
    /// The place of the last proposal that was applied.
    #[must_use]
    pub fn place(&self) -> Place {
        Place(self.0.load(Ordering::Relaxed))
    }

    pub(super) fn set(&self, place: Place) {
        self.0.store(place.0, Ordering::Relaxed);
    }
}

/// How often the state of the chat is kept: after this time, if anything was proposed, or after so many proposals.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotsEvery {
    /// The time.
    pub time: Duration,
    /// The number of proposals.
    pub proposals: u64,
}

impl Default for SnapshotsEvery {
    fn default() -> Self {
        Self { time: Duration::from_mins(10), proposals: 50_000 }
    }
}

impl Replica {
    /// A node whose chat is at `has`, and whose store is so far. Whoever wants to know when it serves looks at the receiver.
    #[must_use]
    pub fn new(start: NodeStart, entry: Entry, stored: Progress) -> (Self, watch::Receiver<Standing>) {
        let (standing, stands) = watch::channel(Standing::default());
        let has = entry.has;
        let replica = Self {
            start,
            entry,
            stored,
            digest: stored.digest,
            origin: None,
            standing,
            followed: Followed::default(),
            divergence: Divergence::default(),
            alive_at: None,
            time: None,
            refused_for: None,
            level: None,
            snapshots: SnapshotsEvery::default(),
            snapshot_at: Instant::now(),
            since_snapshot: 0,
            has,
            keeping: None,
            lags: BTreeMap::new(),
            rules: None,
            report: watch::Sender::new(None),
            told: None,
        };
        (replica, stands)
    }

    /// The same, but its state is kept so often.
    #[must_use]
    pub fn with_snapshots(self, snapshots: SnapshotsEvery) -> Self {
        Self { snapshots, ..self }
    }

    /// How far it has followed the order, as it goes on.
    #[must_use]
    pub fn followed(&self) -> Followed {
        self.followed.clone()
    }

    /// The same, with the rules as this node's settings have them.
    #[must_use]
    pub fn with_rules(self, rules: Rules) -> Self {
        Self { rules: Some(rules), ..self }
    }

    /// How the cluster is, whenever a node was heard.
    #[must_use]
    pub fn report(&self) -> watch::Receiver<Option<ClusterReport>> {
        self.report.subscribe()
    }

    /// How many messages a node was behind when it was heard last.
    pub(super) fn lag(&self, node: &NodeName) -> Option<u64> {
        self.lags.get(node).copied()
    }

    /// Whether a node has another chat than this one.
    pub(super) fn differs(&self, node: &NodeName) -> bool {
        self.divergence.differs(node)
    }

    /// The first thing that a node proposes.
    #[must_use]
    pub fn entry(&self) -> Proposal {
        Proposal::Enter(Box::new(self.entry.clone()))
    }

    /// Whether this node proposed it.
    pub(super) fn proposed(&self, origin: Option<NodeOrigin>) -> bool {
        origin.is_none_or(|origin| origin.start == self.start)
    }

    /// The effects that are for this node: all but those for connections of others. None of what is kept already. That the chat ended
    /// before this node entered ended others, and not this one.
    pub(super) fn own(&mut self, place: Place, mut effects: Vec<Effect>) -> Vec<Effect> {
        self.since_snapshot += 1;
        if place <= self.stored.applied {
            return vec![];
        }
        let entered = *self.standing.borrow() == Standing::Entered;
        effects.retain(|effect| self.concerns(effect) && (entered || !matches!(effect, Effect::Stop { .. })));
        effects
    }

    /// Whether an effect is not for a connection of another node.
    pub(super) fn concerns(&self, effect: &Effect) -> bool {
        effect.node().is_none_or(|node| node == self.start)
    }

    /// Adds what is about to be written to the digest.
    pub(super) fn add(&mut self, pending: &Pending) {
        for output in &pending.outputs {
            match output {
                Output::Event(_, encoded) => self.digest = self.digest.with_event(&encoded.line),
                Output::Effect(Effect::Save(record)) => {
                    self.digest = self.digest.with_row(&format!("{record:?}"));
                }
                Output::Effect(_) => {}
            }
        }
    }

    /// Whether it is time to keep the state of the chat.
    pub(super) fn snapshot_is_due(&self) -> bool {
        let is_due = self.snapshot_at.elapsed() >= self.snapshots.time
            || self.since_snapshot >= self.snapshots.proposals;
        is_due && self.keeping.is_none()
    }

    /// Whether it is time to keep the state of the chat. If so, it counts as kept from now on.
    pub(super) fn takes_snapshot(&mut self) -> bool {
        let takes = self.snapshot_is_due();
        if takes {
            (self.snapshot_at, self.since_snapshot) = (Instant::now(), 0);
        }
        takes
    }

    /// What this node says when it says that it runs.
    pub(super) fn alive(&self, applied: Place) -> Alive {
        let (checked, digest) = self.divergence.last_check();
        Alive { has: self.has, applied, checked, digest }
    }

    /// A node said how far it is, at a place: one to compare. What it says is compared with what this node had at the place that it
    /// speaks of. Returns why this node must stop, if it must.
    pub(super) fn compare(
        &mut self,
        nodes: &Nodes,
        place: Place,
        origin: NodeOrigin,
        alive: &Alive,
    ) -> Option<String> {
        if let Some(heard) = nodes.get(origin.start) {
            // Its own message is none that it lags behind.
            let behind = place::sequence(place).saturating_sub(place::sequence(alive.applied) + 1);
            self.lags.insert(heard.entry.node.clone(), behind);
        }
        if place > self.stored.applied {
            self.divergence.note(place, self.digest);
        }
        self.divergence.compare(nodes, (self.start, &self.entry), origin.start, alive)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use shared::{Event, Kind, Line, RoomName, Sender, Seq, Text, Uid};

    use super::*;
    use crate::chat::conn_id::ConnId;
    use crate::chat::effect::Record;

    fn start(node: u32) -> NodeStart {
        NodeStart { node: 1, start: node }
    }

    fn node(stored: Progress) -> Replica {
        let entry = Entry {
            node: "a".parse().unwrap(),
            version: Line::parse("1").unwrap(),
            level: 1,
            addresses: vec![],
            key: None,
            identity: None,
            has: Place::default(),
        };
        Replica::new(start(0), entry, stored).0
    }

    fn row(uid: i64) -> Effect {
        Effect::Save(Record::Forget(Uid::try_from(uid).unwrap()))
    }

    fn finish(node: u32) -> Effect {
        Effect::Finish { conn: ConnId::new(start(node), 1) }
    }

    #[test]
    fn whatever_is_written_is_in_the_digest_and_nothing_else() {
        let event = |text: &str| {
            let kind = Kind::Message(Text::parse(text).unwrap());
            let place = (Seq::ZERO, Seq::ZERO.next());
            Effect::Publish(Event::new(RoomName::lobby(), place, 0, Sender::operator(), kind))
        };
        let digest = |effects: &[Effect]| {
            let mut node = node(Progress::default());
            for pending in Pending::split(effects.to_vec(), None) {
                node.add(&pending);
            }
            node.digest
        };
        let all = [
            vec![],
            vec![row(1)],
            vec![row(2)],
            vec![event("a")],
            vec![event("b")],
            vec![row(1), event("a")],
        ];
        let digests: BTreeSet<_> = all.iter().map(|effects| digest(effects)).collect();
        assert_eq!(digests.len(), all.len());
        assert_eq!(digest(&[row(1), finish(0)]), digest(&[row(1)]));
    }

    #[test]
    fn effects_for_other_nodes_and_those_that_are_kept_already_are_dropped() {
        let mut node = node(Progress { applied: Place(5), ..Progress::default() });
        let stop = || Effect::Stop { reason: Line::default(), by: None, restart: true, reconnect: true };
        let all = || vec![row(1), finish(0), finish(1), stop()];
        assert!(node.own(Place(5), all()).is_empty());
        // The chat was stopped before this node entered.
        assert_eq!(format!("{:?}", node.own(Place(6), all())), format!("{:?}", [row(1), finish(0)]));
        node.standing.send_replace(Standing::Entered);
        let own = node.own(Place(7), all());
        assert_eq!(format!("{own:?}"), format!("{:?}", [row(1), finish(0), stop()]));
    }
}
