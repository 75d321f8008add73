//! `CHATHISTORY`: pages of what was said, and in which rooms and with whom something was said last (`TARGETS`).

use shared::client_msg::Who;
use shared::{ClientMsg, Name, RoomName};

use crate::irc::isupport::MAX_HISTORY;
use crate::irc::line::Line;
use crate::irc::names;
use crate::irc::session::history_request::{Gathering, HistoryWith, Place, Span};
use crate::irc::session::pending::Purpose;
use crate::irc::session::state::State;
use crate::irc::session::targets::Targets;

pub(super) fn run(state: &mut State, line: &Line) {
    let command = line.param(0).unwrap_or_default().to_ascii_uppercase();
    let places = match command.as_str() {
        "LATEST" | "BEFORE" | "AFTER" | "AROUND" => 1,
        "BETWEEN" => 2,
        "TARGETS" => return targets(state, line),
        "" => return state.fail("CHATHISTORY", "NEED_MORE_PARAMS", &[], "say what you want of the history"),
        other => {
            return state.fail("CHATHISTORY", "UNKNOWN_COMMAND", &[other], "there is no such subcommand");
        }
    };
    let (Some(target), Some(limit)) = (line.param(1), line.param(2 + places)) else {
        return state.fail("CHATHISTORY", "NEED_MORE_PARAMS", &[&command], "parameters are missing");
    };
    let [one, other] = [2, 3].map(|at| line.param(at).and_then(Place::parse));
    let span = match (command.as_str(), one, other) {
        ("LATEST", None, _) if line.param(2) == Some("*") => Some(Span::Latest(None)),
        ("LATEST", Some(place), _) => Some(Span::Latest(Some(place))),
        ("BEFORE", Some(place), _) => Some(Span::Before(place)),
        ("AFTER", Some(place), _) => Some(Span::After(place)),
        ("AROUND", Some(place), _) => Some(Span::Around(place)),
        ("BETWEEN", Some(one), Some(other)) => Some(Span::Between(one, other)),
        _ => None,
    };
    let (Some(span), Some(limit)) = (span, limit_of(limit)) else {
        let why = "a place is msgid=… or timestamp=…, and the limit a number";
        return state.fail("CHATHISTORY", "INVALID_PARAMS", &[&command], why);
    };
    let room = match names::target(target) {
        Some(names::Target::Room(room)) => state.rooms.contains_key(&room).then_some(room),
        Some(names::Target::Person(name)) => match state.users.named(name.as_str()) {
            Some((uid, _)) => state.direct_room(uid),
            // Somebody who is not here has a history all the same.
            None => return resolve(state, command, target, name, (span, limit)),
        },
        Some(names::Target::Uid(uid)) => state.direct_room(uid),
        None => None,
    };
    state.gather(room, &command, target, (span, limit));
}

fn resolve(state: &mut State, command: String, target: &str, name: Name, wanted: (Span, usize)) {
    let purpose = Purpose::HistoryWith(Box::new(HistoryWith { command, target: target.to_owned(), wanted }));
    state.ask(ClientMsg::Who(Who::named(name)), purpose);
}

fn targets(state: &mut State, line: &Line) {
    let (Some(one), Some(other), Some(limit)) = (line.param(1), line.param(2), line.param(3)) else {
        return state.fail("CHATHISTORY", "NEED_MORE_PARAMS", &["TARGETS"], "parameters are missing");
    };
    let [one, other] = [one, other].map(Place::parse);
    let (Some(Place::Time(one)), Some(Place::Time(other)), Some(limit)) = (one, other, limit_of(limit))
    else {
        let why = "two places timestamp=…, and the limit a number";
        return state.fail("CHATHISTORY", "INVALID_PARAMS", &["TARGETS"], why);
    };
    // The lobby, which everybody is in, only where it is shown.
    let rooms = state.rooms.iter().filter(|(name, room)| name.pair().is_some() || room.shown);
    let rooms: Vec<RoomName> = rooms.map(|(name, _)| name.clone()).collect();
    state.next_target(Targets::new(rooms, one, other, limit));
}

/// A limit; `None` where it is none. What is above the greatest is that.
fn limit_of(written: &str) -> Option<usize> {
    let is_number = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| written.parse().unwrap_or(MAX_HISTORY).min(MAX_HISTORY))
}

impl State {
    /// The conversation with somebody, where there is one.
    pub(in crate::irc::session) fn direct_room(&self, uid: shared::Uid) -> Option<RoomName> {
        (uid != self.uid()).then(|| RoomName::direct(uid, self.uid()))
    }

    /// Begins to gather, unless there is no such room or no such person.
    pub(in crate::irc::session) fn gather(
        &mut self,
        room: Option<RoomName>,
        command: &str,
        target: &str,
        (span, limit): (Span, usize),
    ) {
        let Some(room) = room else {
            let why = "there is no history of this, or not for you";
            return self.fail("CHATHISTORY", "INVALID_TARGET", &[command, target], why);
        };
        // With whom nothing was said yet there is no room.
        let is_empty = limit == 0 || !self.rooms.contains_key(&room);
        let gathering = Gathering::new(room, target, span, limit, self.wants_playback());
        if is_empty {
            return self.tell_history(gathering);
        }
        self.ask(ClientMsg::History(gathering.page()), Purpose::History(Box::new(gathering)));
    }
}
