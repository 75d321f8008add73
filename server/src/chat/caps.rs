//! How much one may make: rooms, and how many of them there may be. It must not count messages; admission does.

use std::net::IpAddr;

use shared::{Code, Millis, Refusal, RoomName, Uid};

use super::command::Outcome;
use super::{Chat, neighbourhood};
use crate::pace::PerHour;
use crate::pace::table::Table;

/// What bounds the things people make.
#[derive(Clone, Debug)]
pub struct Caps {
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

impl Caps {
    /// What a chat has that was told nothing.
    pub const START: Self = Self {
        rooms: 1000,
        rooms_each: 50,
        new_rooms: PerHour::Limit { burst: 20, rate: 60 },
        new_identities: PerHour::Limit { burst: 10, rate: 30 },
        exempt_loopback: true,
    };
}

/// What was made lately, by whom. A restart forgets it.
#[derive(Debug)]
pub(super) struct Made {
    rooms: Table<Uid, 3600>,
    identities: Table<IpAddr, 3600>,
}

impl Made {
    pub(super) fn new(caps: &Caps) -> Self {
        Self { rooms: Table::new(caps.new_rooms), identities: Table::new(caps.new_identities) }
    }

    /// Goes on with other bounds, and what was made so far counts.
    pub(super) fn change(&mut self, caps: &Caps) {
        self.rooms.set_rate(caps.new_rooms);
        self.identities.set_rate(caps.new_identities);
    }
}

impl Chat {
    /// Whether this address may get one more identity. Whoever has one comes back as often as they like.
    pub(super) fn check_new_identity(&mut self, now: Millis, address: Option<IpAddr>) -> Outcome {
        let Some(address) = address.map(neighbourhood::of) else { return Ok(()) };
        if self.rules.caps.exempt_loopback && address.is_loopback() {
            return Ok(());
        }
        self.made.identities.take(address, u64::try_from(now).unwrap_or(0)).map_err(|wait| {
            let many =
                "many new people came from your address lately; come back with the secret you have, or later";
            Refusal::new(Code::RateLimited, many).retry_after(wait)
        })
    }

    /// Whether somebody may be in one more room. Rooms that others opened with them do not count: a stranger must
    /// not be able to fill somebody's list.
    pub(super) fn check_rooms_of(&self, uid: Uid) -> Outcome {
        let most = self.rules.caps.rooms_each;
        let rooms = self.roster.get(uid).map(|identity| identity.rooms.iter());
        let joined = rooms.into_iter().flatten().filter(|room| room.pair().is_none()).count();
        if joined < count(most) {
            return Ok(());
        }
        Err(Refusal::new(Code::RateLimited, format!("you are in {most} rooms; leave one first")))
    }

    /// Whether somebody may make this room. A room without people does not count: nobody can use the number up and
    /// go, and an empty room is nobody's, whoever likes its name joins it.
    pub(super) fn check_new_room(&mut self, now: Millis, uid: Uid, room: &RoomName) -> Outcome {
        let most = self.rules.caps.rooms;
        let counts =
            |(name, room): &(&RoomName, &super::Room)| !room.members.is_empty() && name.pair().is_none();
        if room.pair().is_none() && self.rooms.iter().filter(counts).count() >= count(most) {
            let full = format!("the server takes {most} rooms and has them; join one that is there");
            return Err(Refusal::new(Code::RateLimited, full));
        }
        self.made.rooms.take(uid, u64::try_from(now).unwrap_or(0)).map_err(|wait| {
            let many = "you opened many rooms and direct conversations lately; wait before you open another";
            Refusal::new(Code::RateLimited, many).retry_after(wait)
        })
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
