//! How the hub of a node follows an order that other nodes propose to as well: it applies all of it, and carries out what concerns
//! its own connections. It says from time to time that it runs, keeps the state of the chat to start from, and stops when
//! the others have another one.

use std::time::Duration;

use tokio::time::Instant;

use shared::server_msg::{ClusterInfo, Welcome};
use shared::{Millis, NodeAddress};

use super::cluster_report::concerns_nodes;
use super::pending::Pending;
use super::replica::{Replica, Standing};
use super::stop::Stop;
use super::{Batch, Commit, Hub};
use crate::chat::effect::Effect;
use crate::chat::node_proposal::Alive;
use crate::chat::nodes::EntryRefusal;
use crate::chat::place::Place;
use crate::chat::proposal::{NodeOrigin, Ordered, Proposal};
use crate::chat::rules::Rules;
use crate::order::Order;
use crate::store::Store;
use crate::store::replica::Progress;
use crate::store::write::Write;

/// How often a node says that it runs.
const ALIVE_EVERY: Duration = Duration::from_secs(5);
/// How long a node that ends waits until the others know.
const EXIT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long after the others a node proposes that time has passed: so that one of them does, and the next where that one did not.
const TICK_STAGGER_MS: Millis = 250;

impl<O: Order, S: Store> Hub<O, S> {
    /// The first thing that a node proposes. From then on it says that it runs, or following what was proposed while it was away
    /// would have to take less time than the others wait for it.
    pub(super) fn enter(&mut self) {
        let Some(replica) = &mut self.replica else { return };
        replica.alive_at = Some(Instant::now() + ALIVE_EVERY);
        let entry = replica.entry();
        self.propose(entry);
    }

    /// Applies a proposal, and returns its effects for this server, split by what they answer.
    pub(super) fn apply(&mut self, ordered: Ordered) -> Vec<Effect> {
        let Some(replica) = self.replica.as_ref() else {
            return self.parts.chat.handle(ordered);
        };
        if ordered.origin.is_none() {
            // What this node was asked, and what others passed to it, has no place in the order.
            let mut effects = self.parts.chat.handle(ordered);
            effects.retain(|effect| replica.concerns(effect));
            return effects;
        }
        let (place, at, origin) = (ordered.place, ordered.at, ordered.origin);
        let is_own = replica.proposed(origin);
        let alive = if let Proposal::Alive(alive) = &ordered.proposal { Some(alive.clone()) } else { None };
        if let Proposal::Limit(change) = &ordered.proposal
            && !is_own
        {
            self.set_limit(*change);
        }
        if let (Proposal::Rules(rules), true, Some(replica)) = (&ordered.proposal, is_own, &mut self.replica)
        {
            replica.rules = Some(Rules::clone(rules));
        }
        if let Proposal::EvictNode { node } = &ordered.proposal {
            tracing::warn!(
                %node,
                "the stream grew too large and is no longer kept for this node; it sets itself up anew when it comes back"
            );
        }
        let concerns_nodes = concerns_nodes(&ordered.proposal);
        let enters = is_own && matches!(ordered.proposal, Proposal::Enter(_));
        let removes = matches!(ordered.proposal, Proposal::RemoveNode(_));
        let effects = self.parts.chat.handle(ordered);
        if let (Some(alive), Some(origin)) = (alive, origin) {
            self.compare(place, origin, &alive);
        }
        self.look_at_standing(enters);
        if concerns_nodes {
            self.look_at_level();
        }
        let Some(replica) = &mut self.replica else { return effects };
        replica.time = Some((at, Instant::now()));
        replica.followed.set(place);
        let mut effects = replica.own(place, effects);
        if concerns_nodes {
            self.publish_cluster();
            self.tell_of_nodes();
        }
        if removes && self.stop.is_some() {
            // This node is the one that was removed. Nothing is committed here any more, and whoever asked for it is answered all the
            // same: it is in the order.
            for answer in effects.extract_if(.., |effect| matches!(effect, Effect::Tell { .. })) {
                self.release_effect(answer);
            }
        }
        effects
    }

    /// Adds what a proposal writes to the digest.
    pub(super) fn add_to_digest(&mut self, pending: &Pending) {
        if let Some(replica) = &mut self.replica {
            replica.add(pending);
        }
    }

    /// Whether a proposal came over this server, which then counts it and logs it.
    pub(super) fn is_own(&self, origin: Option<NodeOrigin>) -> bool {
        self.replica.as_ref().is_none_or(|replica| replica.proposed(origin))
    }

