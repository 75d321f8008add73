//! After a failed commit: what was not committed did not happen, and the chat goes back to what the store has. Which parts
//! those are is [`Touched`]; what the store says of them, read beside the hub, is [`CommittedState`].

use std::collections::BTreeSet;

use shared::server_msg::Sanction;
use shared::{Event, Line, RoomName, Uid};

use super::Chat;
use super::conn_id::ConnId;
use super::roster::{Identity, Presence};

/// What a batch that failed had changed beside the events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// People who changed, or who are new.
    pub people: BTreeSet<Uid>,
    /// For whom a ban or a mute began or ended.
    pub sanctioned: BTreeSet<Uid>,
    /// Rooms whose topic changed, or which are new.
    pub rooms: BTreeSet<RoomName>,
}

/// What is committed of that.
#[derive(Clone, Debug, Default)]
pub struct CommittedState {
    /// People; `None` for those the store does not know.
    pub people: Vec<(Uid, Option<Identity>)>,
    /// The bans and mutes that hold for somebody.
    pub sanctions: Vec<(Uid, Vec<Sanction>)>,
    /// Topics.
    pub topics: Vec<(RoomName, Line)>,
}

impl Chat {
    /// Goes back to what is committed. `events` are those of the failed batch, in order; the connections in `refused` were
    /// about to be welcomed by it.
    pub fn roll_back(&mut self, events: &[Event], committed: CommittedState, refused: &[ConnId]) {
        for event in events.iter().rev() {
            self.revoke(event);
        }
        for (uid, kept) in committed.people {
            self.restore(uid, kept, refused);
        }
        for (uid, kept) in committed.sanctions {
            self.sanctions.restore(uid, kept);
        }
        for (room, topic) in committed.topics {
            if let Some(state) = self.rooms.get_mut(&room) {
                state.topic = topic;
            }
        }
    }

    /// Takes back an event that could not be stored: it did not happen, and its nonce may be used again.
    pub(super) fn revoke(&mut self, event: &Event) {
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
    fn restore(&mut self, uid: Uid, kept: Option<Identity>, refused: &[ConnId]) {
        let Some(identity) = self.roster.get(uid) else { return };
        let Some(kept) = kept else {
            for room in self.roster.rooms_of(uid) {
                self.leave_room(&room, uid);
            }
            self.deferred.drop_all(uid);
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
                let until = self.now + self.rules.resume_ms();
                self.set_present(uid, if was_present { Presence::Away { until } } else { Presence::Gone });
            }
            Presence::Here(_) | Presence::Away { .. } => self.set_present(uid, presence),
            Presence::Gone => {}
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
