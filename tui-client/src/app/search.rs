//! Searching what was said: asks when the popup wants to know, and shows a message where it was said. It must not know
//! keys, nor draw.

use shared::client_msg::{History, Search as Wanted};
use shared::server_msg::Answer;
use shared::{ClientMsg, Refusal, RoomName, Seq};

use super::App;
use super::layer::Layer;
use super::layer::search::{Query, Search};
use super::request::Asked;
use super::timeline::Level;

/// How many messages a page of results has.
const PAGE: usize = 50;

impl App {
    /// The search that is open.
    pub(super) fn search(&self) -> Option<&Search> {
        self.layers
            .iter()
            .find_map(|layer| if let Layer::Search(search) = layer { Some(&**search) } else { None })
    }

    fn search_mut(&mut self) -> Option<&mut Search> {
        self.layers
            .iter_mut()
            .find_map(|layer| if let Layer::Search(search) = layer { Some(&mut **search) } else { None })
    }

    /// Asks what the open search wants to know now.
    pub(super) fn seek(&mut self) {
        let (now, online) = (self.now, self.link.is_online());
        let Some(here) = self.search().map(|_| self.rooms.current().name.clone()) else { return };
        let Some(query) = self.search_mut().and_then(|search| search.wish(now, online, &here)) else {
            return;
        };
        let Query { words, room, before } = query.clone();
        let limit = Some(self.limits.page_events.min(PAGE));
        self.ask(Asked::Search(query), ClientMsg::Search(Wanted { query: words, room, before, limit }));
        self.dirty.frame = true;
    }

    pub(super) fn on_found(&mut self, query: Query, answer: &Answer) {
        if let Some(search) = self.search_mut() {
            search.on_found(query, answer);
        }
    }

    pub(super) fn on_search_refused(&mut self, query: &Query, refusal: &Refusal) {
        if let Some(search) = self.search_mut() {
            search.on_refused(query, refusal.code);
        }
        self.dirty.frame = true;
    }

    /// Shows a message where it was said, fetched with what is around it if need be.
    pub(super) fn show_message(&mut self, name: &RoomName, seq: Seq) {
        let me = self.my_uid();
        if let (None, Some((one, other))) = (self.rooms.get(name), name.pair()) {
            drop(self.direct_room(if one == me { other } else { one }));
        }
        if self.rooms.get(name).is_none() {
            let text = self.lang().message_is_gone().to_owned();
            return self.remark(text, Level::Warning);
        }
        self.go_to(name);
        if self.reveal(seq) {
            return;
        }
        let lang = self.lang();
        if !self.link.is_online() {
            return self.remark(lang.needs_connection().to_owned(), Level::Warning);
        }
        let limit = Some(self.limits.page_events.min(2 * PAGE));
        let asked = Asked::Around { room: name.clone(), seq };
        let room = name.clone();
        self.ask(
            asked,
            ClientMsg::History(History { room, before: None, after: None, around: Some(seq), limit }),
        );
        self.remark(lang.fetching_message().to_owned(), Level::Info);
    }

    /// What is around a message has come.
    pub(super) fn on_around(&mut self, name: &RoomName, seq: Seq, answer: &Answer) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        room.take_island(answer.events.as_deref().unwrap_or_default(), answer.more.unwrap_or(false));
        (self.dirty.frame, self.dirty.view) = (true, true);
        if self.rooms.current().name != *name {
            return;
        }
        self.hint = None;
        if !self.reveal(seq) {
            let text = self.lang().message_is_gone().to_owned();
            self.remark(text, Level::Warning);
        }
    }

    /// Moves a message of this room into view and picks it out, if it is here.
    fn reveal(&mut self, seq: Seq) -> bool {
        let viewport = self.viewport();
        let shown = self.rooms.current_mut().timeline.show_seq(seq, viewport);
        if shown {
            self.dirty.view = true;
            self.look();
        }
        shown
    }
}
