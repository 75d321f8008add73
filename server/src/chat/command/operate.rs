//! Requests of the operator, who has no identity: moderation and administration, but no messages, which need a sender.

use shared::{ClientMsg, Code, Millis, Refusal, Role, Sender, ServerMsg};

use super::{Requester, Stored};
use crate::chat::Chat;
use crate::chat::proposed_request::ProposedOperation;

impl Chat {
    /// Carries out a request of the operator, or defers it while a message is looked up.
    pub(in crate::chat) fn operate(&mut self, now: Millis, operated: ProposedOperation) {
        if let Some(operated) = self.defer_operation(operated) {
            self.carry_out_operation(now, operated, Stored::default());
        }
    }

    /// Carries out a request of the operator, and answers with the refusal if there is one.
    pub(super) fn carry_out_operation(
        &mut self,
        now: Millis,
        operated: ProposedOperation,
        stored: Stored<'_>,
    ) {
        let ProposedOperation { conn, id, msg, word, unix } = operated;
        let requester = Requester { conn, by: Sender::operator(), role: Role::Admin, unix: Some(unix), id };
        let outcome = match msg {
            ClientMsg::Who(who) => self.who(now, &requester, who),
            ClientMsg::Bans(_) => self.bans(now, &requester),
            ClientMsg::Ban(ban) => self.ban(now, &requester, ban),
            ClientMsg::Unban(unban) => self.unban(now, &requester, unban.uid),
            ClientMsg::Mute(mute) => self.mute(now, &requester, mute),
            ClientMsg::Unmute(unmute) => self.unmute(now, &requester, unmute.uid),
            ClientMsg::Kick(kick) => self.kick(now, &requester, kick),
            ClientMsg::SetRoom(set) => self.set_room(now, &requester, &set, word, stored),
            ClientMsg::RoomKick(kick) => self.room_kick(now, &requester, kick),
            ClientMsg::RoomMute(mute) => self.room_mute(now, &requester, mute),
            ClientMsg::RoomUnmute(who) => self.room_unmute(now, &requester, &who),
            ClientMsg::Role(grant) => self.set_role(now, &requester, grant),
            ClientMsg::Announce(announce) => self.announce(now, &requester, announce.text),
            ClientMsg::Shutdown(shutdown) => self.shutdown(now, &requester, shutdown),
            ClientMsg::Rooms(wanted) => {
                self.list_rooms(&requester, &wanted);
                Ok(())
            }
            ClientMsg::FreeName(free) => self.take_name_away(now, &requester, &free.name),
            ClientMsg::Limits(wanted) => self.limits(now, &requester, &wanted),
            // The answer to a ping, not a request: not answered.
            ClientMsg::Pong(_) => Ok(()),
            ClientMsg::Hello(_)
            | ClientMsg::Identify(_)
            | ClientMsg::Say(_)
            | ClientMsg::Direct(_)
            | ClientMsg::Edit(_)
            | ClientMsg::Delete(_)
            | ClientMsg::React(_)
            | ClientMsg::Join(_)
            | ClientMsg::Part(_)
            | ClientMsg::Rename(_)
            | ClientMsg::Topic(_)
            | ClientMsg::History(_)
            | ClientMsg::Search(_)
            | ClientMsg::Typing(_)
            | ClientMsg::Ping(_)
            | ClientMsg::Quit(_)
            | ClientMsg::Link(_)
            | ClientMsg::Machines(_)
            | ClientMsg::Unlink(_)
            | ClientMsg::IrcPassword(_)
            | ClientMsg::IrcCertificate(_)
            | ClientMsg::Read(_)
            | ClientMsg::Absent(_)
            | ClientMsg::Upload(_)
            | ClientMsg::Download(_)
            | ClientMsg::Transfer(_)
            | ClientMsg::Auth(_) => Err(Refusal::new(
                Code::BadRequest,
                "the operator is nobody in the chat; say hello on a connection of its own to take part",
            )),
        };
        if let Err(refusal) = outcome {
            self.tell(conn, ServerMsg::Error(refusal.to(requester.id)));
        }
    }
}
