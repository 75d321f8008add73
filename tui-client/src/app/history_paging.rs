//! Paging the history: asks for older messages when the reader scrolls near the oldest one, for what a gap left out, and in
//! line mode for what is missing before the next line. One page of a room is asked for at a time.

use shared::client_msg::History;
use shared::server_msg::Answer;
use shared::{ClientMsg, RoomName, Seq};

use super::App;
use super::pending_requests::Purpose;
use super::timeline::{Gap, PageEdge};

/// How many events a page has: a few screens.
pub(super) const PAGE: usize = 100;

impl App {
    /// Asks for the history pages that are wanted.
    pub(super) fn request_pages(&mut self) {
        if !self.connection.is_online() {
            return;
        }
        let limit = Some(self.session.limits().page_events.min(PAGE));
        for (room, edge) in self.next_pages() {
            let (purpose, before, after) = match edge {
                PageEdge::Before(seq) => {
                    (Purpose::History { room: room.clone(), before: seq }, Some(seq), None)
                }
                PageEdge::After(seq) => (Purpose::Newer { room: room.clone(), after: seq }, None, Some(seq)),
            };
            self.request(purpose, ClientMsg::History(History { room, before, after, around: None, limit }));
        }
    }

    pub(super) fn on_page(&mut self, name: &RoomName, before: Seq, answer: &Answer) {
        let me = self.session.my_uid();
        let name_of_me = self.session.me().map(|me| me.name.to_string()).unwrap_or_default();
        let Some(room) = self.rooms.history_mut(name) else { return };
        room.paging = None;
        let page = answer.events.as_deref().unwrap_or_default();
        if let Some(event) = page.iter().rev().find(|event| room.other(me) == Some(event.from.uid))
            && room.peer.is_none()
        {
            room.peer = Some(event.from.name.clone());
        }
        room.count_page(page, answer.more.unwrap_or(false), me, &name_of_me);
        room.timeline.extend_older(before, page, answer.more.unwrap_or(false));
        room.note_gap();
        // An empty page, or one with no more before it: what is missing cannot be had.
        let is_last = page.is_empty() || answer.more != Some(true);
        self.print_page(name, page, is_last);
        if self.rooms.current().name == *name {
            self.mark_seen();
        }
    }

    /// What is after the reader, in a gap beside a message that was jumped to.
    pub(super) fn on_newer_page(&mut self, name: &RoomName, after: Seq, answer: &Answer) {
        let Some(room) = self.rooms.history_mut(name) else { return };
        room.paging = None;
        let page = answer.events.as_deref().unwrap_or_default();
        room.timeline.extend_newer(after, page, answer.more.unwrap_or(false));
        room.note_gap();
    }

    /// A page that cannot be had is given up: asking for it again would never end.
    pub(super) fn on_page_refused(&mut self, name: &RoomName) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        let before = room.paging.take();
        room.recount = None;
        room.timeline.older_refused();
        let asked = |gap: &&Gap| Some(gap.before) == before || Some(gap.after) == before;
        let gap = room.timeline.gaps().iter().find(asked).copied();
        if let Some(gap) = gap {
            room.timeline.close_gap(gap);
        }
        self.print_page(name, &[], true);
    }
}
