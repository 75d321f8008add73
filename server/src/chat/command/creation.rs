//! Limits on creating rooms and identities, checked against the counters of [`crate::chat::creation_limit`].

use std::net::IpAddr;

use shared::{Code, Millis, Refusal, RoomName, Uid};

use super::CommandResult;
use crate::chat::limit_change::setting;
use crate::chat::room::Room;
use crate::chat::{Chat, address_prefix};

impl Chat {
    /// Whether this address may create one more identity. Known identities reconnect without limit.
    pub(super) fn check_new_identity(&mut self, now: Millis, address: Option<IpAddr>) -> CommandResult {
        let Some(address) = address.map(address_prefix::prefix_of) else { return Ok(()) };
        if self.rules.creation.exempt_loopback && address.is_loopback() {
            return Ok(());
        }
        self.creation.identities.take(address, u64::try_from(now).unwrap_or(0)).map_err(|wait| {
            let many =
                "many new people came from your address lately; come back with the secret you have, or later";
            Refusal::new(Code::RateLimited, many).retry_after(wait).by_setting(setting::NEW_IDENTITIES)
        })
    }

    /// Whether somebody may be in one more room. Direct rooms do not count, or strangers could fill somebody's list.
    pub(super) fn check_rooms_of(&self, uid: Uid) -> CommandResult {
        let most = self.rules.creation.rooms_each;
        let rooms = self.roster.get(uid).map(|identity| identity.rooms.iter());
        let joined = rooms.into_iter().flatten().filter(|room| room.pair().is_none()).count();
        if joined < count(most) {
            return Ok(());
        }
        let many = format!("you are in {most} rooms; leave one first");
        Err(Refusal::new(Code::RateLimited, many).by_setting(setting::MAX_ROOMS_EACH))
    }

    /// Whether somebody may create this room. Only rooms with people in them count, or one person could use up the number
    /// and leave.
    pub(super) fn check_new_room(&mut self, now: Millis, uid: Uid, room: &RoomName) -> CommandResult {
        let most = self.rules.creation.rooms;
        let counts = |(name, room): &(&RoomName, &Room)| !room.members.is_empty() && name.pair().is_none();
        if room.pair().is_none() && self.rooms.iter().filter(counts).count() >= count(most) {
            let full = format!("the server takes {most} rooms and has them; join one that is there");
            return Err(Refusal::new(Code::RateLimited, full).by_setting(setting::MAX_ROOMS));
        }
        self.creation.rooms.take(uid, u64::try_from(now).unwrap_or(0)).map_err(|wait| {
            let many = "you opened many rooms and direct conversations lately; wait before you open another";
            Refusal::new(Code::RateLimited, many).retry_after(wait).by_setting(setting::NEW_ROOMS)
        })
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
