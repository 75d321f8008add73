//! Limits on creating rooms, identities, and events in many rooms at once, checked against the counters of
//! [`crate::chat::creation_limit`].

use std::time::Duration;

use shared::{Code, Millis, Refusal, Role, RoomName, Uid};

use super::CommandResult;
use crate::chat::Chat;
use crate::chat::limit_change::setting;
use crate::chat::limit_key::LimitKey;
use crate::chat::proposal::Origin;
use crate::chat::room::Room;

impl Chat {
    /// Charges somebody for an event in each of their rooms, as for messages. Admission has charged for the first one, with the
    /// request.
    pub(super) fn charge_events(&mut self, now: Millis, uid: Uid) {
        let rooms = self.roster.get(uid).map_or(0, |identity| identity.rooms.len());
        let further = u64::try_from(rooms.saturating_sub(1)).unwrap_or(u64::MAX);
        self.creation.events.charge(uid, further, u64::try_from(now).unwrap_or(0));
    }

    /// Refuses somebody who made more events by one request each than they might have said messages, if that is not made up
    /// for within `patience`.
    pub(super) fn check_owes_no_events(&self, now: Millis, uid: Uid, patience: Duration) -> CommandResult {
        let wait = self.creation.events.owed(&uid, u64::try_from(now).unwrap_or(0));
        match wait.filter(|wait| *wait > patience) {
            None => Ok(()),
            Some(wait) => {
                let many =
                    "that is told in each of your rooms, and counts as a message in each; wait a little";
                Err(Refusal::new(Code::RateLimited, many).retry_after(wait.saturating_sub(patience)))
            }
        }
    }

    /// Whether this address or local user may create one more identity. Known identities reconnect without limit.
    pub(super) fn check_new_identity(&mut self, now: Millis, origin: &Origin) -> CommandResult {
        let Some(key) = origin.limit_key() else { return Ok(()) };
        let exempt = self.rules.creation.exempt_loopback && key.is_loopback();
        if exempt || origin.role >= Role::Admin {
            return Ok(());
        }
        self.creation.identities.take(key, u64::try_from(now).unwrap_or(0)).map_err(|wait| {
            let many = match key {
                LimitKey::Address(_) => {
                    "many new people came from your address lately; come back with the secret you have, or later"
                }
                LimitKey::Unix(_) => {
                    "you made many new identities lately; come back with the secret you have, or later"
                }
            };
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
        Err(Refusal::new(Code::RateLimited, many).by_setting(setting::MAX_ROOMS_EACH).at_most(most))
    }

    /// Whether somebody may create this room. Only rooms with people in them count, or one person could use up the number
    /// and leave.
    pub(super) fn check_new_room(&mut self, now: Millis, uid: Uid, room: &RoomName) -> CommandResult {
        let most = self.rules.creation.rooms;
        let counts = |(name, room): &(&RoomName, &Room)| !room.members.is_empty() && name.pair().is_none();
        if room.pair().is_none() && self.rooms.iter().filter(counts).count() >= count(most) {
            let full = format!("the server takes {most} rooms and has them; join one that is there");
            return Err(Refusal::new(Code::RateLimited, full).by_setting(setting::MAX_ROOMS).at_most(most));
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
