//! Searching what was said, the app's part: sends the requests the search popup wants, and shows a found message where it
//! was said, fetched with what is around it if need be.

use shared::client_msg::{History, Search as SearchRequest};
use shared::search_terms::SearchTerms;
use shared::server_msg::Answer;
use shared::{ClientMsg, Refusal, RoomName, Seq};

use super::App;
use super::pending_requests::Purpose;
use super::search_query::SearchQuery;
use super::timeline::Level;

/// How many messages a page of results has.
const PAGE: usize = 50;

impl App {
    /// Sends the request the open search wants now.
    pub(super) fn send_search(&mut self) {
        if self.screen.search().is_none() {
            return;
        }
        let (now, online) = (self.now, self.connection.is_online());
        let here = &self.rooms.current().name;
        let Some(query) = self.screen.next_search_query(now, online, here) else { return };
        let SearchQuery { words, room, before } = query.clone();
        let limit = Some(self.session.limits().page_events.min(PAGE));
        let msg = ClientMsg::Search(SearchRequest { query: words, room, before, limit });
        self.request(Purpose::Search(query), msg);
    }

    pub(super) fn on_found(&mut self, query: SearchQuery, answer: &Answer) {
        let ignored = self.session.ignored();
        if let Some(search) = self.screen.search_mut() {
            search.on_found(query, answer, ignored);
        }
    }

    pub(super) fn on_search_refused(&mut self, query: &SearchQuery, refusal: &Refusal) {
        if let Some(search) = self.screen.search_mut() {
            search.on_refused(query, refusal.code);
        }
    }

    /// Shows a message where it was said, fetched with what is around it if need be, and of it the place where these words are.
    pub(super) fn show_message(&mut self, name: &RoomName, seq: Seq, words: &str) {
        let me = self.session.my_uid();
        if let (None, Some((one, other))) = (self.rooms.get(name), name.pair()) {
            drop(self.direct_room(if one == me { other } else { one }));
        }
        if self.rooms.get(name).is_none() {
            return self.hint(self.lang().message_not_found(), Level::Warning);
        }
        self.go_to(name);
        if self.rooms.current().timeline.is_ignored_at(seq) {
            return self.hint(self.lang().message_is_ignored(), Level::Info);
        }
        if self.reveal(seq, words) {
            return;
        }
        let lang = self.lang();
        if !self.connection.is_online() {
            return self.hint(lang.needs_connection(), Level::Warning);
        }
        let limit = Some(self.session.limits().page_events.min(2 * PAGE));
        let asked = Purpose::Around { room: name.clone(), seq, words: words.to_owned() };
        let room = name.clone();
        self.request(
            asked,
            ClientMsg::History(History { around: Some(seq), limit, ..History::newest(room) }),
        );
        self.hint(lang.fetching_message(), Level::Info);
    }

    /// The page around a message has arrived.
    pub(super) fn on_around(&mut self, name: &RoomName, (seq, words): (Seq, &str), answer: &Answer) {
        let Some(room) = self.rooms.history_mut(name) else { return };
        room.insert_around(answer.events.as_deref().unwrap_or_default(), answer.more.unwrap_or(false));
        if self.rooms.current().name != *name {
            return;
        }
        self.screen.clear_hint();
        if self.rooms.current().timeline.is_ignored_at(seq) {
            self.hint(self.lang().message_is_ignored(), Level::Info);
        } else if !self.reveal(seq, words) {
            self.hint(self.lang().message_not_found(), Level::Warning);
        }
    }

    /// Scrolls to a message of this room and selects it, if it is here.
    fn reveal(&mut self, seq: Seq, words: &str) -> bool {
        let viewport = self.viewport();
        let terms = SearchTerms::parse(words);
        let find = |text: &str| terms.as_ref().map_or_else(Vec::new, |terms| terms.find(text));
        let is_shown = self.rooms.move_reader(|timeline| timeline.show_seq(seq, find, &viewport));
        if is_shown {
            self.mark_seen();
        }
        is_shown
    }
}
