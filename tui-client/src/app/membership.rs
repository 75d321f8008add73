//! Asking the server to let us in or out of rooms, and leaving them. What the person wants of a room is noted in it (its
//! [`Wish`]); the server is asked as soon as there is a connection, and again after a lost one. One request of a room is open
//! at a time, and a room is left when its messages are stored. What is typed meanwhile for a room that is being entered is in
//! `entering_room.rs`.

use shared::client_msg::RoomOnly;
use shared::{ClientMsg, Code, RoomName, Seq};

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
                    let join = ClientMsg::Join(RoomOnly { room: name.clone() });
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
    /// We are not in the room any more, unless it was wanted again meanwhile.
    pub(super) fn on_parted(&mut self, name: &RoomName) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        (room.joined, room.asked) = (false, false);
        if room.wish != Some(Wish::Join) {
            self.forget_room(name);
        }
        self.leave_if_done();
    }

    pub(super) fn on_part_refused(&mut self, name: &RoomName, code: Code) {
        if matches!(code, Code::NoSuchRoom | Code::NotMember) {
            return self.on_parted(name);
        }
        let Some(room) = self.rooms.get_mut(name) else { return };
        (room.wish, room.asked) = (None, false);
        self.effects.push(Effect::NotDone);
        let title = room.title(self.session.my_uid());
        let lang = self.lang();
        self.notice(&lang.not_left(&title, &lang.refusal(code)), Level::Warning);
        self.leave_if_done();
    }
}
