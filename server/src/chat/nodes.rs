//! The nodes of a cluster, as all of them know each other from the order alone: which starts of which nodes run, how far each
//! one's proposals were applied, when each was heard last. A server without a cluster has none.
//!
//! - **Numbers.** Each start numbers its proposals 1, 2, 3…. One is applied only if it is the next of its start, so that a node may
//!   propose again whatever it does not know the outcome of: a repeat is dropped, and so is one behind a gap.
//! - **Leases.** Each proposal renews the lease of its start. One that was silent for [`LEASE_MS`] by the time of the order is lost:
//!   its people are away, and nothing more of it is applied. While nobody was heard at all, all leases are prolonged: it was the
//!   order that stood still.
//! - **Names.** Whoever enters by the name of one that runs takes its place if it is the same one started again, by its
//!   [`NodeIdentity`](super::node_identity::NodeIdentity). Another one is refused for as long as the first has its lease.
//! - **What is kept.** Each node says from which place on it needs the order; nothing behind that may be deleted, also while it is
//!   down, until somebody removes it, or it is evicted because the order grew too large. Either way it sets itself up anew when it
//!   comes back and what it needs is gone.
//! - **Level.** What the chat does is what all nodes know, also those that are down: it rises where the last of them enters with a
//!   newer version, and never sinks, so a node that knows less is refused from then on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use shared::{Fingerprint, Line, Millis, NodeAddress, NodeName};

use super::conn_id::NodeStart;
use super::level;
use super::node_proposal::Entry;
use super::place::Place;
use super::proposal::NodeOrigin;

/// How long a node may be silent, in milliseconds of the order's time.
pub const LEASE_MS: Millis = 20_000;
/// A silence of all nodes that is longer than this prolongs their leases, in milliseconds.
const ORDER_STOOD_MS: Millis = 10_000;
/// How many earlier starts of a node are remembered, so that none of them enters again: what a start proposed may come once more
/// after it ended.
const ENDED: usize = 16;
/// The same of nodes that were removed, all together.
const ENDED_OF_REMOVED: usize = 64;
/// The most nodes that are known. One more is refused.
const MOST: usize = 64;

/// The nodes of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nodes {
    /// Those that run, by their starts.
    running: Vec<Running>,
    /// All that belong to the cluster, running or not.
    known: BTreeMap<NodeName, Known>,
    /// When anything was proposed by a node last.
    heard_at: Millis,
    /// What all of them know; see [`level`].
    #[serde(default = "first_level")]
    level: u32,
    /// The starts of nodes that were removed, the latest last: none of them enters again either. Nothing below
    /// [`level::REMOVED_STARTS`], where a node of the version before would let them in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    removed: Vec<NodeStart>,
}

/// Why a node cannot enter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryRefusal {
    /// It would not have the same chat.
    #[error(
        "this chinwagd knows the chat up to level {own}, and the other nodes are at level {chat}: install their version here"
    )]
    TooOld {
        /// What it knows.
        own: u32,
        /// What the chat does.
        chat: u32,
    },
    /// There is no room for it.
    #[error(
        "the cluster has {MOST} nodes, which is the most; take out one that does not come back with `chinwagd ctl cluster remove`"
    )]
    TooMany,
    /// Another one runs by its name.
    #[error("{node} runs already{}; give this node another name, or stop that one", at(addresses))]
    Taken {
        /// The name.
        node: NodeName,
        /// Where clients find that one.
        addresses: Vec<NodeAddress>,
    },
}

fn at(addresses: &[NodeAddress]) -> String {
    let addresses: Vec<_> = addresses.iter().map(NodeAddress::as_str).collect();
    if addresses.is_empty() {
        " with another state directory".to_owned()
    } else {
        format!(", at {}", addresses.join(" and "))
    }
}

/// A node that runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Running {
    /// Which start of it.
    pub start: NodeStart,
    /// The number of its last proposal that was applied.
    pub number: u64,
    /// When it proposed something last.
    pub heard_at: Millis,
    /// What it said of itself when it entered.
    pub entry: Entry,
}

/// What is known of a node, whether it runs or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The order must be kept from the place after this one.
    pub has: Place,
    /// When it was last heard.
    pub heard_at: Millis,
    /// The version it ran.
    pub version: Line,
    /// The level that it knew.
    #[serde(default = "first_level")]
    pub level: u32,
    /// When it was left out, so that the order need not be kept for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evicted_at: Option<Millis>,
    /// Its starts that run no longer, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ended: Vec<NodeStart>,
}

