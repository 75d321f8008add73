//! `join`: enters a room, creating it if there is none. Direct rooms are opened by `direct`.

use shared::server_msg::{Answer, Joined};
use shared::{Code, Kind, Millis, Refusal, RoomName, Seq, ServerMsg, Uid};

use super::{CommandResult, Requester};
use crate::chat::effect::{Effect, Record};
use crate::chat::{Chat, list_size};

impl Chat {
    pub(super) fn join(&mut self, now: Millis, requester: &Requester, room: RoomName) -> CommandResult {
        let Some(identity) = self.roster.get(requester.uid()) else { return Ok(()) };
        if !identity.rooms.contains(&room) {
            if room.pair().is_some() {
                return Err(Refusal::new(Code::NoSuchRoom, "a direct room is not joined; use direct"));
            }
            self.check_rooms_of(requester.uid())?;
            if !self.rooms.contains_key(&room) {
                self.check_new_room(now, requester.uid(), &room)?;
            }
            self.enter(now, requester, &room);
        }
        if requester.id.is_some() {
            let state = self.room_state(&room, list_size::MOST);
            let answer = Answer { id: requester.id.clone(), room: Some(room), state, ..Answer::default() };
            self.reply(requester.conn, ServerMsg::Ok(Box::new(answer)));
        }
        Ok(())
    }

    fn enter(&mut self, now: Millis, requester: &Requester, room: &RoomName) {
        self.roster.add_room(requester.uid(), room);
        let from = requester.by.clone();
        if !self.rooms.contains_key(room) {
            self.effects
                .push(Effect::Save(Record::Room { name: room.clone(), topic: shared::Line::default() }));
        }
        self.rooms.entry(room.clone()).or_default().enter(requester.uid());
        let after = self.publish(now, room, from, Kind::Join);
        self.note_entry(requester.uid(), room, after);
        self.tell_other_windows(requester, |chat| {
            let state = chat.room_state(room, list_size::MOST)?;
            Some(ServerMsg::Joined(Box::new(Joined { state })))
        });
        self.follow(requester.uid(), room, after);
    }

    /// Tells the other connections of the requester what this one did.
    pub(super) fn tell_other_windows(
        &mut self,
        requester: &Requester,
        what: impl FnOnce(&Self) -> Option<ServerMsg>,
    ) {
        let mut others = self.conns_of(requester.uid());
        others.retain(|conn| *conn != requester.conn);
        if others.is_empty() {
            return;
        }
        if let Some(msg) = what(self) {
            for conn in others {
                self.reply(conn, msg.clone());
            }
        }
    }

    /// Keeps that somebody belongs to a room since this event.
    pub(super) fn note_entry(&mut self, uid: Uid, room: &RoomName, since: Seq) {
        if let Some(identity) = self.roster.get_mut(uid) {
            // The name that is there already is shared.
            let room = identity.rooms.iter().find(|one| *one == room).unwrap_or(room);
            identity.since.insert(room.clone(), since);
        }
        self.effects.push(Effect::Save(Record::Member { uid, room: room.clone(), inside: true, since }));
    }
}
