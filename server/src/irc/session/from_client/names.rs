//! `NAMES`: who is in a room.

use crate::irc::line::Line;
use crate::irc::numeric::RPL_ENDOFNAMES;
use crate::irc::session::rooms::room_of;
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let channels = line.param(0).unwrap_or("*");
    for channel in channels.split(',') {
        match room_of(channel).filter(|room| state.rooms.contains_key(room)) {
            Some(room) => state.names(&room),
            None => state.numeric(RPL_ENDOFNAMES, [channel, "End of /NAMES list"]),
        }
    }
}
