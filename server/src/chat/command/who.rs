//! `who`: the people present, or the details of one. Direct rooms are listed only to their two people.

use shared::client_msg::Who;
use shared::server_msg::{Answer, Details, User};
use shared::{Code, Millis, Refusal, Role, RoomName, ServerMsg, Uid};

use super::{CommandResult, Requester};
use crate::chat::roster::Identity;
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
        self.reply(requester.conn, ServerMsg::Ok(Box::new(answer)));
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
        let users = self.roster.present().filter(wanted).map(|identity| to_user(identity, requester));
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
        Ok(User { last_seen, details, ..to_user(identity, requester) })
    }
}

fn to_user(identity: &Identity, requester: &Requester) -> User {
    let open = |room: &&RoomName| may_know(room, requester.uid());
    User {
        member: identity.to_member(),
        rooms: identity.rooms.iter().filter(open).cloned().collect(),
        last_seen: None,
        windows: (requester.role >= Role::Moderator).then(|| identity.conns().count()),
        details: None,
    }
}

/// The refusal of a name that nobody has.
pub(super) fn nobody_has_name() -> Refusal {
    Refusal::new(Code::NoSuchUser, "nobody has this name; who lists the people who are here")
}

fn may_know(room: &RoomName, requester: Uid) -> bool {
    room.pair().is_none_or(|(a, b)| a == requester || b == requester)
}
