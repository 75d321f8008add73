//! Limits on creating rooms, identities, and events in many rooms at once, checked against the counters of
//! [`crate::chat::creation_limit`].

use std::time::Duration;

use shared::{Code, Millis, Refusal, Role, RoomName, Seq, Uid};

use super::CommandResult;
use crate::chat::Chat;
use crate::chat::creation_limit::MAX_DIRECT_EACH;
use crate::chat::effect::{Effect, Record};
use crate::chat::greeting::Origin;
use crate::chat::limit_change::setting;
use crate::chat::limit_key::LimitKey;
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

    /// Whether somebody may be in one more direct conversation, which they begin: its newest events are in memory while they are
    /// here. Only whoever begins it pays.
    pub(super) fn check_direct_of(&self, uid: Uid) -> CommandResult {
        let rooms = self.roster.get(uid).map(|identity| identity.rooms.iter());
        let direct = rooms.into_iter().flatten().filter(|room| room.pair().is_some()).count();
        if direct < MAX_DIRECT_EACH {
            return Ok(());
        }
        let many = format!("you are in {MAX_DIRECT_EACH} direct conversations; leave one first");
        Err(Refusal::new(Code::RateLimited, many))
    }

    /// Takes somebody who comes back out of the rooms that nobody else is in, as far as the server has as many rooms as it takes:
    /// or people who opened rooms one after the other and come back together could have any number. Nobody else pays for it,
    /// and the rooms can be joined again as soon as there is a place.
    pub(super) fn leave_rooms_without_place(&mut self, uid: Uid) {
        let most = count(self.rules.creation.rooms);
        if self.rooms.len() < most {
            return;
        }
        let mut places = most.saturating_sub(self.rooms_with_people());
        for room in self.roster.rooms_of(uid) {
            let is_empty = self.rooms.get(&room).is_none_or(|state| state.members.is_empty());
            if !is_empty || room.pair().is_some() || room == RoomName::lobby() {
                continue;
            }
            if places > 0 {
                places -= 1;
                continue;
            }
            self.roster.remove_room(uid, &room);
            let since = Seq::ZERO;
            self.effects.push(Effect::Save(Record::Member { uid, room, inside: false, since }));
        }
    }

    /// How many rooms somebody is in who is here or away; direct ones are counted by person.
    fn rooms_with_people(&self) -> usize {
        let counts = |(name, room): &(&RoomName, &Room)| !room.members.is_empty() && name.pair().is_none();
        self.rooms.iter().filter(counts).count()
    }

    /// Whether somebody may create this room. Only rooms with people in them count, or one person could use up the number
    /// and leave.
    pub(super) fn check_new_room(&mut self, now: Millis, uid: Uid, room: &RoomName) -> CommandResult {
        let most = self.rules.creation.rooms;
        if room.pair().is_none() && self.rooms_with_people() >= count(most) {
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
