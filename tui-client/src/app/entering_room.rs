//! Entering a room, and what is typed meanwhile for it. The room is looked at at once, so that whatever is typed next belongs to
//! it and nowhere else; messages wait in the outbox until we are in it. When the server refuses, what was typed goes back
//! into the room's own draft, with the reason above it. When and how the server is asked is in `membership.rs`.

use shared::server_msg::Answer;
use shared::{Code, Refusal, RoomName};

use super::App;
use super::room::Wish;
use super::timeline::Level;
use crate::effect::Effect;

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
        let is_new = self.rooms.get(&name).is_none_or(|room| !room.joined);
        if let Some(room) = self.rooms.get_mut(&name) {
            room.word = None;
        }
        match &answer.state {
            Some(state) => {
                self.enter_room(state, false);
                if is_new && !state.settings.notice.is_empty() {
                    let text = self.lang().room_notice(state.settings.notice.as_str());
                    self.notice_in(&name, &text, Level::Info);
                }
                if is_new && !self.has_screen() && self.is_read_only(&name) {
                    self.notice_in(&name, self.lang().cannot_write_here(), Level::Info);
                }
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
    pub(super) fn on_join_refused(&mut self, name: &RoomName, refusal: &Refusal) {
        let code = refusal.code;
        let Some(room) = self.rooms.get_mut(name) else { return };
        let is_wanted = room.wish == Some(Wish::Join);
        let had_word = room.word.take().is_some();
        (room.wish, room.asked, room.refused) = (None, false, Some(code));
        let unsaid = self.take_back_unsent(name, code);
        self.effects.extend(std::iter::repeat_n(Effect::NotDone, unsaid + 1));
        let lang = self.lang();
        // To try again is said with it anyway.
        let why = match (&refusal.setting, code) {
            (None, Code::NoSuchRoom) => {
                lang.not_let_into(name.as_str(), had_word) + &lang.kept_unsent(unsaid)
            }
            (None, _) if self.is_for_stall(code) => {
                lang.not_entered(name.as_str(), lang.no_agreement(), unsaid)
            }
            (None, _) => lang.not_entered(name.as_str(), lang.refusal_reason(code), unsaid),
            (Some(_), _) => lang.not_entered(name.as_str(), &lang.server_refusal(refusal), unsaid),
        };
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

    /// Puts what was written for a room back into its draft; what may be stored already keeps its nonce, and is shown as
    /// refused. Says how many messages that were.
    fn take_back_unsent(&mut self, name: &RoomName, code: Code) -> usize {
        for _ in self.outbox.take_wordless(name) {
            self.tell_unchanged(&Refusal::new(code, ""));
        }
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
