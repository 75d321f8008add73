//! `TAGMSG`: a message of tags alone. That somebody is typing is passed on; other tags are nothing this server has.

use shared::client_msg::{React, RoomOnly};
use shared::{ClientMsg, Reaction, RoomName, Seq};

use crate::irc::line::Line;
use crate::irc::msgid;
use crate::irc::numeric::{ERR_NOSUCHCHANNEL, ERR_NOSUCHNICK};
use crate::irc::refusal_texts::{NO_SUCH_CHANNEL, NO_SUCH_NICK};
use crate::irc::session::caps::Cap;
use crate::irc::session::pending::{Purpose, Subject};
use crate::irc::session::rooms::room_of;
use crate::irc::session::state::State;

/// What of a message to oneself comes back.
const TO_SELF: [&str; 6] =
    ["+draft/reply", "+reply", "+draft/react", "+draft/unreact", "+typing", "+draft/typing"];

pub(super) fn run(state: &mut State, line: &Line) {
    let target = line.param(0).unwrap_or_default();
    let room = if target.starts_with('#') {
        let Some(room) = room_of(target) else {
            return state.numeric(ERR_NOSUCHCHANNEL, [target, NO_SUCH_CHANNEL]);
        };
        room
    } else {
        let Some((uid, _)) = state.users.named(target) else {
            return state.numeric(ERR_NOSUCHNICK, [target, NO_SUCH_NICK]);
        };
        if uid == state.uid() {
            return to_self(state, line);
        }
        RoomName::direct(uid, state.uid())
    };
    if let Some(of) = line.tag_value("+draft/reply").or(line.tag_value("+reply")).and_then(msgid::parse) {
        let added = line.tag_value("+draft/react").map(|with| (with, false));
        if let Some((with, off)) = added.or(line.tag_value("+draft/unreact").map(|with| (with, true))) {
            return react(state, room, of, with, off);
        }
    }
    let typing = line.tag_value("+typing").or(line.tag_value("+draft/typing"));
    // Only that one begins is told on this server; that one stopped is seen by the message, or by nothing more coming.
    if typing == Some("active") && (room.pair().is_none() || state.rooms.contains_key(&room)) {
        let subject = Subject::room("TAGMSG", &room);
        state.ask(ClientMsg::Typing(RoomOnly { room }), Purpose::Command(subject));
    }
}

/// One has no room with oneself, so nothing of it is the server's.
fn to_self(state: &mut State, line: &Line) {
    let tags = TO_SELF.into_iter().filter_map(|key| Some((key, line.tag_value(key)?)));
    let told = Line::new("TAGMSG", [state.nick()]);
    let told = tags.fold(told, |told, (key, value)| told.tag(key, value));
    if state.caps.has(Cap::MessageTags) && !told.tags.is_empty() {
        state.tell_self(vec![told]);
    }
}

fn react(state: &mut State, room: RoomName, of: Seq, with: &str, off: bool) {
    let with = match Reaction::parse(with) {
        Ok(with) => with,
        Err(why) => return state.fail("TAGMSG", "INVALID_REACTION", &[], &why.why),
    };
    let subject = Subject::room("TAGMSG", &room);
    state.ask(ClientMsg::React(React { room, of, with, off }), Purpose::Command(subject));
}
