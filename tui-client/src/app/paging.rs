//! Fetching what happened before: older messages when the reader comes near them, and what a gap left out.
//! It must not ask for more than one page of a room at a time.

use shared::client_msg::History;
use shared::server_msg::Answer;
use shared::{ClientMsg, Event, RoomName, Seq};

use super::App;
use super::request::Asked;
use super::rooms::Room;
use super::timeline::{Edge, Hole, Viewport};
use crate::effect::Effect;

/// How many events a page has: a few screens.
const PAGE: usize = 100;

impl App {
    /// Asks for the next pages, if some are wanted and none is under way: on a screen for the room that is looked at,
    /// without one for what is missing in any room.
    pub(super) fn page(&mut self) {
        if !std::mem::take(&mut self.dirty.view) || !self.link.is_online() {
            return;
        }
        let wanted: Vec<(RoomName, Edge)> = if self.setup.has_screen {
            let viewport = self.viewport();
            wanted_on_screen(self.rooms.current_mut(), viewport).into_iter().collect()
        } else {
            self.rooms.list_mut().iter_mut().filter_map(wanted_without_screen).collect()
        };
        let limit = Some(self.limits.page_events.min(PAGE));
        for (room, edge) in wanted {
            let (asked, before, after) = match edge {
                Edge::Before(seq) => (Asked::History { room: room.clone(), before: seq }, Some(seq), None),
                Edge::After(seq) => (Asked::Newer { room: room.clone(), after: seq }, None, Some(seq)),
            };
            self.ask(asked, ClientMsg::History(History { room, before, after, around: None, limit }));
        }
    }

    pub(super) fn on_page(&mut self, name: &RoomName, before: Seq, answer: &Answer) {
        let me = self.my_uid();
        let Some(room) = self.rooms.get_mut(name) else { return };
        room.paging = None;
        let page = answer.events.as_deref().unwrap_or_default();
        if let Some(event) = page.iter().rev().find(|event| room.other(me) == Some(event.from.uid))
            && room.peer.is_none()
        {
            room.peer = Some(event.from.name.clone());
        }
        room.timeline.extend_older(before, page, answer.more.unwrap_or(false));
        room.reach();
        if !self.setup.has_screen {
            for event in page {
                room.teller.hear(event);
            }
            if page.is_empty() || answer.more != Some(true) {
                // There is nothing before this page that could be had.
                room.teller.give_up(room.position);
            }
            self.tell_waiting(name);
        }
        (self.dirty.frame, self.dirty.view) = (true, true);
    }

    /// What is after the reader, in a hole beside a message that was jumped to.
    pub(super) fn on_newer_page(&mut self, name: &RoomName, after: Seq, answer: &Answer) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        room.paging = None;
        let page = answer.events.as_deref().unwrap_or_default();
        room.timeline.extend_newer(after, page, answer.more.unwrap_or(false));
        room.reach();
        (self.dirty.frame, self.dirty.view) = (true, true);
    }

    /// A page that cannot be had is given up: asking for it again would never end.
    pub(super) fn on_page_refused(&mut self, name: &RoomName) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        let before = room.paging.take();
        room.timeline.older_refused();
        let asked = |hole: &&Hole| Some(hole.before) == before || Some(hole.after) == before;
        let hole = room.timeline.holes().iter().find(asked).copied();
        if let Some(hole) = hole {
            room.timeline.close_hole(hole);
        }
        room.teller.give_up(room.position);
        self.tell_waiting(name);
        self.dirty.frame = true;
    }

    /// Tells somebody without a screen of an event, when its turn has come.
    pub(super) fn tell_of(&mut self, event: &Event) {
        if self.setup.has_screen {
            return;
        }
        if let Some(room) = self.rooms.get_mut(&event.room) {
            room.teller.hear(event);
        }
        self.tell_waiting(&event.room);
        // Its turn may come only with a page.
        self.dirty.view = true;
    }

    fn tell_waiting(&mut self, room: &RoomName) {
        let Some(room) = self.rooms.get_mut(room).filter(|_| !self.setup.has_screen) else { return };
        let told = std::iter::from_fn(|| room.teller.next_to_tell());
        self.effects.extend(told.map(|event| Effect::Happened(Box::new(event))));
    }
}

/// The next page of a room on the screen: what a gap left out, or what is older.
fn wanted_on_screen(room: &mut Room, viewport: Viewport) -> Option<(RoomName, Edge)> {
    if !room.joined || room.paging.is_some() {
        return None;
    }
    // What a gap left out is fetched at once, what is beside a message that was jumped to when it is wanted.
    let missed = room.timeline.holes().last().map(|hole| hole.before).filter(|before| *before > room.far);
    let hole = missed.map(Edge::Before).or_else(|| room.timeline.hole_in_sight(viewport));
    let older = || room.timeline.want_older(viewport).then(|| Edge::Before(oldest(room)));
    let edge = hole.or_else(older)?;
    let (Edge::Before(seq) | Edge::After(seq)) = edge;
    room.paging = Some(seq);
    if hole.is_none() {
        room.timeline.older_requested();
    }
    Some((room.name.clone(), edge))
}

/// The next page of what somebody without a screen has not been told.
fn wanted_without_screen(room: &mut Room) -> Option<(RoomName, Edge)> {
    if !room.joined || room.paging.is_some() {
        return None;
    }
    let before = room.teller.missing_before(room.position)?;
    room.paging = Some(before);
    Some((room.name.clone(), Edge::Before(before)))
}

/// What the next older page is before.
fn oldest(room: &Room) -> Seq {
    match room.timeline.oldest_seq() {
        Seq::ZERO => room.position.next(),
        oldest => oldest,
    }
}
