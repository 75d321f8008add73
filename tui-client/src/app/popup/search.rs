//! The search in everything said (Ctrl-F): the query, the results, which of them is selected, and when to ask the server:
//! a debounce after the last key, or at once on Enter. [`Search::next_query`] says what to ask; `message_search.rs` asks.

use shared::search_terms::SearchTerms;
use shared::server_msg::Answer;
use shared::{Code as Refused, Event, Line, Millis, RoomName, Seq};

use super::context::Context;
use super::outcome::{Choice, Outcome};
use super::text_field::TextField;
use crate::app::memory_budget::{self, add_within};
use crate::app::search_query::SearchQuery;
use crate::event::{Code, Key};
use crate::profile::Ignored;

/// The debounce: how long after the last key the server is asked, in milliseconds.
const DEBOUNCE: Millis = 300;
/// Below this width, a result takes two rows.
const ONE_ROW_FROM: u16 = 80;

/// The search.
#[derive(Debug, Default)]
pub struct Search {
    /// What is typed.
    pub query: TextField,
    /// Whether only the current room is searched.
    pub here: bool,
    /// Its state.
    pub state: SearchState,
    /// What was found, newest first.
    pub found: Vec<Event>,
    /// Which of it is selected.
    pub at: usize,
    /// Whether the server has more.
    pub more: bool,
    /// What the last answer is to.
    answered: Option<SearchQuery>,
    /// What the server is asked now; only the answer to this counts.
    asked: Option<SearchQuery>,
    /// When to ask.
    due: Option<Millis>,
    /// What the last key did, where a request follows from it.
    pressed: Pressed,
    /// Where the next page ends.
    oldest: Option<Seq>,
    /// How many pages had nothing, one after the other.
    empty_pages: u32,
}

/// So many pages with nothing in them are turned without a key: a search through a long past takes half a second a page, and a
/// server may not keep this up for ever.
const MOST_EMPTY_PAGES: u32 = 100;

/// What the last key did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Pressed {
    #[default]
    Nothing,
    /// The query was changed.
    Edited,
    /// The end of the list was reached.
    AtEnd,
}

/// The state of a search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SearchState {
    /// There is nothing to look for yet.
    #[default]
    Blank,
    /// The debounce runs, or the server was asked.
    Searching,
    /// The server has answered.
    Answered,
    /// The server declined.
    Refused(Refused),
    /// There is no connection; it begins when there is one again.
    Offline,
}

/// How many rows a result takes in a width.
#[must_use]
pub fn rows_each(width: u16) -> u16 {
    if width >= ONE_ROW_FROM { 1 } else { 2 }
}

impl Search {
    /// A search that begins at once, if there are words.
    #[must_use]
    pub fn new(words: &str) -> Self {
        let mut search = Self::default();
        search.query.set_text(words.to_owned());
        search.ask_now(0);
        search
    }

    /// The words the results were found by.
    #[must_use]
    pub fn words(&self) -> &str {
        self.answered.as_ref().map_or("", |query| query.words.as_str())
    }

