//! What a node knows of itself and of the other nodes' chats: how far its store is, a running digest of all that it wrote, and
//! whether the others have the same one at the same place. `following` is what the hub does with it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use shared::server_msg::ClusterInfo;
use shared::{Millis, NodeName};

use super::pending::{Output, Pending};
use crate::admin::cluster::ClusterReport;
pub use crate::admin::cluster::Standing;
use crate::chat::conn_id::NodeStart;
use crate::chat::digest::Digest;
use crate::chat::effect::Effect;
use crate::chat::nodes::{Nodes, Running};
use crate::chat::proposal::{Alive, Entry, NodeOrigin, Place, Proposal};
use crate::chat::rules::Rules;
use crate::order::place;
use crate::store::replica::Progress;

/// How many places are remembered with their digests, for other nodes to compare.
const CHECKS: usize = 256;

/// What a node is, for its hub.
#[derive(Debug)]
pub struct Replica {
    pub(super) start: NodeStart,
    pub(super) entry: Entry,
    /// How far the store is: what was written up to there is not written again.
    pub(super) stored: Progress,
    /// The digest of all that was written so far.
    pub(super) digest: Digest,
    pub(super) standing: watch::Sender<Standing>,
    pub(super) followed: Followed,
    /// The digests at the places where a node said that it runs: the same places on every node.
    checks: VecDeque<(Place, Digest)>,
    /// Whether the others agree with this node, of those that run the same version.
    verdicts: BTreeMap<NodeName, Verdict>,
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

/// What another node said of its chat, compared with this one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Agrees,
    Differs,
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
            standing,
            followed: Followed::default(),
            checks: VecDeque::new(),
            verdicts: BTreeMap::new(),
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
        self.verdicts.get(node) == Some(&Verdict::Differs)
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
        let (checked, digest) = self.checks.back().copied().unwrap_or_default();
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
            self.checks.push_back((place, self.digest));
            if self.checks.len() > CHECKS {
                self.checks.pop_front();
            }
        }
        let other = nodes.get(origin.start).filter(|other| self.is_peer(other))?;
        let (_, own) = self.checks.iter().find(|(checked, _)| *checked == alive.checked)?;
        let verdict = if *own == alive.digest { Verdict::Agrees } else { Verdict::Differs };
        let name = other.entry.node.clone();
        if verdict == Verdict::Differs {
            tracing::error!(node = %name, place = alive.checked.0, "a node has another chat than this one");
        }
        self.verdicts.insert(name, verdict);
        let why = || format!("at place {} of the order the other nodes had another chat", alive.checked.0);
        self.stands_alone(nodes).then(why)
    }

    /// Whether a node is another one whose digests can be compared with those of this one.
    fn is_peer(&self, other: &Running) -> bool {
        other.start != self.start && other.entry.version == self.entry.version
    }

    /// Whether the other nodes have another chat than this one, as most of them see it. Of two, the one with the smaller name goes
    /// on.
    fn stands_alone(&self, nodes: &Nodes) -> bool {
        let peers = || {
            nodes
                .running()
                .iter()
                .filter(|one| one.start != self.start && one.entry.version == self.entry.version)
        };
        let verdict = |name| self.verdicts.get(name).copied();
        let differ = peers().filter(|one| verdict(&one.entry.node) == Some(Verdict::Differs)).count();
        let unheard = peers().filter(|one| verdict(&one.entry.node).is_none()).count();
        let with_us = 1 + peers().count() - differ - unheard;
        if unheard > 0 || differ < with_us {
            return false;
        }
        differ > with_us || peers().any(|one| one.entry.node < self.entry.node)
    }
}

#[cfg(test)]
mod tests {
    use shared::Line;
    use shared::limits::Limits;
    use shared::server_msg::ServerInfo;

    use super::*;
    use crate::chat::proposal::Ordered;
    use crate::chat::rules::Rules;
    use crate::chat::{Chat, Memory};

    const NAMES: [&str; 3] = ["a", "b", "c"];

    fn line(text: &str) -> Line {
        Line::parse(text).unwrap()
    }

    fn start(node: usize) -> NodeStart {
        NodeStart { node: 1, start: u32::try_from(node).unwrap() }
    }

    fn entry(node: usize, version: &str) -> Entry {
        Entry {
            node: NAMES[node].parse().unwrap(),
            version: line(version),
            level: 1,
            addresses: vec![],
            key: None,
            identity: None,
            has: Place::default(),
        }
    }

    /// A chat with the first so many nodes.
    fn chat(count: usize, last_version: &str) -> Chat {
        let rules = Rules::new(ServerInfo::new(line("tea"), line("1")), Limits::default());
        let mut chat = Chat::new(rules, Memory::default(), 0);
        for node in 0..count {
            let version = if node + 1 == count { last_version } else { "1" };
            let proposal = Proposal::Enter(Box::new(entry(node, version)));
            let origin = Some(NodeOrigin { start: start(node), number: 1 });
            chat.handle(Ordered { place: Place(1), at: 0, origin, proposal });
        }
        chat
    }

    /// Which nodes of so many stop, where these have written something else than the others.
    fn stops(count: usize, other: &[usize], last_version: &str) -> Vec<&'static str> {
        let chat = chat(count, last_version);
        let wrote = |node: usize| if other.contains(&node) { "odd" } else { "even" };
        let digest = |node: usize| Digest::default().with_row(wrote(node));
        let mut stopped = Vec::new();
        for (own, name) in NAMES.into_iter().enumerate().take(count) {
            let version = if own + 1 == count { last_version } else { "1" };
            let (mut replica, _) = Replica::new(start(own), entry(own, version), Progress::default());
            replica.digest = digest(own);
            let mut why = None;
            for round in 0..3 {
                for speaker in 0..count {
                    let place = Place(1 + u64::try_from(round * count + speaker).unwrap());
                    let checked = Place(place.0 - 1);
                    let alive = Alive {
                        digest: if checked == Place(0) { Digest::default() } else { digest(speaker) },
                        checked,
                        ..replica.alive(Place::default())
                    };
                    let origin = NodeOrigin { start: start(speaker), number: 2 };
                    why = why.or(replica.compare(chat.nodes(), place, origin, &alive));
                }
            }
            stopped.extend(why.map(|_| name));
        }
        stopped
    }

    #[test]
    fn the_node_that_most_others_differ_from_stops() {
        assert_eq!(stops(3, &[], "1"), Vec::<&str>::new());
        for (node, name) in NAMES.into_iter().enumerate() {
            assert_eq!(stops(3, &[node], "1"), vec![name]);
        }
        assert_eq!(stops(3, &[0, 1], "1"), vec!["c"]);
    }

    #[test]
    fn of_two_that_differ_the_first_by_name_goes_on() {
        assert_eq!(stops(2, &[0], "1"), vec!["b"]);
        assert_eq!(stops(2, &[1], "1"), vec!["b"]);
    }

    #[test]
    fn versions_that_write_otherwise_are_not_compared() {
        assert_eq!(stops(2, &[1], "2"), Vec::<&str>::new());
    }
}
