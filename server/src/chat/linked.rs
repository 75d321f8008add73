//! The machines of a person who linked several: each has a secret of its own, and can be taken out by another. Who never linked
//! any has one secret and no list. Codes by which a machine is linked are kept in memory only: after a restart a new one is asked
//! for.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation as _;

use shared::server_msg;
use shared::{Line, Millis, RoomName, Seq, Uid};

pub use super::linked_secret::MadeOf;
use super::proposal::SecretHash;
use super::sorted::SortedMap;

/// The most machines of one person.
pub const MOST: usize = 8;
/// In this time nobody links more machines than they may have at once: each has a pace of its own.
const LINKED_WITHIN_MS: Millis = 60 * 60 * 1000;
/// How long a code works.
pub const CODE_VALID_MS: Millis = 10 * 60 * 1000;
/// The most machines that are remembered after they were taken out; then the one that was taken out first is forgotten.
const MOST_TAKEN_OUT: usize = 16;
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
    /// The secrets of machines that were taken out last: they are told so, rather than taken for a stranger's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    taken_out: Vec<SecretHash>,
}

/// One machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Its number.
    pub number: u32,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// What that was made of.
    #[serde(default, skip_serializing_if = "MadeOf::is_random")]
    pub made_of: MadeOf,
    /// What it is called.
    pub name: Line,
    /// When it was linked.
    pub since: Millis,
    /// When it connected last, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected: Option<Millis>,
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
    /// The machine by which somebody was known before they linked another, with that one's first code.
    pub(super) fn of_first(now: Millis, secret: SecretHash, name: &Line) -> Self {
        let mut linked = Self::default();
        linked.add(now, secret, name);
        // It was linked to nothing.
        linked.lately.clear();
        linked
    }

    /// Adds a machine; returns its number.
    pub(super) fn add(&mut self, now: Millis, secret: SecretHash, name: &Line) -> u32 {
        self.last += 1;
        self.note_linked(now);
        let (number, name, made_of) = (self.last, kept_name(name), MadeOf::Random);
        self.machines.push(Machine { number, secret, made_of, name, since: now, connected: Some(now) });
        number
    }

    /// Adds a machine that has not connected yet; returns its number.
    pub(super) fn add_made_of(
        &mut self,
        now: Millis,
        secret: SecretHash,
        name: &Line,
        made_of: MadeOf,
    ) -> u32 {
        let number = self.add(now, secret, name);
        if let Some(machine) = self.machines.last_mut() {
            (machine.made_of, machine.connected) = (made_of, None);
        }
        number
    }

    /// The machine whose secret was made of a word.
    pub(super) fn by_word(&self) -> Option<u32> {
        self.machines.iter().find(|one| one.made_of == MadeOf::Word).map(|one| one.number)
    }

    /// Gives a machine another secret; returns the one it had, which counts as taken out.
    pub(super) fn replace_secret(
        &mut self,
        now: Millis,
        number: u32,
        secret: SecretHash,
    ) -> Option<SecretHash> {
        self.note_linked(now);
        let machine = self.machines.iter_mut().find(|machine| machine.number == number)?;
        let before = std::mem::replace(&mut machine.secret, secret);
        machine.since = now;
        self.note_taken_out(before);
        Some(before)
    }

    fn note_linked(&mut self, now: Millis) {
        self.lately.retain(|at| *at > now - LINKED_WITHIN_MS);
        self.lately.push(now);
    }

    fn note_taken_out(&mut self, secret: SecretHash) {
        if self.taken_out.len() >= MOST_TAKEN_OUT {
            self.taken_out.remove(0);
        }
        self.taken_out.push(secret);
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

    /// Notes that a machine connects.
    pub(super) fn note_connected(&mut self, number: u32, now: Millis) {
        if let Some(machine) = self.machines.iter_mut().find(|machine| machine.number == number) {
            machine.connected = Some(now);
        }
    }

    /// The secrets of machines that were taken out.
    pub(super) fn taken_out(&self) -> impl Iterator<Item = SecretHash> {
        self.taken_out.iter().copied()
    }

    /// The machine with this secret.
    #[must_use]
    pub fn by_secret(&self, secret: SecretHash) -> Option<u32> {
        self.machines.iter().find(|machine| machine.secret == secret).map(|machine| machine.number)
    }

    /// Takes a machine out; returns its secret.
    pub(super) fn remove(&mut self, number: u32) -> Option<SecretHash> {
        let at = self.machines.iter().position(|machine| machine.number == number)?;
        let secret = self.machines.remove(at).secret;
        self.note_taken_out(secret);
        Some(secret)
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
            connected: machine.connected,
            here: is_here(machine.number),
            own: machine.number == to,
        };
        self.machines.iter().map(told).collect()
    }
}

/// As much of a name as is kept, and nothing of a character that does not fit whole, such as an emoji of several.
fn kept_name(name: &Line) -> Line {
    let mut left = NAME_CHARS;
    let fits = |cluster: &&str| {
        let count = cluster.chars().count();
        let fits = count <= left;
        left = left.saturating_sub(count);
        fits
    };
    let kept: String = name.as_str().graphemes(true).take_while(fits).collect();
    Line::parse(&kept).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::kept_name;

    #[test]
    fn a_name_is_cut_between_what_is_seen_as_characters() {
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        let long = format!("{}{family}{family}", "x".repeat(27));
        let kept = kept_name(&long.parse().unwrap());
        assert_eq!(kept.as_str(), format!("{}{family}", "x".repeat(27)));
        assert_eq!(kept_name(&"x".repeat(40).parse().unwrap()).as_str().len(), 32);
    }
}
