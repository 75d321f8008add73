//! `PING` and `PONG`. A `PING` goes on to the server and is answered when the server has: by then all that was said before it is
//! carried out, and what happened before it was told.

use shared::ClientMsg;
use shared::client_msg::Empty;

use crate::irc::line::Line;
use crate::irc::session::pending::Purpose;
use crate::irc::session::state::{Phase, SERVER, State};

pub(super) fn ping(state: &mut State, line: &Line) {
    let mark = line.param(0).unwrap_or_default().to_owned();
    if state.phase == Phase::Registered {
        state.ask(ClientMsg::Ping(Empty {}), Purpose::Ping(mark));
    } else {
        state.reply(pong_line(&mark));
    }
}

/// The answer.
pub(in crate::irc::session) fn pong_line(mark: &str) -> Line {
    Line::new("PONG", [SERVER, mark]).from(SERVER)
}

/// A sign of life is all it is, and the shell has seen it.
pub(super) fn pong(_: &mut State, _: &Line) {}
