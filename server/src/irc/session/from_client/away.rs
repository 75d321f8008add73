//! `AWAY`: one is away, or back.

use shared::client_msg::Absent;
use shared::{ClientMsg, Line as TextLine};

use crate::irc::formatting::strip;
use crate::irc::line::Line;
use crate::irc::session::pending::Purpose;
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let why = line.param(0).filter(|why| !why.is_empty());
    let absent = match why.map(|why| TextLine::parse(&strip(why))) {
        None => Absent { back: true, ..Absent::default() },
        Some(Ok(why)) => Absent { why, back: false },
        Some(Err(why)) => return state.fail("AWAY", "INVALID_TEXT", &[], &why.why),
    };
    let away = !absent.back;
    state.ask(ClientMsg::Absent(absent), Purpose::Away(away));
}
