//! Permissions: the role a request needs, on whom a moderator may act, what the owner of a room may do in it, and whether somebody
//! may speak.

use std::time::Duration;

use shared::{Code, Millis, Refusal, Role, RoomName, Uid};

use super::{CommandResult, Requester};
use crate::chat::identity::Identity;
use crate::chat::room::Room;
use crate::chat::{Chat, sanction};

impl Requester {
    pub(super) fn check_role(&self, role: Role) -> CommandResult {
        if self.role >= role {
            return Ok(());
        }
        let needed = if role == Role::Admin { "an admin" } else { "a moderator" };
        Err(Refusal::new(
            Code::Forbidden,
            format!("only {needed} may do this; ask one, or give the admin key"),
        ))
    }
}

impl Chat {
    /// The identity with this uid, present or not, if the requester may act on it: somebody else, of a lower role.
    pub(super) fn find_target(&self, requester: &Requester, uid: Uid) -> Result<&Identity, Refusal> {
        let Some(target) = self.roster.get(uid) else {
            return Err(Refusal::new(
                Code::NoSuchUser,
                "nobody has this uid; who lists the people who are here",
            ));
        };
        if uid == requester.uid() {
            return Err(Refusal::new(
                Code::BadRequest,
                "nobody does this to themself; ask another moderator",
            ));
        }
        if target.role >= requester.role && !requester.is_operator() {
            return Err(Refusal::new(
                Code::Forbidden,
                format!("{} has as much say as you; ask somebody of a higher role", target.name),
            ));
        }
        Ok(target)
    }

    /// The same, if it is present.
    pub(super) fn find_present_target(&self, requester: &Requester, uid: Uid) -> Result<&Identity, Refusal> {
        if self.roster.get(uid).is_none_or(|target| !target.is_present()) {
            return Err(Refusal::new(
                Code::NoSuchUser,
                "nobody with this uid is here; who lists those who are",
            ));
        }
        self.find_target(requester, uid)
    }

    /// Refuses what others would see of somebody who is muted.
    pub(super) fn check_not_muted(&self, now: Millis, uid: Uid) -> CommandResult {
        self.sanctions.mute(uid, now).map_or(Ok(()), |mute| Err(sanction::mute_refusal(mute, now)))
    }

    /// Refuses what only the owner of a room may do, and a moderator who is in it.
    pub(super) fn check_room_power(&self, requester: &Requester, room: &RoomName) -> CommandResult {
        self.check_member(requester, room)?;
        if room.pair().is_some() {
            let direct = "a direct conversation belongs to both; this is for rooms";
            return Err(Refusal::new(Code::BadRequest, direct));
        }
        if self.has_room_power(requester, room) {
            return Ok(());
        }
        let only = "only the owner of this room or a moderator may do this; ask one of them";
        Err(Refusal::new(Code::Forbidden, only))
    }

    /// Whether somebody is the owner of a room, or a moderator anyway.
    pub(super) fn has_room_power(&self, requester: &Requester, room: &RoomName) -> bool {
        requester.role >= Role::Moderator
            || self.rooms.get(room).is_some_and(|state| state.owner() == Some(requester.uid()))
    }

    /// Refuses to act, in a room, on oneself or on somebody who has as much say there: a member has less than the owner, who has
    /// less than a moderator.
    pub(super) fn check_outranks(&self, requester: &Requester, room: &RoomName, uid: Uid) -> CommandResult {
        if uid == requester.uid() {
            return Err(Refusal::new(Code::BadRequest, "nobody does this to themself; part leaves a room"));
        }
        let owner = self.rooms.get(room).and_then(Room::owner);
        let rank = |role: Role, uid| (role, owner == Some(uid));
        let target = self.roster.get(uid).map_or((Role::Member, false), |target| rank(target.role, uid));
        if requester.is_operator() || rank(requester.role, requester.uid()) > target {
            return Ok(());
        }
        Err(Refusal::new(Code::Forbidden, "they have as much say in this room as you; ask a moderator"))
    }

    /// Refuses what others would see of somebody who may not speak in a room.
    pub(super) fn check_may_speak(
        &self,
        now: Millis,
        requester: &Requester,
        room: &RoomName,
    ) -> CommandResult {
        self.check_not_muted_in(now, requester, room)?;
        let read_only = |state: &Room| state.settings.as_ref().is_some_and(|settings| settings.read_only);
        if self.rooms.get(room).is_some_and(read_only) && !self.has_room_power(requester, room) {
            let only = "only its owner and moderators speak in this room; read on, or speak in another";
            return Err(Refusal::new(Code::Forbidden, only));
        }
        Ok(())
    }

    /// Refuses what others would see of somebody who is muted, everywhere or in this room.
    pub(super) fn check_not_muted_in(
        &self,
        now: Millis,
        requester: &Requester,
        room: &RoomName,
    ) -> CommandResult {
        self.check_not_muted(now, requester.uid())?;
        let settings = self.rooms.get(room).and_then(|state| state.settings.as_ref());
        let Some(until) = settings.and_then(|settings| settings.mute(requester.uid(), now)) else {
            return Ok(());
        };
        let refusal = Refusal::new(Code::Muted, "you are muted in this room; wait, or ask its owner");
        let wait = until.and_then(|until| u64::try_from(until - now).ok());
        Err(wait.map_or(refusal.clone(), |wait| refusal.retry_after(Duration::from_millis(wait))))
    }
}
