//! `draft/read-marker`: how far the client has read each target, as times. The chat keeps the place of a message for each room, so a
//! time is brought to the last message before it, and a place told by another machine to the time of its message; between the two stands the
//! server's history. What is kept here is the times of this connection.

use shared::client_msg::{History, Read};
use shared::server_msg::{Answer, ReadTo};
use shared::{ClientMsg, RoomName, Seq};

use super::caps::Cap;
use super::marks::MarkPage;
use super::pending::Purpose;
use super::state::State;
use crate::irc::line::Line;
use crate::irc::names::{self, Target};
use crate::utc;

impl State {
    /// `MARKREAD`: asks for a mark, or moves it on.
    pub(in crate::irc::session) fn markread(&mut self, line: &Line) {
        let Some(target) = line.param(0).filter(|target| !target.is_empty()) else {
            return self.fail("MARKREAD", "NEED_MORE_PARAMS", &[], "say what you have read");
        };
        if let Some(written) = line.param(1) {
            let Some(at) = written.strip_prefix("timestamp=").and_then(utc::parse) else {
                let why = "a time is timestamp=2026-11-21T08:14:27.042Z";
                return self.fail("MARKREAD", "INVALID_PARAMS", &[target], why);
            };
            let before = self.marks.get(target);
            let room = self.room_by_target(target);
            // What is no target has no mark.
            if names::target(target).is_none() || !self.marks.advance(target, at) {
                return self.fail("MARKREAD", "INTERNAL_ERROR", &[target], "no mark can be kept for this");
            }
            if let Some(room) = room.filter(|_| before.is_none_or(|before| at > before)) {
                let page = History {
                    before_at: Some(at.saturating_add(1)),
                    limit: Some(1),
                    ..History::newest(room.clone())
                };
                self.ask(ClientMsg::History(page), Purpose::Mark(MarkPage::ToTell(room)));
            }
        }
        self.tell_mark(target);
    }

    /// How far something was read.
    pub(in crate::irc::session) fn tell_mark(&mut self, target: &str) {
        let mark = self
            .marks
            .get(target)
            .map_or_else(|| "*".to_owned(), |at| format!("timestamp={}", utc::exact(at)));
        let line = Line::new("MARKREAD", [target.to_owned(), mark]).from(self.server());
        self.reply(line);
    }

    /// In what was told of a room stands how far it was read.
    pub(in crate::irc::session) fn on_read_to(&mut self, read: &ReadTo) {
        if self.caps.has(Cap::ReadMarker) {
            self.ask_time_of(&read.room, read.seq);
        }
    }

    /// Asks when the message was said that a room was read to.
    pub(in crate::irc::session) fn ask_time_of(&mut self, room: &RoomName, seq: Seq) {
        if seq > Seq::ZERO {
            let page = History { around: Some(seq), limit: Some(1), ..History::newest(room.clone()) };
            self.ask(ClientMsg::History(page), Purpose::Mark(MarkPage::ToShow(room.clone())));
        }
    }

    /// The page came.
    pub(in crate::irc::session) fn on_mark_page(&mut self, page: MarkPage, answer: &Answer) {
        let Some(event) = answer.events.as_deref().and_then(<[_]>::last) else { return };
        match page {
            MarkPage::ToTell(room) => {
                let read = ClientMsg::Read(Read { room, seq: event.seq });
                self.tell_server(read);
            }
            MarkPage::ToShow(room) => {
                let target = self.target_of(&room);
                if self.marks.get(&target).is_none_or(|mark| event.at > mark)
                    && self.marks.advance(&target, event.at)
                {
                    self.tell_mark(&target);
                }
            }
        }
    }

    /// The room of a target, if one is in it.
    fn room_by_target(&self, target: &str) -> Option<RoomName> {
        let room = match names::target(target)? {
            Target::Room(room) => room,
            Target::Person(name) => self.direct_room(self.users.named(name.as_str())?.0)?,
            Target::Uid(uid) => self.direct_room(uid)?,
        };
        self.rooms.contains_key(&room).then_some(room)
    }
}