    /// When the debounce is over, if nothing is typed before.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        self.due
    }

    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        let page = usize::from(ctx.rows / rows_each(ctx.columns)).max(1);
        match key.code {
            Code::Enter => return self.enter(ctx.now),
            Code::Tab => self.toggle(ctx.now),
            Code::Up => self.at = self.at.saturating_sub(1),
            Code::Down => self.go_down(1),
            Code::PageUp => self.at = self.at.saturating_sub(page),
            Code::PageDown => self.go_down(page),
            Code::Char(_)
            | Code::F(_)
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Left
            | Code::Right
            | Code::Home
            | Code::End => {
                if self.query.on_key(key, ctx.keymap) {
                    self.pressed = Pressed::Edited;
                }
            }
        }
        Outcome::Kept
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        if self.query.on_paste(text) {
            self.pressed = Pressed::Edited;
        }
    }

    fn go_down(&mut self, by: usize) {
        let last = self.found.len().saturating_sub(1);
        self.at = self.at.saturating_add(by).min(last);
        if self.at == last && self.pressed == Pressed::Nothing {
            self.pressed = Pressed::AtEnd;
        }
    }

    fn toggle(&mut self, now: Millis) {
        self.here = !self.here;
        self.ask_now(now);
    }

    fn enter(&mut self, now: Millis) -> Outcome {
        let is_new = self.pressed == Pressed::Edited || self.due.is_some();
        let waits = self.asked.as_ref().is_some_and(|query| query.before.is_none());
        match self.found.get(self.at) {
            Some(event) if !is_new && !waits => {
                let words = self.words().to_owned();
                Outcome::Chosen(Choice::Message { room: event.room.clone(), seq: event.seq, words })
            }
            Some(_) | None => {
                if !waits {
                    self.ask_now(now);
                }
                Outcome::Kept
            }
        }
    }

    /// Asks without a debounce.
    fn ask_now(&mut self, now: Millis) {
        self.restart();
        self.due = (self.state == SearchState::Searching).then_some(now);
    }

    /// What is typed has changed: an answer to what was asked before does not count any more.
    fn restart(&mut self) {
        (self.pressed, self.asked) = (Pressed::Nothing, None);
        if SearchTerms::parse(self.query.text()).is_some() {
            self.state = SearchState::Searching;
        } else {
            (self.state, self.due, self.more, self.at) = (SearchState::Blank, None, false, 0);
            self.found.clear();
        }
    }

    /// What to ask the server now. `here` is the current room.
    pub fn next_query(&mut self, now: Millis, online: bool, here: &RoomName) -> Option<SearchQuery> {
        let pressed = std::mem::take(&mut self.pressed);
        if pressed == Pressed::Edited {
            self.restart();
            self.due = (self.state == SearchState::Searching).then_some(now.saturating_add(DEBOUNCE));
        }
        if !online {
            if self.asked.take().is_some_and(|query| query.before.is_none()) {
                self.due = Some(now);
            }
            if self.due.is_some() {
                self.state = SearchState::Offline;
            }
            return None;
        }
        if self.due.is_some_and(|due| due <= now) {
            self.due = None;
            return self.ask_first(here);
        }
        let wants_more = pressed == Pressed::AtEnd && self.more;
        if !wants_more || self.asked.is_some() || self.due.is_some() {
            return None;
        }
        let next = SearchQuery { before: self.oldest, ..self.answered.clone()? };
        self.asked = Some(next.clone());
        self.state = SearchState::Searching;
        Some(next)
    }

    fn ask_first(&mut self, here: &RoomName) -> Option<SearchQuery> {
        match Line::parse(self.query.text()) {
            Ok(words) => {
                let query = SearchQuery { words, room: self.here.then(|| here.clone()), before: None };
                self.state = SearchState::Searching;
                self.asked = Some(query.clone());
                Some(query)
            }
            Err(why) => {
                self.refuse(why.code);
                None
            }
        }
    }

    /// Takes an answer in, unless something else was asked since. What ignored people said is not found.
    pub fn on_found(&mut self, query: SearchQuery, answer: &Answer, ignored: &Ignored) {
        if self.asked.as_ref() != Some(&query) {
            return;
        }
        let page = answer.events.as_deref().unwrap_or_default();
        if query.before.is_none() {
            self.found.clear();
            self.at = 0;
        }
        let newest_first = page
            .iter()
            .rev()
            .filter(|event| event.kind.text().is_some() && !ignored.hides_event(event))
            .cloned();
        let has_room = add_within(&mut self.found, newest_first, memory_budget::FOUND);
        // A search that took too long has a page as far as it came.
        self.oldest = answer.before.or(page.first().map(|event| event.seq));
        let goes_on = query.before.is_none_or(|before| self.oldest.is_some_and(|oldest| oldest < before));
        self.more = has_room && answer.more == Some(true) && self.oldest.is_some() && goes_on;
        self.empty_pages =
            if self.found.is_empty() && query.before.is_some() { self.empty_pages + 1 } else { 0 };
        if self.more && self.found.is_empty() && self.empty_pages < MOST_EMPTY_PAGES {
            self.pressed = Pressed::AtEnd;
        }
        (self.asked, self.answered, self.state) = (None, Some(query), SearchState::Answered);
    }

    /// A message is deleted: it is not found any more.
    pub fn forget(&mut self, room: &RoomName, seq: Seq) {
        self.found.retain(|event| event.room != *room || event.seq != seq);
        self.at = self.at.min(self.found.len().saturating_sub(1));
    }

    /// As a key does at the end of the list.
    #[cfg(test)]
    pub(crate) fn press_end(&mut self) {
        self.go_down(1);
    }

    /// The server declined. What was found before stays only if it was more of it that was wanted.
    pub fn on_refused(&mut self, query: &SearchQuery, why: Refused) {
        if self.asked.as_ref() == Some(query) {
            if query.before.is_none() {
                self.found.clear();
            }
            self.refuse(why);
        }
    }

    fn refuse(&mut self, why: Refused) {
        (self.asked, self.state) = (None, SearchState::Refused(why));
    }
}