    /// A node said how far it is. This one stops if most of the others have another chat.
    fn compare(&mut self, place: Place, origin: NodeOrigin, alive: &Alive) {
        let Some(replica) = &mut self.replica else { return };
        let Some(why) = replica.compare(self.parts.chat.nodes(), place, origin, alive) else { return };
        tracing::error!(
            why,
            "this node stops: what it has may be wrong; remove its state directory, and it sets itself up anew"
        );
        replica.standing.send_replace(Standing::Diverged);
        if !self.parts.store.commit(vec![Write::Diverged(why)]) {
            tracing::warn!("this could not be stored; the node finds the same again after its next start");
        }
        self.stop = Some(Stop::on_failure(false));
    }

    /// What all nodes know may be proposed from now on.
    fn look_at_level(&mut self) {
        let Some(replica) = &mut self.replica else { return };
        let level = self.parts.chat.level();
        self.parts.order.set_level(level);
        if replica.level.replace(level).is_some_and(|before| before < level) {
            tracing::info!(
                level,
                "all nodes know this level of the chat; what it brings is used from now on"
            );
        }
    }

    /// Whether this node entered, may not enter, or was taken for lost.
    fn look_at_standing(&mut self, enters: bool) {
        let Some(replica) = &mut self.replica else { return };
        let nodes = self.parts.chat.nodes();
        let other = nodes.other(&replica.entry).map(|other| (other.start, other.number));
        if enters && let Err(why) = nodes.admits(&replica.entry) {
            if matches!(why, EntryRefusal::Taken { .. }) {
                tracing::warn!(%why, "this node waits whether the other one is heard again, or gone");
                replica.refused_for = other;
                return;
            }
            tracing::error!(%why, "this node cannot enter the cluster; it stops");
            replica.standing.send_replace(Standing::Outdated);
            self.stop = Some(Stop::on_failure(false));
            return;
        }
        if let Some(before) = replica.refused_for {
            if self.stop.is_some() || other == Some(before) {
                return;
            }
            if let Err(why @ EntryRefusal::Taken { .. }) = nodes.admits(&replica.entry) {
                tracing::error!(%why, "this node cannot enter the cluster; it stops");
                replica.standing.send_replace(Standing::NameTaken);
                self.stop = Some(Stop::on_failure(false));
            } else {
                tracing::info!("the other node by this name is gone; this one enters");
                self.stop = Some(Stop::on_failure(true));
            }
            return;
        }
        let runs = nodes.get(replica.start).is_some();
        let stood = *replica.standing.borrow();
        match (stood, runs) {
            (Standing::CatchingUp, true) => {
                tracing::info!(node = %replica.entry.node, place = self.parts.chat.applied().0, "entered the cluster");
                replica.standing.send_replace(Standing::Entered);
            }
            (Standing::Entered, false)
                if self.stop.is_none() && !self.parts.chat.nodes().knows(&replica.entry.node) =>
            {
                tracing::error!(
                    "this node was removed from the cluster and stops; start it again if it is to belong to it again"
                );
                self.stop = Some(Stop::on_failure(false));
            }
            (Standing::Entered, false) if self.stop.is_none() => {
                tracing::error!("the other nodes did not hear of this one for too long; it enters anew");
                self.stop = Some(Stop::on_failure(true));
            }
            (Standing::CatchingUp, false)
            | (Standing::Entered | Standing::Diverged | Standing::Outdated | Standing::NameTaken, _) => {}
        }
    }

    /// This server ends, as its operator wants; the chat goes on elsewhere.
    pub(super) fn leave(&mut self) {
        if self.replica.is_some() {
            self.stop = Some(Stop::on_failure(false));
        } else {
            self.propose(Proposal::Stop { restart: false });
        }
    }

    /// Nothing more comes from the order. A node that starts again finds out whether it can go on, and says why where it cannot.
    pub(super) fn on_order_end(&mut self) {
        let again = self.parts.order.may_start_again();
        if again {
            tracing::error!("the order ended; this server starts again");
        } else {
            tracing::error!("the order ended, and this server stops; its people are sent to the others");
            if let Some(replica) = &self.replica {
                replica.standing.send_replace(Standing::Outdated);
            }
        }
        self.stop = Some(Stop::on_failure(again));
    }

    /// Tells the other nodes that this one ends, and waits a bounded time until they know. Whatever else comes meanwhile is applied
    /// when it starts again.
    pub(super) async fn exit(&mut self) {
        let Some(replica) = &self.replica else { return };
        let start = replica.start;
        if *replica.standing.borrow() != Standing::Entered
            || self.parts.chat.nodes().get(start).is_none()
            || self.proposer.try_propose(Proposal::Exit).is_err()
        {
            return;
        }
        let order = &mut self.parts.order;
        let told = async {
            while let Some(ordered) = order.next().await {
                if ordered.proposal == Proposal::Exit
                    && ordered.origin.is_some_and(|origin| origin.start == start)
                {
                    return;
                }
            }
        };
        if tokio::time::timeout(EXIT_TIMEOUT, told).await.is_err() {
            tracing::warn!(
                "the other nodes may not know yet that this one ends; they see it when it stays silent"
            );
        }
    }

