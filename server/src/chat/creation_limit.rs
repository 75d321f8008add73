//! Limits on what people create: rooms, and new identities per address. The rates are token buckets kept with the chat,
//! so they are the same on every machine that applies the same proposals. Messages are limited by admission instead.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use shared::{Millis, Uid};

use crate::token_bucket::PerHour;
use crate::token_bucket::keyed::KeyedBuckets;

/// Limits on rooms and new identities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreationLimits {
    /// The most rooms with somebody in them, direct ones not counted.
    pub rooms: u32,
    /// The most rooms one person may be in, direct ones not counted.
    pub rooms_each: u32,
    /// How many rooms one may make, direct ones included.
    pub new_rooms: PerHour,
    /// How many new identities an address may get.
    pub new_identities: PerHour,
    /// Whether this machine itself may get any number of them.
    pub exempt_loopback: bool,
}

impl CreationLimits {
    /// The default limits.
    pub const START: Self = Self {
        rooms: 1000,
        rooms_each: 50,
        new_rooms: PerHour::Limit { burst: 20, rate: 60 },
        new_identities: PerHour::Limit { burst: 10, rate: 30 },
        exempt_loopback: true,
    };
}

/// What was created lately, by whom. A restart forgets it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CreationCounters {
    pub(super) rooms: KeyedBuckets<Uid, 3600>,
    pub(super) identities: KeyedBuckets<IpAddr, 3600>,
}

impl CreationCounters {
    pub(super) fn new(creation: &CreationLimits) -> Self {
        Self {
            rooms: KeyedBuckets::new(creation.new_rooms),
            identities: KeyedBuckets::new(creation.new_identities),
        }
    }

    /// Moves all times.
    pub(super) fn shift(&mut self, by: Millis) {
        self.rooms.shift(by);
        self.identities.shift(by);
    }

    /// Goes on with other bounds, and what was made so far counts.
    pub(super) fn change(&mut self, creation: &CreationLimits) {
        self.rooms.set_rate(creation.new_rooms);
        self.identities.set_rate(creation.new_identities);
    }
}
