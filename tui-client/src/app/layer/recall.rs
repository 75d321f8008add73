//! The search for a line sent before (Ctrl-R). It must not touch the draft before something is chosen.

use unicode_segmentation::UnicodeSegmentation as _;

use super::{Choice, Heard, closes, is_global};
use crate::app::App;
use crate::event::{Code, Key};

/// The search: what is looked for, and how many matches were passed over.
#[derive(Clone, Debug, Default)]
pub struct Recall {
    /// What is looked for.
    pub query: String,
    skip: usize,
}

impl Recall {
    /// The line found.
    #[must_use]
    pub fn found<'a>(&self, app: &'a App) -> Option<&'a str> {
        app.composer().search_history(&self.query, self.skip)
    }

    pub(super) fn on_key(&mut self, key: Key, app: &App) -> Heard {
        if is_global(key) {
            return Heard::Passed;
        }
        if closes(key) {
            return Heard::Closed;
        }
        match (key.code, key.typed()) {
            (Code::Enter | Code::Tab | Code::Right | Code::End, _) => {
                return self
                    .found(app)
                    .map_or(Heard::Closed, |found| Heard::Chosen(Choice::Draft(found.to_owned())));
            }
            (Code::Up, _) => self.older(app),
            (Code::Char('r'), None) if key.ctrl => self.older(app),
            (Code::Down, _) => self.skip = self.skip.saturating_sub(1),
            (Code::Backspace, _) => {
                let last = self.query.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
                self.query.truncate(last);
                self.skip = 0;
            }
            (_, Some(c)) => {
                self.query.push(c);
                self.skip = 0;
            }
            (_, None) => {}
        }
        Heard::Kept
    }

    fn older(&mut self, app: &App) {
        if app.composer().search_history(&self.query, self.skip + 1).is_some() {
            self.skip += 1;
        }
    }
}
