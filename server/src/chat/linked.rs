//! The machines of a person who linked several: each has a secret of its own, and can be taken out by another. Who never linked
//! any has one secret and no list. Codes by which a machine is linked are kept in memory only: after a restart a new one is asked
//! for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use shared::server_msg;
use shared::{Line, Millis, RoomName, Seq, Uid};

use super::proposal::SecretHash;
use super::sorted::SortedMap;

/// The most machines of one person.
pub const MOST: usize = 8;
/// In this time nobody links more machines than they may have at once: each has a pace of its own.
const LINKED_WITHIN_MS: Millis = 60 * 60 * 1000;
/// How long a code works.
pub const CODE_VALID_MS: Millis = 10 * 60 * 1000;
/// The most characters of a machine's name that are kept.
const NAME_CHARS: usize = 32;

/// The machines of a person, and how far they have read on any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// The machines, in the order they were linked.
    pub machines: Vec<Machine>,
    /// The newest event read of each room.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub read: SortedMap<RoomName, Seq>,
    /// The number given last; none is given twice.
    last: u32,
    /// When machines were linked lately, those that were taken out included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lately: Vec<Millis>,
}

/// One machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Its number.
    pub number: u32,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// What it is called.
    pub name: Line,
    /// When it was linked.
    pub since: Millis,
}

/// A code that was given out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offer {
    /// To whom.
    pub(super) uid: Uid,
    /// When it stops to work.
    pub(super) until: Millis,
    /// What the machine is called that asked for it.
    pub(super) machine: Line,
}

impl Linked {
    /// Adds a machine; returns its number.
    pub(super) fn add(&mut self, now: Millis, secret: SecretHash, name: &Line) -> u32 {
        self.last += 1;
        self.lately.retain(|at| *at > now - LINKED_WITHIN_MS);
        self.lately.push(now);
        let name = kept_name(name);
        self.machines.push(Machine { number: self.last, secret, name, since: now });
        self.last
    }

    /// How long to wait before one more machine may be linked.
    pub(super) fn wait_to_link(&self, now: Millis) -> Option<Duration> {
        let within = |at: &&Millis| **at > now - LINKED_WITHIN_MS;
        let first = self.lately.iter().find(within)?;
        let left = u64::try_from(first + LINKED_WITHIN_MS - now).unwrap_or(0);
        (self.lately.iter().filter(within).count() >= MOST).then(|| Duration::from_millis(left))
    }

    /// Names a machine that has no name; false where it has one, or none is given.
    pub(super) fn name_unnamed(&mut self, number: u32, name: &Line) -> bool {
        let unnamed = self.machines.iter_mut().find(|one| one.number == number && one.name.is_empty());
        let Some(machine) = unnamed.filter(|_| !name.is_empty()) else { return false };
        machine.name = kept_name(name);
        true
    }

    /// The machine with this secret.
    #[must_use]
    pub fn by_secret(&self, secret: SecretHash) -> Option<u32> {
        self.machines.iter().find(|machine| machine.secret == secret).map(|machine| machine.number)
    }

    /// Takes a machine out; returns its secret.
    pub(super) fn remove(&mut self, number: u32) -> Option<SecretHash> {
        let at = self.machines.iter().position(|machine| machine.number == number)?;
        Some(self.machines.remove(at).secret)
    }

    /// Notes how far a room was read; false where that was known.
    pub(super) fn note_read(&mut self, room: &RoomName, seq: Seq) -> bool {
        let is_news = self.read.get(room).is_none_or(|read| *read < seq);
        if is_news {
            self.read.insert(room.clone(), seq);
        }
        is_news
    }

    /// The list as it is told to one of the machines.
    pub(super) fn told(&self, to: u32, is_here: impl Fn(u32) -> bool) -> Vec<server_msg::Machine> {
        let told = |machine: &Machine| server_msg::Machine {
            number: machine.number,
            name: machine.name.clone(),
            since: machine.since,
            here: is_here(machine.number),
            own: machine.number == to,
        };
        self.machines.iter().map(told).collect()
    }
}

fn kept_name(name: &Line) -> Line {
    let kept: String = name.as_str().chars().take(NAME_CHARS).collect();
    Line::parse(&kept).unwrap_or_default()
}
