//! The search in the input history, the lines sent before (Ctrl-R). The draft is replaced only when a line is chosen.

use super::context::Context;
use super::outcome::{Choice, Outcome};
use super::text_field::TextField;
use crate::event::{Code, Key};

/// The search: what is looked for, and how many newer matches are skipped.
#[derive(Debug, Default)]
pub struct HistorySearch {
    /// What is looked for.
    pub query: TextField,
    skip: usize,
}

impl HistorySearch {
    /// The line found.
    #[must_use]
    pub fn found<'a>(&self, ctx: &Context<'a>) -> Option<&'a str> {
        ctx.composer.search_history(self.query.text(), self.skip)
    }

    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        match (key.code, key.typed()) {
            (Code::Enter | Code::Tab | Code::Right | Code::End, _) => {
                let chosen = self.found(ctx).map(|found| Choice::Draft(found.to_owned()));
                return chosen.map_or(Outcome::Closed, Outcome::Chosen);
            }
            (Code::Up, _) => self.older(ctx),
            (Code::Char('r'), None) if key.ctrl => self.older(ctx),
            (Code::Down, _) => self.skip = self.skip.saturating_sub(1),
            (_, _) => {
                if self.query.on_key(key, ctx.keymap) {
                    self.skip = 0;
                }
            }
        }
        Outcome::Kept
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        if self.query.on_paste(text) {
            self.skip = 0;
        }
    }

    fn older(&mut self, ctx: &Context<'_>) {
        if ctx.composer.search_history(self.query.text(), self.skip + 1).is_some() {
            self.skip += 1;
        }
    }
}