const fn first_level() -> u32 {
    level::FIRST
}

impl Default for Nodes {
    fn default() -> Self {
        Self { running: vec![], known: BTreeMap::new(), heard_at: 0, level: level::FIRST, removed: vec![] }
    }
}

impl Nodes {
    /// Whether nothing is known of any.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// An order begins, with a chat as this version has it.
    pub(super) fn begin(&mut self) {
        self.level = level::LEVEL;
    }

    /// Whether this is one server of its own.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The nodes that run, by their starts.
    #[must_use]
    pub fn running(&self) -> &[Running] {
        &self.running
    }

    /// All nodes, by name.
    pub fn known(&self) -> impl Iterator<Item = (&NodeName, &Known)> {
        self.known.iter()
    }

    /// The node that has this start, if it runs.
    #[must_use]
    pub fn get(&self, start: NodeStart) -> Option<&Running> {
        self.running.iter().find(|one| one.start == start)
    }

    /// Its place among those that run, for what one of them does and the next does where that one did not.
    #[must_use]
    pub fn rank(&self, start: NodeStart) -> Option<usize> {
        self.running.iter().position(|one| one.start == start)
    }

    /// The level that all nodes know, running or not; in a server of its own the newest one.
    #[must_use]
    pub fn level(&self) -> u32 {
        if self.is_default() { level::LEVEL } else { self.level }
    }

    /// Those that must be upgraded before the chat has this level.
    pub fn below(&self, level: u32) -> impl Iterator<Item = &NodeName> {
        let below = move |(_, one): &(&NodeName, &Known)| one.evicted_at.is_none() && one.level < level;
        self.known.iter().filter(below).map(|(name, _)| name)
    }

