//! What could not be kept did not happen: the chat goes back to what the store has. It must not ask the store itself.

use shared::server_msg::Sanction;
use shared::{Event, Line, Millis, RoomName, Uid};

use super::Chat;
use super::proposal::ConnId;
use super::roster::{Identity, Presence};

impl Chat {
    /// Takes back an event that could not be stored: it did not happen, and its nonce may be used again.
    pub fn revoke(&mut self, event: &Event) {
        if let Some(nonce) = &event.nonce {
            self.dedupe.forget(event.from.uid, nonce);
            if let Some(identity) = self.roster.get_mut(event.from.uid) {
                // That they spoke may have been lost with it.
                identity.unsaved = true;
            }
        }
        if let Some(room) = self.rooms.get_mut(&event.room)
            && room.head == event.seq
        {
            room.head = event.prev;
        }
    }

    /// Makes somebody what the store says they are; `None` when it does not know them. Who is connected stays so,
    /// except over the connections in `refused`, which were never welcomed.
    pub fn restore(&mut self, now: Millis, uid: Uid, kept: Option<Identity>, refused: &[ConnId]) {
        let Some(identity) = self.roster.get(uid) else { return };
        let Some(kept) = kept else {
            for room in self.roster.rooms_of(uid) {
                self.leave_room(&room, uid);
            }
            return self.roster.remove(uid);
        };
        let (name, presence) = (identity.name.clone(), identity.presence);
        if name != kept.name && self.roster.by_name(&kept.name).is_none_or(|owner| owner == uid) {
            self.roster.rename(uid, &kept.name);
        }
        for room in self.roster.rooms_of(uid).iter().filter(|room| !kept.rooms.contains(*room)) {
            self.leave_room(room, uid);
        }
        let was_present = kept.is_present();
        if let Some(identity) = self.roster.get_mut(uid) {
            identity.role = kept.role;
            identity.forgot_nonces |= kept.spoke;
            identity.unsaved = true;
            identity.rooms = kept.rooms;
        }
        match presence {
            Presence::Here(conn) if refused.contains(&conn) => {
                let until = now + self.rules.resume_ms();
                self.set_present(uid, if was_present { Presence::Away { until } } else { Presence::Gone });
            }
            Presence::Here(_) | Presence::Away { .. } => self.set_present(uid, presence),
            Presence::Gone => {}
        }
    }

    /// Lets hold for somebody what the store says does.
    pub fn restore_sanctions(&mut self, uid: Uid, kept: Vec<Sanction>) {
        self.sanctions.restore(uid, kept);
    }

    /// Gives a room back the topic the store has.
    pub fn restore_topic(&mut self, room: &RoomName, topic: Line) {
        if let Some(state) = self.rooms.get_mut(room) {
            state.topic = topic;
        }
    }

    /// Sets somebody's presence, and puts them into their rooms or takes them out.
    fn set_present(&mut self, uid: Uid, presence: Presence) {
        for room in self.roster.rooms_of(uid) {
            if presence == Presence::Gone {
                self.leave_room(&room, uid);
            } else {
                self.rooms.entry(room).or_default().enter(uid);
            }
        }
        if self.roster.get(uid).is_some_and(|identity| identity.presence != presence) {
            self.roster.set_presence(uid, presence);
        }
    }

    fn leave_room(&mut self, room: &RoomName, uid: Uid) {
        if let Some(state) = self.rooms.get_mut(room) {
            state.leave(uid);
        }
    }
}
