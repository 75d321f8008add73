//! Asking the server to let us in or out of rooms, and leaving them. What the person wants of a room is noted in it (its
//! [`Wish`]); the server is asked as soon as there is a connection, and again after a lost one. One request of a room is open
//! at a time, and a room is left when its messages are stored. What is typed meanwhile for a room that is being entered is in
//! `entering_room.rs`.

use shared::client_msg::{Join, RoomOnly};
use shared::server_msg::{Parted, RoomState};
use shared::{ClientMsg, Code, Refusal, RoomName, Seq};

use super::App;
use super::pending_requests::Purpose;
use super::room::Wish;
use super::timeline::Level;
use crate::effect::Effect;

/// So many rooms are asked for at a time; the others follow with the answers.
const MAX_JOINS: usize = 40;

/// What the person wants.
impl App {
    /// Leaves a room. If it is the one on the screen, the lobby is from now on.
    pub(super) fn part_room(&mut self, name: &RoomName) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        room.wish = Some(Wish::Part);
        if self.rooms.current().name == *name {
            self.go_to(&RoomName::lobby());
        }
    }
}

/// Asking for it.
impl App {
    /// Asks for what is wanted and was not asked for yet.
    pub(super) fn send_wishes(&mut self) {
        let can_ask = self.connection.is_online() && !self.connection.is_leaving();
        for name in self.rooms.wanted() {
            let is_empty = !self.outbox.has_waiting(&name);
            let Some(room) = self.rooms.get_mut(&name) else { continue };
            let is_known = !room.is_direct() || room.head.max(room.position) > Seq::ZERO;
            match (room.wish, room.joined) {
                _ if room.asked => {}
                (Some(Wish::Join), true) => room.wish = None,
                // Nobody else knows of it yet.
                (Some(Wish::Part), joined) if is_empty && !(joined && is_known) => self.forget_room(&name),
                // A server that forgets many rooms is not asked for all of them at once.
                (Some(Wish::Join | Wish::Part), false) if can_ask && self.requests.joins() < MAX_JOINS => {
                    room.asked = true;
                    let join = ClientMsg::Join(Join { room: name.clone(), word: room.word.clone() });
                    self.request(Purpose::Join(name), join);
                }
                (Some(Wish::Part), true) if can_ask && is_empty => {
                    room.asked = true;
                    let part = ClientMsg::Part(RoomOnly { room: name.clone() });
                    self.request(Purpose::Part(name), part);
                }
                (_, _) => {}
            }
        }
    }
}

/// What the server says.
impl App {
    /// Another window of ours has entered a room: we are in it as well, and go on looking where we look.
    pub(super) fn on_joined_elsewhere(&mut self, state: &RoomState) {
        if !self.connection.is_online() || self.rooms.get(&state.name).is_none() && self.rooms.is_full() {
            return;
        }
        if self.rooms.is_held_back(&state.name) {
            return self.rooms.hold(state.clone());
        }
        self.enter_room(state, false);
        if state.more {
            self.request_members(Some(state.name.clone()), None);
        }
    }

    /// We are not in a room any more, which somebody else wanted, or another window of ours.
    pub(super) fn on_parted_by(&mut self, parted: &Parted) {
        let name = &parted.room;
        let Some(by) = &parted.by else { return self.on_parted_elsewhere(name) };
        let Some(room) = self.rooms.get_mut(name) else { return };
        // Who was removed does not come back by themself.
        room.wish = None;
        let was_private = room.settings.private;
        (room.joined, room.asked, room.refused) = (false, false, Some(Code::NotMember));
        room.roster.replace(&[]);
        let (by, reason) = (by.as_str(), parted.reason.as_str());
        let text = self.lang().removed_from_room(by, name.as_str(), reason, was_private);
        self.notice_in(name, &text, Level::Warning);
        if self.rooms.current().name != *name {
            self.hint(text, Level::Warning);
            self.forget_if_unentered(name);
        }
        self.leave_if_done();
    }

    /// Another window of ours has left a room. If it is looked at it stays on the screen, or what is being typed would go
    /// elsewhere; and if something is to be sent there, it is entered again.
    pub(super) fn on_parted_elsewhere(&mut self, name: &RoomName) {
        let is_current = self.rooms.current().name == *name;
        let has_waiting = self.outbox.has_waiting(name);
        let Some(room) = self.rooms.get_mut(name) else { return };
        if has_waiting {
            room.wish = room.wish.or(Some(Wish::Join));
        }
        if !is_current || room.wish.is_some() {
            return self.on_parted(name);
        }
        if !room.is_direct() {
            (room.joined, room.asked, room.refused) = (false, false, Some(Code::NotMember));
            room.roster.replace(&[]);
            self.notice(&self.lang().left_elsewhere(name.as_str()), Level::Warning);
        }
    }

    /// We are not in the room any more, unless it was wanted again meanwhile.
    pub(super) fn on_parted(&mut self, name: &RoomName) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        (room.joined, room.asked) = (false, false);
        if room.wish != Some(Wish::Join) {
            self.forget_room(name);
        }
        self.leave_if_done();
    }

    pub(super) fn on_part_refused(&mut self, name: &RoomName, refusal: &Refusal) {
        if matches!(refusal.code, Code::NoSuchRoom | Code::NotMember) {
            return self.on_parted(name);
        }
        let Some(room) = self.rooms.get_mut(name) else { return };
        (room.wish, room.asked) = (None, false);
        self.effects.push(Effect::NotDone);
        let title = room.title(self.session.my_uid());
        self.notice(&self.lang().not_left(&title, &self.why_refused(refusal)), Level::Warning);
        self.leave_if_done();
    }
}