    /// When a node says next that it runs.
    pub(super) fn alive_at(&self) -> Option<Instant> {
        self.replica.as_ref()?.alive_at
    }

    /// Says that this node runs, if it is time.
    pub(super) fn say_alive(&mut self, now: Instant) {
        let Some(replica) = &mut self.replica else { return };
        if replica.alive_at.is_none_or(|at| at > now) {
            return;
        }
        replica.alive_at = Some(now + ALIVE_EVERY);
        let alive = replica.alive(self.parts.chat.applied());
        self.propose(Proposal::Alive(Box::new(alive)));
    }

    /// How long until this server proposes that time has passed. A node goes by the time of the order, whatever its own clock says: by
    /// one that is ahead it would propose it over and over before it has passed.
    pub(super) fn until_tick(&self) -> Option<Duration> {
        let due = self.parts.chat.next_deadline()?;
        let (now, delay) = match &self.replica {
            None => (self.parts.clock.now(), 0),
            Some(replica) => {
                let rank = self.parts.chat.nodes().rank(replica.start)?;
                let (at, since) = replica.time?;
                let passed = Millis::try_from(since.elapsed().as_millis()).unwrap_or(Millis::MAX);
                let delay = Millis::try_from(rank).unwrap_or(Millis::MAX).saturating_mul(TICK_STAGGER_MS);
                (at.saturating_add(passed), delay)
            }
        };
        let left = due.saturating_add(delay).saturating_sub(now);
        Some(Duration::from_millis(u64::try_from(left).unwrap_or(0)))
    }

    /// What is written beside what a batch writes: how far this node is then, and from time to time its state.
    pub(super) fn progress(&mut self) -> Vec<Write> {
        let Some(replica) = &mut self.replica else { return vec![] };
        let applied = self.parts.chat.applied();
        if applied <= replica.stored.applied {
            return vec![];
        }
        let mut writes = vec![Write::Progress(Progress { applied, digest: replica.digest })];
        if replica.takes_snapshot() {
            match self.parts.chat.snapshot().encode() {
                Ok(snapshot) => {
                    writes.push(Write::Snapshot(snapshot));
                    replica.keeping = Some(applied);
                }
                Err(error) => tracing::error!(%error, "the state of the chat cannot be written"),
            }
        }
        writes
    }

    /// Keeps the state of the chat also where nothing was to be written for long: what this node needs of the order would otherwise
    /// stay where it was while nodes say that they run.
    pub(super) fn keep_idle_progress(&mut self) {
        let is_due = self.replica.as_ref().is_some_and(Replica::snapshot_is_due);
        if !is_due || !self.may_commit() || !self.next_batch.is_empty() {
            return;
        }
        let writes = self.progress();
        if writes.is_empty() {
            return;
        }
        let commit = Commit { began: Instant::now(), writes: writes.len() as u64 };
        if self.parts.store.commit(writes) {
            self.committing = Some(Batch::Pending(vec![], commit));
        } else {
            self.on_commit_failure(vec![], "the store thread is gone");
        }
    }

    /// What was written is kept.
    pub(super) fn progress_kept(&mut self) {
        if let Some(replica) = &mut self.replica
            && let Some(kept) = replica.keeping.take()
        {
            replica.has = kept;
        }
    }

    /// A welcome tells which node it is from, and what differs among nodes.
    pub(super) fn add_node(&self, welcome: &mut Welcome, cluster: ClusterInfo) {
        let facts = &self.parts.facts;
        welcome.server.version.clone_from(&facts.server.version);
        welcome.server.key.clone_from(&facts.server.key);
        welcome.durability = facts.durability;
        welcome.cluster = Some(cluster);
    }

    /// What clients are told of the cluster.
    pub(super) fn cluster_info(&self) -> Option<ClusterInfo> {
        let replica = self.replica.as_ref()?;
        let nodes = self.parts.chat.nodes().addresses().cloned().collect();
        let keys = self.parts.chat.nodes().keys().collect();
        Some(ClusterInfo { node: Some(replica.entry.node.clone()), nodes, keys })
    }

    /// Where the clients of this node find the others.
    pub(super) fn other_addresses(&self) -> Vec<NodeAddress> {
        let Some(replica) = &self.replica else { return vec![] };
        let others = self.parts.chat.nodes().running().iter().filter(|one| one.start != replica.start);
        others.flat_map(|one| &one.entry.addresses).cloned().collect()
    }
}
