//! `PART`. Nobody can leave the lobby, but it need not be shown.

use shared::client_msg::RoomOnly;
use shared::{ClientMsg, RoomName};

use crate::irc::line::Line;
use crate::irc::numeric::{ERR_NOSUCHCHANNEL, ERR_NOTONCHANNEL};
use crate::irc::refusal_texts::{NO_SUCH_CHANNEL, NOT_ON_CHANNEL};
use crate::irc::session::pending::Purpose;
use crate::irc::session::rooms::{channel, room_of};
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let why = line.param(1).unwrap_or_default();
    for name in line.param(0).unwrap_or_default().split(',').filter(|name| !name.is_empty()) {
        match room_of(name) {
            Some(room) => leave(state, room, why),
            None => state.numeric(ERR_NOSUCHCHANNEL, [name, NO_SUCH_CHANNEL]),
        }
    }
}

/// Leaves a room.
pub(super) fn leave(state: &mut State, room: RoomName, why: &str) {
    if room != RoomName::lobby() {
        let part = ClientMsg::Part(RoomOnly { room: room.clone() });
        return state.ask(part, Purpose::Part(room, why.to_owned()));
    }
    match state.rooms.get_mut(&room) {
        Some(lobby) if lobby.shown => {
            lobby.shown = false;
            state.parted(&room, why);
        }
        Some(_) | None => {
            state.numeric(ERR_NOTONCHANNEL, [channel(&room).as_str(), NOT_ON_CHANNEL]);
        }
    }
}

impl State {
    /// The client is not in a room any more, of its own will.
    pub(in crate::irc::session) fn parted(&mut self, room: &RoomName, why: &str) {
        let mut line = Line::new("PART", [channel(room)]);
        if !why.is_empty() {
            line.params.push(why.to_owned());
        }
        let line = self.said_by(self.uid(), self.nick(), line);
        self.reply(line);
    }
}
