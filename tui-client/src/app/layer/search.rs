//! The search in everything said (Ctrl-F): what is looked for, what was found, which of it is picked out. It says what
//! it wants to know; it must not ask the server itself, nor touch the draft.

pub mod words;

use shared::server_msg::Answer;
use shared::{Code as Refused, Event, Line, Millis, RoomName, Seq};

use super::field::edit_of;
use super::{Choice, Heard, closes, is_global};
use crate::app::App;
use crate::app::composer::{Composer, Edit, Outcome};
use crate::event::{Code, Key};

/// How long after the last key the search begins by itself, in milliseconds.
const PAUSE: Millis = 300;
/// Below this width, a result takes two rows.
const ONE_ROW_FROM: u16 = 80;

/// The search.
#[derive(Debug, Default)]
pub struct Search {
    /// What is typed.
    pub query: Composer,
    /// Whether only the room that is looked at is searched.
    pub here: bool,
    /// How it stands.
    pub state: State,
    /// What was found, newest first.
    pub found: Vec<Event>,
    /// Which of it is picked out.
    pub at: usize,
    /// Whether the server has more.
    pub more: bool,
    /// What the last answer is to.
    answered: Option<Query>,
    /// What the server is asked now; only the answer to this counts.
    asked: Option<Query>,
    /// When to ask.
    due: Option<Millis>,
    /// What the last key did that calls for a question.
    pressed: Pressed,
    /// Where the next page ends.
    oldest: Option<Seq>,
}

/// What a key did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Pressed {
    #[default]
    Nothing,
    /// The query was changed.
    Edited,
    /// The end of the list was reached.
    AtEnd,
}

/// How a search stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// There is nothing to look for yet.
    #[default]
    Blank,
    /// It begins soon, or the server is at it.
    Searching,
    /// The server has answered.
    Answered,
    /// The server declined.
    Refused(Refused),
    /// There is no connection; it begins when there is one again.
    Offline,
}

/// What the server is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The words.
    pub words: Line,
    /// The only room to look in.
    pub room: Option<RoomName>,
    /// Where the page ends.
    pub before: Option<Seq>,
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
        search.hurry(0);
        search
    }

    /// The words the results were found by.
    #[must_use]
    pub fn words(&self) -> &str {
        self.answered.as_ref().map_or("", |query| query.words.as_str())
    }

    /// When it wants to ask, if nothing is typed before.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        self.due
    }

    pub(super) fn on_key(&mut self, key: Key, app: &App) -> Heard {
        if is_global(key) || key.code == Code::F(1) {
            return Heard::Passed;
        }
        if closes(key) {
            return Heard::Closed;
        }
        let page = usize::from(app.viewport().height / rows_each(app.columns())).max(1);
        match key.code {
            Code::Enter => return self.enter(app.now()),
            Code::Tab => self.toggle(app.now()),
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
            | Code::End => self.edit(key, app),
        }
        Heard::Kept
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        self.apply(Edit::InsertText(text.to_owned()));
    }

    /// Edits the query with the keys that edit the draft.
    fn edit(&mut self, key: Key, app: &App) {
        if let Some(edit) = edit_of(key, &self.query, app) {
            self.apply(edit);
        }
    }

    fn apply(&mut self, edit: Edit) {
        if self.query.apply(edit, u16::MAX) == Outcome::Edited {
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
        self.hurry(now);
    }

    fn enter(&mut self, now: Millis) -> Heard {
        let is_new = self.pressed == Pressed::Edited || self.due.is_some();
        let waits = self.asked.as_ref().is_some_and(|query| query.before.is_none());
        match self.found.get(self.at) {
            Some(event) if !is_new && !waits => {
                Heard::Chosen(Choice::Message { room: event.room.clone(), seq: event.seq })
            }
            Some(_) | None => {
                if !waits {
                    self.hurry(now);
                }
                Heard::Kept
            }
        }
    }

    /// Asks without waiting for more to be typed.
    fn hurry(&mut self, now: Millis) {
        self.settle();
        self.due = (self.state == State::Searching).then_some(now);
    }

    /// What is typed has changed: what was asked does not matter any more.
    fn settle(&mut self) {
        (self.pressed, self.asked) = (Pressed::Nothing, None);
        if self.query.text().contains(char::is_alphanumeric) {
            self.state = State::Searching;
        } else {
            (self.state, self.due, self.more, self.at) = (State::Blank, None, false, 0);
            self.found.clear();
        }
    }

    /// What to ask the server now. `here` is the room that is looked at.
    pub(in crate::app) fn wish(&mut self, now: Millis, online: bool, here: &RoomName) -> Option<Query> {
        let pressed = std::mem::take(&mut self.pressed);
        if pressed == Pressed::Edited {
            self.settle();
            self.due = (self.state == State::Searching).then_some(now.saturating_add(PAUSE));
        }
        if !online {
            if self.asked.take().is_some_and(|query| query.before.is_none()) {
                self.due = Some(now);
            }
            if self.due.is_some() {
                self.state = State::Offline;
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
        let next = Query { before: self.oldest, ..self.answered.clone()? };
        self.asked = Some(next.clone());
        self.state = State::Searching;
        Some(next)
    }

    fn ask_first(&mut self, here: &RoomName) -> Option<Query> {
        let text = self.query.text().replace('\n', " ");
        match Line::parse(&text) {
            Ok(words) => {
                let query = Query { words, room: self.here.then(|| here.clone()), before: None };
                self.state = State::Searching;
                self.asked = Some(query.clone());
                Some(query)
            }
            Err(why) => {
                self.refuse(why.code);
                None
            }
        }
    }

    /// Takes an answer in, unless something else was asked since.
    pub(in crate::app) fn on_found(&mut self, query: Query, answer: &Answer) {
        if self.asked.as_ref() != Some(&query) {
            return;
        }
        let page = answer.events.as_deref().unwrap_or_default();
        if query.before.is_none() {
            self.found.clear();
            self.at = 0;
        }
        self.found.extend(page.iter().rev().filter(|event| event.kind.text().is_some()).cloned());
        self.oldest = page.first().map(|event| event.seq);
        self.more = answer.more == Some(true) && !page.is_empty();
        (self.asked, self.answered, self.state) = (None, Some(query), State::Answered);
    }

    /// The server declined. What was found before stays only if it was more of it that was wanted.
    pub(in crate::app) fn on_refused(&mut self, query: &Query, why: Refused) {
        if self.asked.as_ref() == Some(query) {
            if query.before.is_none() {
                self.found.clear();
            }
            self.refuse(why);
        }
    }

    fn refuse(&mut self, why: Refused) {
        (self.asked, self.state) = (None, State::Refused(why));
    }
}
