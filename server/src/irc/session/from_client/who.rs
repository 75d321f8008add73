//! `WHO` and WHOX (<https://ircv3.net/specs/extensions/whox>): who is in a room, or like a mask.

use shared::{RoomName, Uid};

use crate::irc::line::Line;
use crate::irc::names::{HOST, fits};
use crate::irc::numeric::{RPL_ENDOFWHO, RPL_WHOREPLY, RPL_WHOSPCRPL};
use crate::irc::session::rooms::{channel, room_of};
use crate::irc::session::state::State;
use crate::irc::session::users::account;

/// The fields of WHOX in the order they are answered in.
const FIELDS: &str = "tcuihsnfdlaor";

pub(super) fn run(state: &mut State, line: &Line) {
    let mask = line.param(0).unwrap_or("*").to_owned();
    let options = line.param(1).unwrap_or_default();
    let operators_only = options.split('%').next().unwrap_or_default().contains('o');
    let fields = options.split_once('%').map(|(_, fields)| fields.to_owned());
    let room = room_of(&mask);
    for (uid, room) in matching(state, &mask, room.as_ref()) {
        let is_operator = state.users.get(uid).is_some_and(|person| !person.role.is_member());
        if is_operator || !operators_only {
            show(state, uid, room.as_ref(), fields.as_deref());
        }
    }
    state.numeric(RPL_ENDOFWHO, [mask.as_str(), "End of /WHO list"]);
}

/// Who is asked for, each with a room they share with the client.
fn matching(state: &State, mask: &str, room: Option<&RoomName>) -> Vec<(Uid, Option<RoomName>)> {
    if mask.starts_with('#') {
        let members = room.map(|room| state.members(room)).unwrap_or_default();
        return members.into_iter().map(|uid| (uid, room.cloned())).collect();
    }
    let everybody = mask.is_empty() || matches!(mask, "*" | "0");
    let found = state.users.iter().filter(|(uid, person)| {
        everybody || fits(mask, person.name.as_str()) || fits(mask, &account(*uid)) || fits(mask, HOST)
    });
    found.map(|(uid, _)| (uid, shared_room(state, uid))).collect()
}

/// A room that somebody shares with the client.
fn shared_room(state: &State, uid: Uid) -> Option<RoomName> {
    let shared = state.rooms.iter().find(|(_, room)| room.shown && state.is_in(room, uid));
    shared.map(|(name, _)| name.clone())
}

fn show(state: &mut State, uid: Uid, room: Option<&RoomName>, fields: Option<&str>) {
    let Some(person) = state.users.get(uid) else { return };
    let nick = person.name.to_string();
    let mut flags = String::from(if person.is_away() { "G" } else { "H" });
    if !person.role.is_member() {
        flags.push('*');
    }
    if room.is_some_and(|room| state.is_operator(room, uid)) {
        flags.push('@');
    }
    let shown = room.map_or_else(|| "*".to_owned(), channel);
    let realname = if uid == state.uid() { state.registration.realname.clone() } else { nick.clone() };
    let Some(fields) = fields else {
        let user = account(uid);
        let rest = format!("0 {realname}");
        return state
            .numeric(RPL_WHOREPLY, [shown.as_str(), &user, HOST, &state.server(), &nick, &flags, &rest]);
    };
    let (fields, token) = fields.split_once(',').unwrap_or((fields, ""));
    let asked = FIELDS.chars().filter(|field| fields.contains(*field));
    let values = asked.map(|field| match field {
        't' => if token.is_empty() { "0" } else { token }.to_owned(),
        'c' => shown.clone(),
        'u' | 'a' => account(uid),
        'i' => "255.255.255.255".to_owned(),
        'h' => HOST.to_owned(),
        's' => state.server(),
        'n' => nick.clone(),
        'f' => flags.clone(),
        'o' => "n/a".to_owned(),
        'r' => realname.clone(),
        _ => "0".to_owned(),
    });
    let values: Vec<String> = values.collect();
    state.numeric(RPL_WHOSPCRPL, values);
}
