//! Fetching what happened before: older messages when the reader comes near them, and what a gap left out.
//! It must not ask for more than one page of a room at a time.

use shared::client_msg::History;
use shared::server_msg::Answer;
use shared::{ClientMsg, RoomName, Seq};

use super::App;
use super::request::Asked;
use super::rooms::Room;

/// How many events a page has: a few screens.
const PAGE: usize = 100;

impl App {
    /// Asks for the next page of the room that is looked at, if one is wanted and none is under way.
    pub(super) fn page(&mut self) {
        if !std::mem::take(&mut self.dirty.view) || !self.link.is_online() {
            return;
        }
        let viewport = self.viewport();
        let limit = self.limits.page_events.min(PAGE);
        let room = self.rooms.current_mut();
        if !room.joined || room.paging.is_some() {
            return;
        }
        let hole = room.timeline.holes().last().map(|hole| hole.before);
        let older = || room.timeline.want_older(viewport).then(|| oldest(room));
        let Some(before) = hole.or_else(older) else { return };
        room.paging = Some(before);
        if hole.is_none() {
            room.timeline.older_requested();
        }
        let room = room.name.clone();
        let request = History {
            room: room.clone(),
            before: Some(before),
            after: None,
            around: None,
            limit: Some(limit),
        };
        self.ask(Asked::History { room, before }, ClientMsg::History(request));
    }

    pub(super) fn on_page(&mut self, room: &RoomName, before: Seq, answer: &Answer) {
        let Some(room) = self.rooms.get_mut(room) else { return };
        room.paging = None;
        let page = answer.events.as_deref().unwrap_or_default();
        room.timeline.extend_older(before, page, answer.more.unwrap_or(false));
        (self.dirty.frame, self.dirty.view) = (true, true);
    }

    /// A page that cannot be had is given up: asking for it again would never end.
    pub(super) fn on_page_refused(&mut self, room: &RoomName) {
        let Some(room) = self.rooms.get_mut(room) else { return };
        let before = room.paging.take();
        room.timeline.older_refused();
        let hole = room.timeline.holes().iter().find(|hole| Some(hole.before) == before).copied();
        if let Some(hole) = hole {
            room.timeline.close_hole(hole);
        }
        self.dirty.frame = true;
    }
}

/// What the next older page is before.
fn oldest(room: &Room) -> Seq {
    match room.timeline.oldest_seq() {
        Seq::ZERO => room.position.next(),
        oldest => oldest,
    }
}
