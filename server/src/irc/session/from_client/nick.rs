//! `NICK`: the name wanted, and later another name.

use shared::client_msg::Rename;
use shared::{ClientMsg, Name};

use crate::irc::line::Line;
use crate::irc::numeric::{ERR_ERRONEUSNICKNAME, ERR_NONICKNAMEGIVEN};
use crate::irc::session::pending::{Purpose, Subject};
use crate::irc::session::state::{Phase, State};

pub(super) fn run(state: &mut State, line: &Line) {
    let Some(nick) = line.param(0).filter(|nick| !nick.is_empty()) else {
        return state.numeric(ERR_NONICKNAMEGIVEN, ["No nickname given"]);
    };
    let name = match Name::parse(nick) {
        Ok(name) => name,
        Err(why) => {
            return state.numeric(ERR_ERRONEUSNICKNAME, [nick, &format!("Erroneous nickname: {}", why.why)]);
        }
    };
    if state.phase == Phase::Registering {
        state.registration.nick = Some(name.to_string());
        state.try_to_greet();
    } else if state.nick() != name.as_str() {
        let subject = Subject::of("NICK").and_nick(nick);
        state.ask(ClientMsg::Rename(Rename { name }), Purpose::Command(subject));
    }
}
