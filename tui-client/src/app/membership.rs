//! Entering and leaving rooms. What the person wants is noted in the room at once (its [`Wish`]) and looked at at once, so
//! that whatever is typed next belongs to it; the server is asked as soon as there is a connection, and again after a lost
//! one. One request of a room is open at a time. Messages for a room wait until we are in it, and a room is left when its
//! messages are stored. When the server refuses, what was typed stays in the room's own draft, with the reason above it.

use shared::client_msg::RoomOnly;
use shared::server_msg::Answer;
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
    /// Whether a room can be wanted: we are somebody on this server.
    pub(super) fn has_identity(&self) -> bool {
        self.session.is_welcome() || self.session.profile().secret.is_some()
    }

    /// Goes to a room, and enters it if we are not in it.
    pub(super) fn join_room(&mut self, name: &RoomName) {
        self.restore_input(name);
        let room = self.rooms.ensure(name);
        room.wish = (!room.joined || room.wish == Some(Wish::Part)).then_some(Wish::Join);
        room.refused = None;
        self.go_to(name);
    }

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

    /// What an earlier run left unsent goes to rooms that the server may have forgotten we were in.
    pub(super) fn enter_rooms_of_outbox(&mut self) {
        let rooms: Vec<RoomName> =
            self.outbox.entries().iter().map(|entry| entry.unsent.room.clone()).collect();
        for name in rooms.into_iter().filter(|name| name.pair().is_none()) {
            let room = self.rooms.ensure(&name);
            if !room.joined && room.wish.is_none() {
                room.wish = Some(Wish::Join);
                self.restore_input(&name);
            }
        }
    }
}

/// What the server says.
impl App {
    pub(super) fn on_joined(&mut self, name: &RoomName, answer: &Answer) {
        let name = answer.room.as_ref().unwrap_or(name).clone();
        match &answer.state {
            Some(state) => {
                self.enter_room(state, false);
                if state.more {
                    self.request_members(Some(name), None);
                }
            }
            None => self.rooms.join(&name),
        }
        self.leave_if_done();
    }

    /// A program asked by itself to be let in: what it says next is for there, as after `/join`.
    pub(super) fn on_entered(&mut self, name: &RoomName, answer: &Answer) {
        self.on_joined(name, answer);
        self.input.set_astray(false);
        self.go_to(answer.room.as_ref().unwrap_or(name));
    }

    /// The room stays where it is: whoever types there goes on typing there.
    pub(super) fn on_join_refused(&mut self, name: &RoomName, code: Code) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        let is_wanted = room.wish == Some(Wish::Join);
        (room.wish, room.asked, room.refused) = (None, false, Some(code));
        let unsaid = self.take_back_unsent(name, code);
        self.effects.extend(std::iter::repeat_n(Effect::NotDone, unsaid + 1));
        let lang = self.lang();
        let why = lang.not_entered(name.as_str(), lang.refusal(code), unsaid);
        if self.rooms.current().name == *name || !is_wanted {
            self.notice(&why, Level::Warning);
        } else {
            if let Some(room) = self.rooms.get_mut(name) {
                room.timeline.notice(&why, self.now, Level::Warning);
            }
            self.hint(why, Level::Warning);
        }
        if !is_wanted {
            self.forget_room(name);
        }
        self.leave_if_done();
    }

    /// A room that did not let us in is forgotten when one looks elsewhere, unless something was written there.
    pub(super) fn forget_if_unentered(&mut self, name: &RoomName) {
        let Some(at) = self.rooms.index_of(name) else { return };
        let has_unsent = self.outbox.entries().iter().any(|entry| entry.unsent.room == *name);
        if self.rooms.get(name).is_some_and(|room| room.refused.is_some() && room.draft.is_empty())
            && !has_unsent
        {
            self.rooms.remove(at);
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

    pub(super) fn on_part_refused(&mut self, name: &RoomName, code: Code) {
        if matches!(code, Code::NoSuchRoom | Code::NotMember) {
            return self.on_parted(name);
        }
        let Some(room) = self.rooms.get_mut(name) else { return };
        (room.wish, room.asked) = (None, false);
        self.effects.push(Effect::NotDone);
        let title = room.title(self.session.my_uid());
        let lang = self.lang();
        self.notice(&lang.not_left(&title, lang.refusal(code)), Level::Warning);
        self.leave_if_done();
    }

    /// Puts what was written for a room back into its draft; what may be stored already keeps its nonce, and is shown as
    /// refused. Says how many messages that were.
    fn take_back_unsent(&mut self, name: &RoomName, code: Code) -> usize {
        let (fresh, tried) = self.outbox.take_waiting(name, code);
        let Some(room) = self.rooms.get_mut(name) else { return 0 };
        for nonce in &tried {
            room.timeline.fail(nonce, code, None);
        }
        for unsent in &fresh {
            room.timeline.drop_pending(&unsent.nonce);
        }
        let lines: Vec<String> = fresh.iter().map(super::retry::as_typed).collect();
        self.prepend_to_draft(name, &lines.join("\n"));
        fresh.len() + tried.len()
    }
}
