//! `PASS`: the server's password, or a log-in as `NAME:WORD`.

use crate::irc::line::Line;
use crate::irc::numeric::ERR_ALREADYREGISTERED;
use crate::irc::session::state::{Phase, State};

pub(super) fn run(state: &mut State, line: &Line) {
    if state.phase != Phase::Registering {
        return state.numeric(ERR_ALREADYREGISTERED, ["You may not reregister"]);
    }
    state.registration.pass = line.params.last().cloned();
}
