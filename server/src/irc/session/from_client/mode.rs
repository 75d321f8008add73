//! `MODE`: how a room is set up, and what one is oneself. `i` is private, `k` its word, `m` read-only; `n` and `t` are as the
//! rooms of this server are. There are no masks to ban; `m:NICK` in their place takes somebody's voice.

use shared::client_msg::{RoomMute, RoomUid, SetRole, SetRoom, Who};
use shared::{ClientMsg, Role, RoomName, Uid, Word};

use crate::irc::isupport::MAX_TARGETS;
use crate::irc::line::Line;
use crate::irc::names::is_same;
use crate::irc::numeric::{
    ERR_INVALIDMODEPARAM, ERR_NOSUCHCHANNEL, ERR_NOSUCHNICK, ERR_UMODEUNKNOWNFLAG, ERR_UNKNOWNMODE,
    ERR_USERNOTINCHANNEL, ERR_USERSDONTMATCH, RPL_CHANNELMODEIS, RPL_ENDOFBANLIST, RPL_UMODEIS,
};
use crate::irc::refusal_texts::{NO_SUCH_CHANNEL, NO_SUCH_NICK, NOT_IN_IT};
use crate::irc::session::pending::{Purpose, Subject};
use crate::irc::session::rooms::{channel, room_of};
use crate::irc::session::state::State;

pub(super) fn run(state: &mut State, line: &Line) {
    let target = line.param(0).unwrap_or_default();
    if !target.starts_with('#') {
        return own_mode(state, target, line.param(1));
    }
    let Some(room) = room_of(target) else {
        return state.numeric(ERR_NOSUCHCHANNEL, [target, NO_SUCH_CHANNEL]);
    };
    if !state.rooms.contains_key(&room) {
        // Whether there is such a room is for the server to say, without changing anything.
        let who = Who { room: Some(room.clone()), ..Who::default() };
        return state.ask(ClientMsg::Who(who), Purpose::Command(Subject::room("MODE", &room)));
    }
    let Some(modes) = line.param(1) else { return state.channel_mode(&room) };
    let mut params = line.params.iter().skip(2).map(String::as_str);
    let mut adds = true;
    let mut set = SetRoom::new(room.clone());
    let nothing = set.clone();
    for mode in modes.chars().take(2 * MAX_TARGETS + 8) {
        match mode {
            '+' => adds = true,
            '-' => adds = false,
            'i' => set.private = Some(adds),
            'm' => set.read_only = Some(adds),
            'k' => key(state, &mut set, adds, params.next()),
            'o' => operator(state, &room, adds, params.next()),
            'b' => ban(state, &room, adds, params.next()),
            // As it is, and cannot be otherwise.
            'n' => {}
            't' | 's' | 'v' => {
                state.fail("MODE", "UNSUPPORTED_MODE", &[target], "rooms here have no such mode");
            }
            other => {
                let other = other.to_string();
                state.numeric(ERR_UNKNOWNMODE, [other.as_str(), "is unknown mode char to me"]);
            }
        }
    }
    if set != nothing {
        let subject = Subject::room("MODE", &room);
        state.ask(ClientMsg::SetRoom(Box::new(set)), Purpose::Command(subject));
    }
}

/// `MODE NICK`.
fn own_mode(state: &mut State, nick: &str, modes: Option<&str>) {
    if !is_same(nick, state.nick()) {
        let known = state.users.named(nick).is_some();
        return if known {
            state.numeric(ERR_USERSDONTMATCH, ["Cant change mode for other users"]);
        } else {
            state.numeric(ERR_NOSUCHNICK, [nick, NO_SUCH_NICK]);
        };
    }
    let unknown = modes.unwrap_or_default().chars().any(|mode| !matches!(mode, '+' | '-' | 'i' | 'o' | 'w'));
    if unknown {
        return state.numeric(ERR_UMODEUNKNOWNFLAG, ["Unknown MODE flag"]);
    }
    if modes.is_none() {
        let is_admin = state.users.get(state.uid()).is_some_and(|me| !me.role.is_member());
        state.numeric(RPL_UMODEIS, [if is_admin { "+o" } else { "+" }]);
    }
}

fn key(state: &mut State, set: &mut SetRoom, adds: bool, key: Option<&str>) {
    if !adds {
        // The word goes when the room is made private anew; `i` was shown beside `k`, and stays.
        set.private = Some(set.private.unwrap_or(true));
        return;
    }
    // With a space or a comma in it no JOIN could say it.
    if let Some(Ok(word)) = key.filter(|key| !key.contains([' ', ','])).map(Word::parse) {
        set.word = Some(word);
    } else {
        let channel = channel(&set.room);
        let why = "a key has 1 to 100 bytes, without spaces and commas";
        state.numeric(ERR_INVALIDMODEPARAM, [channel.as_str(), "k", "*", why]);
    }
}

/// The person that a mode is about.
fn person(state: &mut State, nick: Option<&str>) -> Option<(Uid, String)> {
    let nick = nick?;
    let found = state.users.named(nick).map(|(uid, person)| (uid, person.name.to_string()));
    if found.is_none() {
        state.numeric(ERR_NOSUCHNICK, [nick, NO_SUCH_NICK]);
    }
    found
}

fn operator(state: &mut State, room: &RoomName, adds: bool, nick: Option<&str>) {
    let Some((uid, nick)) = person(state, nick) else { return };
    if !state.is_member(room, uid) {
        let shown = channel(room);
        return state.numeric(ERR_USERNOTINCHANNEL, [nick.as_str(), &shown, NOT_IN_IT]);
    }
    let role = if adds { Role::Moderator } else { Role::Member };
    let subject = Subject::room("MODE", room).and_nick(&nick);
    state.ask(ClientMsg::Role(SetRole { uid, role }), Purpose::Command(subject));
}

fn ban(state: &mut State, room: &RoomName, adds: bool, mask: Option<&str>) {
    let shown = channel(room);
    let Some(mask) = mask else {
        return state.numeric(RPL_ENDOFBANLIST, [shown.as_str(), "End of channel ban list"]);
    };
    let quiet = mask.strip_prefix("m:").or(mask.strip_prefix("~q:")).or(mask.strip_prefix("~m:"));
    let Some(nick) = quiet.map(|quiet| quiet.split('!').next().unwrap_or(quiet)) else {
        let why = "no masks are banned here: KICK removes somebody, +b m:NICK takes their voice";
        return state.numeric(ERR_INVALIDMODEPARAM, [shown.as_str(), "b", mask, why]);
    };
    let Some((uid, nick)) = person(state, Some(nick)) else { return };
    let subject = Subject::room("MODE", room).and_nick(&nick);
    let room = room.clone();
    let msg = if adds {
        ClientMsg::RoomMute(RoomMute { room, uid, reason: shared::Line::default(), for_s: None })
    } else {
        ClientMsg::RoomUnmute(RoomUid { room, uid })
    };
    state.ask(msg, Purpose::Command(subject));
}

impl State {
    /// 324.
    fn channel_mode(&mut self, room: &RoomName) {
        let Some(known) = self.rooms.get(room) else { return };
        let settings = &known.settings;
        let mut modes = String::from("+n");
        let set = [(settings.private, 'i'), (settings.word, 'k'), (settings.read_only, 'm')];
        modes.extend(set.into_iter().filter(|(on, _)| *on).map(|(_, mode)| mode));
        self.numeric(RPL_CHANNELMODEIS, [channel(room), modes]);
    }
}
