//! `PING` and `PONG`. A `PING` goes on to the server and is answered when the server has: by then all that was said before it is
//! carried out, and what happened before it was told.

use shared::ClientMsg;
use shared::client_msg::Empty;

use crate::irc::line::Line;
use crate::irc::session::pending::Purpose;
use crate::irc::session::state::{Phase, State};

pub(super) fn ping(state: &mut State, line: &Line) {
    let mark = line.param(0).unwrap_or_default().to_owned();
    if state.phase == Phase::Registered {
        state.ask(ClientMsg::Ping(Empty {}), Purpose::Ping(mark));
    } else {
        let pong = state.pong_line(&mark);
        state.reply(pong);
    }
}

impl State {
    /// The answer.
    pub(in crate::irc::session) fn pong_line(&self, mark: &str) -> Line {
        Line::new("PONG", [self.server(), mark.to_owned()]).from(self.server())
    }
}

/// A sign of life is all it is, and the shell has seen it.
pub(super) fn pong(_: &mut State, _: &Line) {}
