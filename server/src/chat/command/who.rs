//! `who`: the people present, or the details of one. Direct rooms are listed only to their two people, private ones to
//! those who may know of them.

use shared::client_msg::Who;
use shared::server_msg::{Answer, Details, User};
use shared::{Code, Millis, Refusal, Role, RoomName, ServerMsg, Uid};

use super::{CommandResult, Requester};
use crate::chat::identity::Identity;
use crate::chat::{Chat, list_size};

impl Chat {
    pub(super) fn who(&mut self, now: Millis, requester: &Requester, who: Who) -> CommandResult {
        let (users, more) = match (who.room, who.uid, who.name) {
            (room, None, None) => self.everyone(requester, room.as_ref(), who.after)?,
            (None, Some(uid), None) => (vec![self.whois(now, requester, uid)?], false),
            (None, None, Some(name)) => {
                let uid = self.roster.by_name(&name).ok_or_else(nobody_has_name)?;
                (vec![self.whois(now, requester, uid)?], false)
            }
            _ => {
                return Err(Refusal::new(
                    Code::BadRequest,
                    "room, uid and name exclude one another; give one of them",
                ));
            }
        };
        let id = requester.id.clone();
        let answer = Answer { id, users: Some(users), more: more.then_some(true), ..Answer::default() };
        self.tell(requester.conn, ServerMsg::Ok(Box::new(answer)));
        Ok(())
    }

    /// Those in a room, or on the server, by uid and from the one after `after` on; and whether there are more.
    fn everyone(
        &self,
        requester: &Requester,
        room: Option<&RoomName>,
        after: Option<Uid>,
    ) -> Result<(Vec<User>, bool), Refusal> {
        if let Some(room) = room {
            self.check_member(requester, room)?;
        }
        let wanted = |identity: &&Identity| {
            after.is_none_or(|after| identity.uid > after)
                && room.is_none_or(|room| identity.rooms.contains(room))
        };
        let users = self.roster.present().filter(wanted).map(|identity| self.to_user(identity, requester));
        Ok(list_size::cut(users, list_size::user, list_size::MOST))
    }

    fn whois(&self, now: Millis, requester: &Requester, uid: Uid) -> Result<User, Refusal> {
        let Some(identity) = self.roster.get(uid) else {
            return Err(Refusal::new(
                Code::NoSuchUser,
                "nobody has this uid; who lists the people who are here",
            ));
        };
        let details = || {
            let seen = identity.seen.as_deref();
            Details {
                present: identity.is_present(),
                address: seen.and_then(|seen| seen.origin.address),
                client: seen.map(|seen| seen.origin.client.clone()).unwrap_or_default(),
                since: seen.map(|seen| seen.since),
                sanctions: self.sanctions.on(uid, now),
            }
        };
        let details = (requester.role >= Role::Moderator).then(details);
        let last_seen = identity.left_at.filter(|_| !identity.is_present());
        Ok(User { last_seen, details, ..self.to_user(identity, requester) })
    }

    fn to_user(&self, identity: &Identity, requester: &Requester) -> User {
        let rooms = identity.rooms.iter().filter(|room| self.may_know(room, requester)).cloned().collect();
        User {
            member: identity.to_member(),
            rooms,
            last_seen: None,
            absent: identity.absent.as_deref().cloned(),
            windows: (requester.role >= Role::Moderator).then(|| identity.conns().count()),
            details: None,
        }
    }

    /// Whether somebody may know that there is such a room: not a direct one of others, nor a private one.
    pub(super) fn may_know(&self, room: &RoomName, requester: &Requester) -> bool {
        let uid = requester.uid();
        if let Some((a, b)) = room.pair() {
            return a == uid || b == uid;
        }
        !self.settings_index.has_private()
            || requester.is_operator()
            || self.rooms.get(room).is_none_or(|state| state.is_known_to(uid))
            || self.roster.get(uid).is_some_and(|identity| identity.rooms.contains(room))
    }
}

/// The refusal of a name that nobody has.
pub(super) fn nobody_has_name() -> Refusal {
    Refusal::new(Code::NoSuchUser, "nobody has this name; who lists the people who are here")
}
