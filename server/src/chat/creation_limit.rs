//! Limits on creating rooms and identities, and on what one request makes in many rooms at once: a name, a coming or a going is
//! an event in each room of somebody, and counts there like a message. The rates are token buckets in the chat's state, so
//! that every machine that applies the same proposals decides the same. Message rates are limited by admission instead,
//! before the order.

use serde::{Deserialize, Serialize};

use shared::limits::Limits;
use shared::{Millis, Uid};

use super::limit_key::LimitKey;
use crate::token_bucket::keyed::KeyedBuckets;
use crate::token_bucket::{Pace, PerHour, PerMinute};

/// The most direct conversations one person may be in and open another. What others open with them does not keep them from being
/// spoken to, and they can leave it. More than a large team has.
pub(super) const MAX_DIRECT_EACH: usize = 500;

/// Limits on rooms and new identities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreationLimits {
    /// The most rooms with somebody in them, direct ones not counted.
    pub rooms: u32,
    /// The most rooms one person may be in, direct ones not counted.
    pub rooms_each: u32,
    /// The rate at which one person may create rooms, direct ones included.
    pub new_rooms: PerHour,
    /// The rate at which an address, or a local user, may create identities.
    pub new_identities: PerHour,
    /// Whether loopback addresses are exempt from that.
    pub exempt_loopback: bool,
}

impl CreationLimits {
    /// The default limits.
    pub const START: Self = Self {
        rooms: 1000,
        rooms_each: 50,
        new_rooms: PerHour::Limit { burst: 20, rate: 60 },
        new_identities: PerHour::Limit { burst: 100, rate: 60 },
        exempt_loopback: true,
    };
}

/// The token buckets. Not stored: a restart refills them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CreationCounters {
    pub(super) rooms: KeyedBuckets<Uid, 3600>,
    pub(super) identities: KeyedBuckets<LimitKey, 3600>,
    /// Events beyond the first of a request.
    pub(super) events: KeyedBuckets<Uid, 1>,
    /// Wrong words of private rooms.
    #[serde(default = "guesses")]
    pub(super) guesses: KeyedBuckets<Guesser, 60>,
}

/// Who counts as one where words are guessed: an address or local user, or who has neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Guesser {
    From(LimitKey),
    Person(Uid),
}

/// So many wrong words of rooms, as of passwords and keys.
const WRONG_WORDS: PerMinute = PerMinute::Limit { burst: 5, rate: 6 };

fn guesses() -> KeyedBuckets<Guesser, 60> {
    KeyedBuckets::new(WRONG_WORDS)
}

impl CreationCounters {
    pub(super) fn new(creation: &CreationLimits, limits: &Limits) -> Self {
        Self {
            events: KeyedBuckets::new(pace(limits)),
            rooms: KeyedBuckets::new(creation.new_rooms),
            identities: KeyedBuckets::new(creation.new_identities),
            guesses: guesses(),
        }
    }

    /// Shifts all times.
    pub(super) fn shift(&mut self, by: Millis) {
        self.rooms.shift(by);
        self.identities.shift(by);
        self.events.shift(by);
        self.guesses.shift(by);
    }

    /// Changes the rates; what was created already still counts.
    pub(super) fn change(&mut self, creation: &CreationLimits, limits: &Limits) {
        self.events.set_rate(pace(limits));
        self.rooms.set_rate(creation.new_rooms);
        self.identities.set_rate(creation.new_identities);
    }
}

/// The pace of messages, as the server tells it.
fn pace(limits: &Limits) -> Pace {
    match (limits.pace_burst, limits.pace_per_s) {
        (0, _) | (_, 0) => Pace::Off,
        (burst, rate) => Pace::Limit { burst, rate },
    }
}
