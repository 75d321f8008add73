//! `USER` and `SETNAME`: what the person is called in full. It is kept by this connection alone.

use shared::Line as TextLine;

use crate::irc::line::Line;
use crate::irc::numeric::{ERR_ALREADYREGISTERED, ERR_NEEDMOREPARAMS};
use crate::irc::session::state::{Phase, State};

pub(super) fn run(state: &mut State, line: &Line) {
    if state.phase != Phase::Registering {
        return state.numeric(ERR_ALREADYREGISTERED, ["You may not reregister"]);
    }
    let [Some(user), Some(realname)] = [line.param(0), line.param(3)] else { return };
    if user.is_empty() || realname.is_empty() {
        return state.numeric(ERR_NEEDMOREPARAMS, ["USER", "Not enough parameters"]);
    }
    state.registration.user = Some(user.to_owned());
    state.registration.realname = TextLine::parse(realname).unwrap_or_default().to_string();
    state.try_to_greet();
}

pub(super) fn setname(state: &mut State, line: &Line) {
    let Some(Ok(realname)) = line.param(0).map(TextLine::parse) else {
        return state.fail("SETNAME", "INVALID_REALNAME", &[], "the real name is not valid");
    };
    if realname.is_empty() {
        return state.fail("SETNAME", "INVALID_REALNAME", &[], "the real name is empty");
    }
    state.registration.realname = realname.to_string();
}
