//! Who is in which room.

use shared::server_msg::RoomState;
use shared::{RoomName, Seq, Uid};

use super::rooms::{Members, Room};
use super::state::State;

impl State {
    /// The members of a room as its state has them.
    pub(crate) fn members_of(&mut self, state: &RoomState) -> Members {
        if state.name != RoomName::lobby() {
            return Members::These(state.members.iter().map(|member| (member.uid, state.head)).collect());
        }
        let mut here: Vec<Uid> = state.members.iter().map(|member| member.uid).collect();
        here.sort_unstable();
        let gone = self.users.iter().map(|(uid, _)| uid).filter(|uid| here.binary_search(uid).is_err());
        for uid in gone.collect::<Vec<_>>() {
            self.users.change(uid, |person| person.in_lobby = None);
        }
        for uid in here {
            self.users.change(uid, |person| person.in_lobby = Some(Seq::ZERO));
        }
        Members::Lobby
    }

    /// Who is in a room, by their uid, ascending.
    pub(crate) fn members(&self, room: &RoomName) -> Vec<Uid> {
        match self.rooms.get(room).map(|room| &room.members) {
            Some(Members::These(members)) => members.keys().copied().collect(),
            Some(Members::Lobby) => {
                let here = self.users.iter().filter(|(_, person)| person.in_lobby.is_some());
                here.map(|(uid, _)| uid).collect()
            }
            None => Vec::new(),
        }
    }

    /// Whether somebody is in a room.
    pub(crate) fn is_member(&self, room: &RoomName, uid: Uid) -> bool {
        self.rooms.get(room).is_some_and(|room| self.is_in(room, uid))
    }

    /// The same of a room that is at hand.
    pub(crate) fn is_in(&self, room: &Room, uid: Uid) -> bool {
        match &room.members {
            Members::Lobby => self.users.get(uid).is_some_and(|person| person.in_lobby.is_some()),
            Members::These(members) => members.contains_key(&uid),
        }
    }

    /// Whether somebody is in any room that is known.
    pub(crate) fn is_anywhere(&self, uid: Uid) -> bool {
        self.rooms.values().any(|room| self.is_in(room, uid))
    }

    /// Whether somebody is in a room that the client is in.
    pub(crate) fn is_visible(&self, uid: Uid) -> bool {
        self.rooms.values().any(|room| room.shown && self.is_in(room, uid))
    }

    /// Puts somebody who is known into a room; whether they were in it.
    pub(crate) fn put_in(&mut self, room: &RoomName, uid: Uid, came: Seq) -> bool {
        match self.rooms.get_mut(room).map(|room| &mut room.members) {
            Some(Members::These(members)) => members.insert(uid, came).is_some(),
            Some(Members::Lobby) => {
                let before = self.users.change(uid, |person| person.in_lobby = Some(came));
                before.is_some_and(|before| before.in_lobby.is_some())
            }
            None => false,
        }
    }

    /// Takes somebody out of a room; whether they were in it.
    pub(crate) fn take_out(&mut self, room: &RoomName, uid: Uid) -> bool {
        match self.rooms.get_mut(room).map(|room| &mut room.members) {
            Some(Members::These(members)) => members.remove(&uid).is_some(),
            Some(Members::Lobby) => {
                let before = self.users.change(uid, |person| person.in_lobby = None);
                before.is_some_and(|before| before.in_lobby.is_some())
            }
            None => false,
        }
    }

    /// Takes somebody out of every room that they did not come into after this event.
    pub(crate) fn take_out_before(&mut self, uid: Uid, at: Seq) {
        for room in self.rooms.values_mut() {
            match &mut room.members {
                Members::These(members) => {
                    if members.get(&uid).is_some_and(|came| *came < at) {
                        members.remove(&uid);
                    }
                }
                Members::Lobby => {
                    self.users.change(uid, |person| {
                        person.in_lobby = person.in_lobby.filter(|came| (*came).max(room.head) >= at);
                    });
                }
            }
        }
    }
}
