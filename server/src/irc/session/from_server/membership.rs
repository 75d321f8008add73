//! What another connection of the same person, or somebody else, changes about the rooms one is in.

use shared::server_msg::{Invited, Parted, RoomState};

use crate::irc::line::Line;
use crate::irc::session::rooms::channel;
use crate::irc::session::state::State;
use crate::irc::session::users::mask;

impl State {
    pub(super) fn on_joined(&mut self, state: &RoomState) {
        self.take_room(state, state.head);
        if state.name.pair().is_none() {
            self.enter(&state.name);
        }
    }

    pub(super) fn on_parted(&mut self, parted: &Parted) {
        let Some(room) = self.rooms.remove(&parted.room) else { return };
        if !room.shown {
            return;
        }
        let Some(by) = &parted.by else { return self.parted(&parted.room, "") };
        let source = match self.users.named(by.as_str()) {
            Some((uid, person)) => mask(person.name.as_str(), uid),
            None => self.server(),
        };
        let why = if parted.reason.is_empty() { by.as_str() } else { parted.reason.as_str() };
        let params = [channel(&parted.room), self.nick().to_owned(), why.to_owned()];
        self.reply(Line::new("KICK", params).from(source));
    }

    pub(super) fn on_invited(&mut self, invited: &Invited) {
        let by = invited.by.as_ref();
        let source = by.map_or_else(|| self.server(), |by| mask(by.name.as_str(), by.uid));
        let line = Line::new("INVITE", [self.nick().to_owned(), channel(&invited.room)]).from(source);
        self.send(line);
    }
}