    /// Whether a node may enter.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, entry: &Entry) -> Result<(), EntryRefusal> {
        if entry.level < self.level {
            return Err(EntryRefusal::TooOld { own: entry.level, chat: self.level });
        }
        if !self.known.contains_key(&entry.node) && self.known.len() >= MOST {
            return Err(EntryRefusal::TooMany);
        }
        match self.other(entry) {
            Some(other) => {
                let Entry { node, addresses, .. } = other.entry.clone();
                Err(EntryRefusal::Taken { node, addresses })
            }
            None => Ok(()),
        }
    }

    /// Who runs by the name of this one and is another one: a start of the same has the same state directory.
    #[must_use]
    pub fn other(&self, entry: &Entry) -> Option<&Running> {
        let is_other =
            |one: &Entry| one.identity.zip(entry.identity).is_some_and(|(one, other)| one != other);
        self.running.iter().find(|one| one.entry.node == entry.node && is_other(&one.entry))
    }

    /// Of nodes that are away it is not known whether they come back with what they had, so they count as well.
    fn raise_level(&mut self) {
        let counted = self.known.values().filter(|one| one.evicted_at.is_none());
        self.level = counted.map(|one| one.level).min().map_or(self.level, |all| all.max(self.level));
    }

    /// Where clients find the nodes that run.
    pub fn addresses(&self) -> impl Iterator<Item = &NodeAddress> {
        self.running.iter().flat_map(|one| &one.entry.addresses)
    }

    /// The keys that they have there.
    pub fn keys(&self) -> impl Iterator<Item = (NodeAddress, Fingerprint)> {
        let keys = |one: &Running| {
            let key = one.entry.key.clone();
            let keyed = |at: &NodeAddress| Some((at.clone(), key.clone()?));
            one.entry.addresses.iter().filter_map(keyed).collect::<Vec<_>>()
        };
        self.running.iter().flat_map(keys)
    }

    /// Nothing up to this place is needed by any node.
    #[must_use]
    pub fn all_have(&self) -> Place {
        let needed = self.known.values().filter(|one| one.evicted_at.is_none());
        needed.map(|one| one.has).min().unwrap_or_default()
    }

    /// Something was proposed: whether it is to be applied. Renews the lease of whoever proposed it.
    pub(super) fn takes(&mut self, now: Millis, origin: NodeOrigin, enters: bool) -> bool {
        self.prolong(now);
        let Some(running) = self.running.iter_mut().find(|one| one.start == origin.start) else {
            return enters && origin.number == 1 && !self.has_ended(origin.start);
        };
        running.heard_at = now;
        if let Some(known) = self.known.get_mut(&running.entry.node) {
            known.heard_at = now;
        }
        let is_next = origin.number == running.number + 1;
        running.number += u64::from(is_next);
        is_next && !enters
    }

    /// Where nobody was heard for long, the order stood still, not the nodes.
    fn prolong(&mut self, now: Millis) {
        let silence = now - self.heard_at;
        if silence > ORDER_STOOD_MS {
            for running in &mut self.running {
                running.heard_at = running.heard_at.saturating_add(silence);
            }
        }
        self.heard_at = self.heard_at.max(now);
    }

    /// Removes those whose leases are over.
    pub(super) fn remove_overdue(&mut self, now: Millis) -> Vec<Running> {
        let overdue: Vec<_> = self.running.extract_if(.., |one| now - one.heard_at > LEASE_MS).collect();
        self.note_ended(&overdue);
        overdue
    }

    fn has_ended(&self, start: NodeStart) -> bool {
        self.removed.contains(&start) || self.known.values().any(|known| known.ended.contains(&start))
    }

    fn note_ended(&mut self, ended: &[Running]) {
        for Running { start, entry, .. } in ended {
            let Some(known) = self.known.get_mut(&entry.node) else { continue };
            if known.ended.len() == ENDED {
                known.ended.remove(0);
            }
            known.ended.push(*start);
        }
    }

    /// A node enters, if it may. Whatever ran by the same name runs no longer, and is returned.
    pub(super) fn enter(&mut self, now: Millis, start: NodeStart, entry: Entry) -> Vec<Running> {
        if self.admits(&entry).is_err() {
            return vec![];
        }
        let replaced: Vec<_> = self.running.extract_if(.., |one| one.entry.node == entry.node).collect();
        self.note_ended(&replaced);
        let known = self.known.entry(entry.node.clone()).or_insert_with(|| Known {
            has: entry.has,
            heard_at: now,
            version: entry.version.clone(),
            level: entry.level,
            evicted_at: None,
            ended: vec![],
        });
        known.heard_at = now;
        known.version = entry.version.clone();
        known.level = entry.level;
        known.has = known.has.max(entry.has);
        known.evicted_at = None;
        self.running.push(Running { start, number: 1, heard_at: now, entry });
        self.running.sort_by_key(|one| one.start);
        self.raise_level();
        replaced
    }

    /// A node says what it has of the order.
    pub(super) fn has(&mut self, start: NodeStart, place: Place) {
        let name = self.get(start).map(|running| running.entry.node.clone());
        if let Some(known) = name.and_then(|name| self.known.get_mut(&name)) {
            known.has = known.has.max(place);
        }
    }

    /// Whether a node belongs to the cluster, running or not.
    #[must_use]
    pub fn knows(&self, name: &NodeName) -> bool {
        self.known.contains_key(name)
    }

    /// Whether a node runs.
    #[must_use]
    pub fn runs(&self, name: &NodeName) -> bool {
        self.running.iter().any(|one| one.entry.node == *name)
    }

    /// A node belongs to the cluster no more. Returns those of its starts that ran.
    pub(super) fn remove(&mut self, name: &NodeName) -> Vec<Running> {
        let removed: Vec<_> = self.running.extract_if(.., |one| one.entry.node == *name).collect();
        self.note_ended(&removed);
        let gone = self.known.remove(name).into_iter().flat_map(|known| known.ended);
        if self.level >= level::REMOVED_STARTS {
            self.removed.extend(gone);
        }
        let surplus = self.removed.len().saturating_sub(ENDED_OF_REMOVED);
        self.removed.drain(..surplus);
        self.raise_level();
        removed
    }

    /// The order need not be kept for a node that does not run.
    pub(super) fn evict(&mut self, now: Millis, name: &NodeName) {
        if !self.runs(name)
            && let Some(known) = self.known.get_mut(name)
        {
            known.evicted_at.get_or_insert(now);
        }
        self.raise_level();
    }

    /// A node ends as planned. It is still known.
    pub(super) fn exit(&mut self, start: NodeStart) -> Option<Running> {
        let exited = self.running.extract_if(.., |one| one.start == start).next();
        self.note_ended(exited.as_slice());
        exited
    }
}
