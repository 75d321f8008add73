//! `KICK`: somebody is removed from a room; from the lobby, in which everybody is, that is from the server.

use shared::client_msg::{Kick, RoomKick};
use shared::{ClientMsg, Line as TextLine, RoomName};

use crate::irc::formatting::strip;
use crate::irc::line::Line;
use crate::irc::numeric::{ERR_NOSUCHCHANNEL, ERR_NOSUCHNICK};
use crate::irc::refusal_texts::{NO_SUCH_CHANNEL, NO_SUCH_NICK};
use crate::irc::session::pending::{Purpose, Subject};
use crate::irc::session::rooms::room_of;
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let (channel, nicks) = (line.param(0).unwrap_or_default(), line.param(1).unwrap_or_default());
    let Some(room) = room_of(channel) else {
        return state.numeric(ERR_NOSUCHCHANNEL, [channel, NO_SUCH_CHANNEL]);
    };
    let reason = TextLine::parse(&strip(line.param(2).unwrap_or_default())).unwrap_or_default();
    for nick in nicks.split(',').filter(|nick| !nick.is_empty()) {
        let Some((uid, _)) = state.users.named(nick) else {
            state.numeric(ERR_NOSUCHNICK, [nick, NO_SUCH_NICK]);
            continue;
        };
        let subject = Subject::room("KICK", &room).and_nick(nick);
        let reason = reason.clone();
        let msg = if room == RoomName::lobby() {
            ClientMsg::Kick(Kick { uid, reason })
        } else {
            ClientMsg::RoomKick(RoomKick { room: room.clone(), uid, reason })
        };
        state.ask(msg, Purpose::Command(subject));
    }
}
