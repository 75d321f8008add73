//! `INVITE`: somebody may enter a room.

use shared::ClientMsg;
use shared::client_msg::SetRoom;

use crate::irc::line::Line;
use crate::irc::numeric::{ERR_NOSUCHCHANNEL, ERR_NOSUCHNICK, ERR_USERONCHANNEL};
use crate::irc::refusal_texts::{NO_SUCH_CHANNEL, NO_SUCH_NICK};
use crate::irc::session::pending::Purpose;
use crate::irc::session::rooms::room_of;
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let (nick, channel) = (line.param(0).unwrap_or_default(), line.param(1).unwrap_or_default());
    let Some(room) = room_of(channel) else {
        return state.numeric(ERR_NOSUCHCHANNEL, [channel, NO_SUCH_CHANNEL]);
    };
    let Some((uid, person)) = state.users.named(nick) else {
        return state.numeric(ERR_NOSUCHNICK, [nick, NO_SUCH_NICK]);
    };
    let nick = person.name.to_string();
    if state.is_member(&room, uid) {
        return state.numeric(ERR_USERONCHANNEL, [nick.as_str(), channel, "is already on channel"]);
    }
    let invite = SetRoom { invite: Some(uid), ..SetRoom::new(room.clone()) };
    state.ask(ClientMsg::SetRoom(Box::new(invite)), Purpose::Invite(nick, room));
}
