//! How the hub of a node follows an order that other nodes propose to as well: it applies all of it, and carries out what concerns
//! its own connections. It says from time to time that it runs, and stops when the others have another chat. How it enters and
//! leaves is in `node_lifecycle`, what it keeps to start from in `node_progress`.

use std::time::Duration;

use tokio::time::Instant;

use shared::Millis;

use super::Hub;
use super::cluster_report::concerns_nodes;
use super::pending::Pending;
use super::replica::Standing;
use super::stop::Stop;
use crate::chat::effect::Effect;
use crate::chat::node_proposal::Alive;
use crate::chat::place::Place;
use crate::chat::proposal::{NodeOrigin, Ordered, Proposal};
use crate::chat::rules::Rules;
use crate::order::Order;
use crate::store::Store;
use crate::store::write::Write;

/// How often a node says that it runs.
pub(super) const ALIVE_EVERY: Duration = Duration::from_secs(5);
/// How long after the others a node proposes that time has passed: so that one of them does, and the next where that one did not.
const TICK_STAGGER_MS: Millis = 250;

impl<O: Order, S: Store> Hub<O, S> {
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
        replica.origin = origin;
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
}
