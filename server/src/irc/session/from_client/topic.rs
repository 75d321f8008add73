//! `TOPIC`: what a room is about.

use shared::client_msg::{Topic, Who};
use shared::{ClientMsg, Line as TextLine};

use crate::irc::formatting::strip;
use crate::irc::line::Line;
use crate::irc::numeric::{ERR_NOSUCHCHANNEL, RPL_NOTOPIC};
use crate::irc::refusal_texts::NO_SUCH_CHANNEL;
use crate::irc::session::pending::{Purpose, Subject};
use crate::irc::session::rooms::room_of;
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let channel = line.param(0).unwrap_or_default();
    let Some(room) = room_of(channel) else {
        return state.numeric(ERR_NOSUCHCHANNEL, [channel, NO_SUCH_CHANNEL]);
    };
    let Some(topic) = line.param(1) else {
        return match state.rooms.get(&room) {
            Some(known) if known.topic.is_empty() => state.numeric(RPL_NOTOPIC, [channel, "No topic is set"]),
            Some(_) => state.topic(&room),
            // Whether there is such a room is for the server to say, without changing anything.
            None => {
                let who = Who { room: Some(room.clone()), ..Who::default() };
                state.ask(ClientMsg::Who(who), Purpose::Command(Subject::room("TOPIC", &room)));
            }
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
