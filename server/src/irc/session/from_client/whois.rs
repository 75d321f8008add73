//! `WHOIS` and `WHOWAS`: about one person.

use shared::client_msg::Who;
use shared::{ClientMsg, Name};

use crate::irc::line::Line;
use crate::irc::numeric::{
    ERR_NONICKNAMEGIVEN, ERR_NOSUCHNICK, ERR_WASNOSUCHNICK, RPL_ENDOFWHOIS, RPL_ENDOFWHOWAS,
};
use crate::irc::refusal_texts::NO_SUCH_NICK;
use crate::irc::session::pending::Purpose;
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    // With two parameters the first is a server.
    let nick = line.param(1).or(line.param(0)).unwrap_or_default();
    if nick.is_empty() {
        return state.numeric(ERR_NONICKNAMEGIVEN, ["No nickname given"]);
    }
    if let Ok(name) = Name::parse(nick) {
        state.ask(ClientMsg::Who(Who::named(name)), Purpose::Whois(nick.to_owned()));
    } else {
        state.numeric(ERR_NOSUCHNICK, [nick, NO_SUCH_NICK]);
        state.numeric(RPL_ENDOFWHOIS, [nick, "End of /WHOIS list"]);
    }
}

/// Who had a name before is not kept.
pub(super) fn whowas(state: &mut State, line: &Line) {
    let nick = line.param(0).unwrap_or_default();
    state.numeric(ERR_WASNOSUCHNICK, [nick, "There was no such nickname"]);
    state.numeric(RPL_ENDOFWHOWAS, [nick, "End of WHOWAS"]);
}
