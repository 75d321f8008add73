//! `JOIN`: a room, which is opened if there is none. The lobby is only shown, for everybody is in it.

use shared::client_msg::Join;
use shared::{ClientMsg, RoomName, Word};

use super::part;
use crate::irc::line::Line;
use crate::irc::numeric::{ERR_BADCHANNELKEY, ERR_NOSUCHCHANNEL};
use crate::irc::refusal_texts::{BAD_KEY, NO_CHANNEL_NAME};
use crate::irc::session::pending::Purpose;
use crate::irc::session::rooms::room_of;
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let channels = line.param(0).unwrap_or_default();
    if channels == "0" {
        let shown = state.rooms.iter().filter(|(_, room)| room.shown);
        let rooms: Vec<RoomName> = shown.map(|(name, _)| name.clone()).collect();
        return rooms.into_iter().for_each(|room| part::leave(state, room, ""));
    }
    let mut keys = line.param(1).unwrap_or_default().split(',');
    for channel in channels.split(',').filter(|channel| !channel.is_empty()) {
        let key = keys.next().filter(|key| !key.is_empty());
        match room_of(channel) {
            Some(room) => enter(state, room, key),
            None => state.numeric(ERR_NOSUCHCHANNEL, [channel, NO_CHANNEL_NAME]),
        }
    }
}

fn enter(state: &mut State, room: RoomName, key: Option<&str>) {
    if let Some(known) = state.rooms.get(&room) {
        if !known.shown {
            state.enter(&room);
        }
        return;
    }
    let Ok(word) = key.map(Word::parse).transpose() else {
        let channel = crate::irc::session::rooms::channel(&room);
        return state.numeric(ERR_BADCHANNELKEY, [channel.as_str(), BAD_KEY]);
    };
    let with_key = word.is_some();
    let join = ClientMsg::Join(Join { room: room.clone(), word });
    state.ask(join, Purpose::Join(room, with_key));
}
