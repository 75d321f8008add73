//! `part`: leaves a room. Nobody can leave the lobby: announcements and roles are published there.

use shared::server_msg::Parted;
use shared::{Code, Kind, Millis, Refusal, RoomName, ServerMsg};

use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::effect::Effect;

impl Chat {
    pub(super) fn part(&mut self, now: Millis, requester: &Requester, room: &RoomName) -> CommandResult {
        self.check_member(requester, room)?;
        if *room == RoomName::lobby() {
            return Err(Refusal::new(Code::BadRequest, "everyone is in the lobby; quit to leave the server"));
        }
        for conn in self.conns_of(requester.uid()) {
            self.effects.push(Effect::Unfollow { conn, room: room.clone() });
        }
        let parted = Parted { room: room.clone(), by: None, reason: shared::Line::default() };
        self.tell_other_windows(requester, |_| Some(ServerMsg::Parted(parted)));
        self.leave(requester.uid(), room);
        let from = requester.by.clone();
        // That somebody closed a direct conversation is private.
        if room.pair().is_none() {
            self.publish(now, room, from, Kind::Leave(shared::event::Leave::Part));
        }
        self.reply_ok(requester);
        Ok(())
    }
}
