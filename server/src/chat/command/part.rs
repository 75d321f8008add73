//! `part`: leaves a room. Nobody can leave the lobby: announcements and roles are published there.

use shared::client_msg::RoomOnly;
use shared::{Code, Kind, Millis, Refusal, RoomName, Seq, ServerMsg};

use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::effect::{Effect, Record};

impl Chat {
    pub(super) fn part(&mut self, now: Millis, requester: &Requester, room: &RoomName) -> CommandResult {
        self.check_member(requester, room)?;
        if *room == RoomName::lobby() {
            return Err(Refusal::new(Code::BadRequest, "everyone is in the lobby; quit to leave the server"));
        }
        for conn in self.conns_of(requester.uid()) {
            self.effects.push(Effect::Unfollow { conn, room: room.clone() });
        }
        self.tell_other_windows(requester, |_| Some(ServerMsg::Parted(RoomOnly { room: room.clone() })));
        if let Some(state) = self.rooms.get_mut(room) {
            state.leave(requester.uid());
        }
        self.roster.remove_room(requester.uid(), room);
        let from = requester.by.clone();
        self.effects.push(Effect::Save(Record::Member {
            uid: requester.uid(),
            room: room.clone(),
            inside: false,
            since: Seq::ZERO,
        }));
        // That somebody closed a direct conversation is private.
        if room.pair().is_none() {
            self.publish(now, room, from, Kind::Leave(shared::event::Leave::Part));
        }
        self.reply_ok(requester);
        Ok(())
    }
}
