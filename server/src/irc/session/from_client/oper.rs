//! `OPER`, `KILL`, `WALLOPS`: the admin key, and what an admin does to the whole server.

use shared::client_msg::{Announce, Auth, Kick};
use shared::{ClientMsg, Line as TextLine, Text};

use crate::irc::formatting::strip;
use crate::irc::line::Line;
use crate::irc::numeric::ERR_NOSUCHNICK;
use crate::irc::refusal_texts::NO_SUCH_NICK;
use crate::irc::session::pending::{Purpose, Subject};
use crate::irc::session::state::State;

pub(super) fn oper(state: &mut State, line: &Line) {
    let key = line.param(1).unwrap_or_default().to_owned();
    state.ask(ClientMsg::Auth(Auth { key }), Purpose::Oper);
}

pub(super) fn kill(state: &mut State, line: &Line) {
    let nick = line.param(0).unwrap_or_default();
    let reason = TextLine::parse(&strip(line.param(1).unwrap_or_default())).unwrap_or_default();
    let Some((uid, _)) = state.users.named(nick) else {
        return state.numeric(ERR_NOSUCHNICK, [nick, NO_SUCH_NICK]);
    };
    let subject = Subject::of("KILL").and_nick(nick);
    state.ask(ClientMsg::Kick(Kick { uid, reason }), Purpose::Command(subject));
}

pub(super) fn wallops(state: &mut State, line: &Line) {
    match Text::parse(&strip(line.param(0).unwrap_or_default())) {
        Ok(text) => {
            let subject = Subject::of("WALLOPS");
            state.ask(ClientMsg::Announce(Announce { text }), Purpose::Command(subject));
        }
        Err(why) => state.fail("WALLOPS", "INVALID_TEXT", &[], &why.why),
    }
}
