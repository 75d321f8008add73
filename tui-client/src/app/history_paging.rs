//! Paging the history: asks for older messages when the reader scrolls near the oldest one, for what a gap left out, and in
//! line mode for what is missing before the next line. One page of a room is asked for at a time, no more often than the
//! [`super::ask_budget`] allows, and a page that brings nothing of what was asked for is the last.

use shared::client_msg::History;
use shared::server_msg::Answer;
use shared::{ClientMsg, Event, RoomName, Seq};

use super::App;
use super::pending_requests::Purpose;
use super::room::Room;
use super::timeline::{Called, Gap, PageEdge};

/// How many events a page has: a few screens.
pub(super) const PAGE: usize = 100;

impl App {
    /// Asks for the history pages that are wanted.
    pub(super) fn request_pages(&mut self) {
        if !self.connection.is_online() {
            return;
        }
        let limit = Some(self.session.limits().page_events.min(PAGE));
        self.request_wanted_members();
        for (room, edge) in self.next_pages() {
            self.asks.charge(self.now);
            let (purpose, before, after) = match edge {
                PageEdge::Before(seq) => {
                    (Purpose::History { room: room.clone(), before: seq }, Some(seq), None)
                }
                PageEdge::After(seq) => (Purpose::Newer { room: room.clone(), after: seq }, None, Some(seq)),
            };
            self.request(
                purpose,
                ClientMsg::History(History { before, after, limit, ..History::newest(room) }),
            );
        }
        self.request_originals();
    }

    /// Asks who is in the rooms of which that is not known any more, one question a room at a time.
    fn request_wanted_members(&mut self) {
        let is_wanted = |room: &Room| room.joined && room.wants_members;
        let wanted = self.rooms.list().iter().filter(|room| is_wanted(room)).map(|room| room.name.clone());
        for room in wanted.collect::<Vec<_>>() {
            if self.requests.asks_members(&room) {
                continue;
            }
            if !self.asks.may_ask(self.now) {
                // The others follow.
                self.rooms.changes.page();
                return;
            }
            if let Some(room) = self.rooms.get_mut(&room) {
                room.wants_members = false;
            }
            self.request_members(Some(room), None);
        }
    }

    pub(super) fn on_page(&mut self, name: &RoomName, before: Seq, answer: &Answer) {
        let me = self.session.my_uid();
        let called = self.session.called().unwrap_or(Called { name: "", words: &[] });
        let Some(room) = self.rooms.history_mut(name) else { return };
        room.paging = None;
        // What was not asked for would not end the asking.
        let asked = |event: &&Event| event.room == *name && event.seq < before;
        let page: Vec<Event> =
            answer.events.as_deref().unwrap_or_default().iter().filter(asked).cloned().collect();
        let page = &page[..];
        if let Some(event) = page.iter().rev().find(|event| room.other(me) == Some(event.from.uid))
            && room.peer.is_none()
        {
            room.peer = Some(event.from.name.clone());
        }
        room.count_page(page, answer.more.unwrap_or(false), me, called);
        room.timeline.extend_older(before, page, answer.more.unwrap_or(false));
        // Whatever was not in the page is not there: asking again would never end.
        room.asked_to = room.asked_to.max(Seq::new(before.get().saturating_sub(1)).unwrap_or_default());
        room.note_gap();
        // An empty page, or one with no more before it: what is missing cannot be had.
        let is_last = page.is_empty() || answer.more != Some(true);
        self.print_page(name, page, is_last);
        self.forget_deleted(page);
        if self.rooms.current().name == *name {
            self.mark_seen();
        }
    }

    /// What is after the reader, in a gap beside a message that was jumped to.
    pub(super) fn on_newer_page(&mut self, name: &RoomName, after: Seq, answer: &Answer) {
        let Some(room) = self.rooms.history_mut(name) else { return };
        room.paging = None;
        let asked = |event: &&Event| event.room == *name && event.seq > after;
        let page: Vec<Event> =
            answer.events.as_deref().unwrap_or_default().iter().filter(asked).cloned().collect();
        let page = &page[..];
        room.timeline.extend_newer(after, page, answer.more.unwrap_or(false));
        room.note_gap();
        self.forget_deleted(page);
    }

    /// A page that cannot be had is given up: asking for it again would never end.
    pub(super) fn on_page_refused(&mut self, name: &RoomName) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        let before = room.paging.take();
        room.unread_more |= room.recount.take().is_some();
        room.timeline.older_refused();
        let asked = |gap: &&Gap| Some(gap.before) == before || Some(gap.after) == before;
        let gap = room.timeline.gaps().iter().find(asked).copied();
        if let Some(gap) = gap {
            room.timeline.close_gap(gap);
        }
        self.print_page(name, &[], true);
    }
}
