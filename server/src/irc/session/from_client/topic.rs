//! `TOPIC`: what a room is about.

use shared::client_msg::Topic;
use shared::{ClientMsg, Line as TextLine};

use crate::irc::formatting::strip;
use crate::irc::line::Line;
use crate::irc::numeric::{ERR_NOSUCHCHANNEL, ERR_NOTONCHANNEL, RPL_NOTOPIC};
use crate::irc::session::pending::{Purpose, Subject};
use crate::irc::session::rooms::room_of;
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let channel = line.param(0).unwrap_or_default();
    let Some(room) = room_of(channel) else {
        return state.numeric(ERR_NOSUCHCHANNEL, [channel, "No such channel"]);
    };
    let Some(topic) = line.param(1) else {
        return match state.rooms.get(&room) {
            Some(known) if known.topic.is_empty() => state.numeric(RPL_NOTOPIC, [channel, "No topic is set"]),
            Some(_) => state.topic(&room),
            None => state.numeric(ERR_NOTONCHANNEL, [channel, "You're not on that channel"]),
        };
    };
    match TextLine::parse(&strip(topic)) {
        Ok(topic) => {
            let subject = Subject::room("TOPIC", &room);
            state.ask(ClientMsg::Topic(Topic { room, topic }), Purpose::Command(subject));
        }
        Err(why) => state.fail("TOPIC", "INVALID_TOPIC", &[channel], &why.why),
    }
}
