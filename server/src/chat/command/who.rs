//! `who`: the people present, or the details of one. Direct rooms are listed only to their two people.

use shared::client_msg::Who;
use shared::server_msg::{Answer, Details, User};
use shared::{Code, Millis, Refusal, Role, RoomName, ServerMsg, Uid};

use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::roster::Identity;

impl Chat {
    pub(super) fn who(&mut self, now: Millis, requester: &Requester, who: Who) -> CommandResult {
        let users = match (who.room, who.uid) {
            (Some(_), Some(_)) => {
                return Err(Refusal::new(Code::BadRequest, "give one of room and uid"));
            }
            (room, None) => self.everyone(requester, room.as_ref())?,
            (None, Some(uid)) => vec![self.whois(now, requester, uid)?],
        };
        let answer = Answer { id: requester.id.clone(), users: Some(users), ..Answer::default() };
        self.reply(requester.conn, ServerMsg::Ok(Box::new(answer)));
        Ok(())
    }

    fn everyone(&self, requester: &Requester, room: Option<&RoomName>) -> Result<Vec<User>, Refusal> {
        if let Some(room) = room {
            self.check_member(requester, room)?;
        }
        let wanted = |identity: &&Identity| room.is_none_or(|room| identity.rooms.contains(room));
        Ok(self.roster.present().filter(wanted).map(|identity| to_user(identity, requester)).collect())
    }

    fn whois(&self, now: Millis, requester: &Requester, uid: Uid) -> Result<User, Refusal> {
        let Some(identity) = self.roster.get(uid) else {
            return Err(Refusal::new(Code::NoSuchUser, format!("nobody has the uid {uid}")));
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
        Ok(User { details, ..to_user(identity, requester) })
    }
}

fn to_user(identity: &Identity, requester: &Requester) -> User {
    let open = |room: &&RoomName| may_know(room, requester.uid());
    User {
        member: identity.to_member(),
        rooms: identity.rooms.iter().filter(open).cloned().collect(),
        details: None,
    }
}

fn may_know(room: &RoomName, requester: Uid) -> bool {
    room.pair().is_none_or(|(a, b)| a == requester || b == requester)
}
