//! Rollback after a failed commit: resets the chat to the committed state. [`Touched`] says which parts the failed batch
//! had changed; [`CommittedState`] is what the store has of them, read by its point reader.

use std::collections::BTreeSet;

use shared::server_msg::Sanction;
use shared::{Event, Line, RoomName, Uid};

use super::Chat;
use super::conn_id::ConnId;
use super::identity::Identity;
use super::presence::Presence;
use super::room_settings::Settings;

/// What the undone proposals had changed beside the events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// People who changed, or who are new.
    pub people: BTreeSet<Uid>,
    /// People whose ban or mute changed.
    pub sanctioned: BTreeSet<Uid>,
    /// Rooms whose topic changed, which are set up otherwise, or which are new.
    pub rooms: BTreeSet<RoomName>,
}

/// The committed state of that.
#[derive(Clone, Debug, Default)]
pub struct CommittedState {
    /// Identities; `None` for those that are not stored.
    pub people: Vec<(Uid, Option<Identity>)>,
    /// The bans and mutes of each person.
    pub sanctions: Vec<(Uid, Vec<Sanction>)>,
    /// The topic of each room and how it is set up.
    pub rooms: Vec<(RoomName, Line, Option<Box<Settings>>)>,
}

impl Chat {
    /// Resets the chat to what is committed. `events` are the undone events, in order; `refused` are the connections
    /// whose welcome is undone.
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
        for (room, topic, settings) in committed.rooms {
            if let Some(state) = self.rooms.get_mut(&room) {
                state.topic = topic;
                self.replace_settings(&room, settings);
            }
        }
    }

    /// Undoes an event that was not stored; its nonce may be used again.
    pub(super) fn revoke(&mut self, event: &Event) {
        if let Some(nonce) = &event.nonce {
            self.dedupe.forget(event.from.uid, nonce);
            if let Some(identity) = self.roster.get_mut(event.from.uid) {
                // The row that says that they spoke may have been in the same batch.
                identity.unsaved = true;
            }
        }
        if let Some(room) = self.rooms.get_mut(&event.room)
            && room.head == event.seq
        {
            room.head = event.prev;
        }
    }

    /// Resets an identity to its stored form, or removes it if it is not stored. Connected identities stay connected,
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
        let (name, presence) = (identity.name.clone(), identity.presence.clone());
        if name != kept.name && self.roster.by_name(&kept.name).is_none_or(|owner| owner == uid) {
            self.roster.rename(uid, &kept.name);
        }
        for room in self.roster.rooms_of(uid).iter().filter(|room| !kept.rooms.contains(*room)) {
            self.leave_room(room, uid);
            self.roster.remove_room(uid, room);
        }
        for room in &kept.rooms {
            self.roster.add_room(uid, room);
        }
        self.roster.replace_secrets(uid, kept.secret, kept.linked.clone());
        if presence != Presence::Gone {
            self.roster.set_absent(uid, kept.absent.clone());
        }
        let was_present = kept.is_present();
        if let Some(identity) = self.roster.get_mut(uid) {
            identity.role = kept.role;
            if kept.spoke {
                identity.forgotten.unread_again();
            }
            identity.unsaved = true;
            (identity.since, identity.left_at) = (kept.since, kept.left_at);
        }
        match presence {
            Presence::Here(mut connections) => {
                connections.retain(|connection| !refused.contains(&connection.conn));
                let until = self.now + self.rules.resume_ms();
                let presence = match (connections.is_empty(), was_present) {
                    (false, _) => Presence::Here(connections),
                    (true, true) => Presence::Away { until },
                    (true, false) => Presence::Gone,
                };
                self.set_present(uid, &presence);
            }
            Presence::Away { .. } => self.set_present(uid, &presence),
            Presence::Gone => {}
        }
    }

    /// Sets somebody's presence, and puts them into their rooms or takes them out.
    fn set_present(&mut self, uid: Uid, presence: &Presence) {
        for room in self.roster.rooms_of(uid) {
            if *presence == Presence::Gone {
                self.leave_room(&room, uid);
            } else {
                self.rooms.entry(room).or_default().enter(uid);
            }
        }
        self.roster.set_presence(uid, presence.clone());
    }

    fn leave_room(&mut self, room: &RoomName, uid: Uid) {
        if let Some(state) = self.rooms.get_mut(room) {
            state.leave(uid);
        }
    }
}
