//! The question before leaving, where leaving costs something: guests of a server that stops with the client, messages that
//! are not stored, drafts. It is asked once; the key that asked to leave says yes to it.

use shared::Millis;

use super::context::Context;
use super::outcome::{Choice, Outcome};
use crate::event::{Code, Key};

/// A key this soon was pressed before the question could be read, in milliseconds.
const DELAY: Millis = 300;

/// The question.
#[derive(Clone, Debug)]
pub struct LeaveQuestion {
    /// What leaving costs, one a line.
    pub costs: Vec<String>,
    quiet: bool,
    since: Millis,
}

impl LeaveQuestion {
    /// Asks whether to leave, without a word to the others if `quiet`.
    #[must_use]
    pub fn new(costs: Vec<String>, quiet: bool, now: Millis) -> Self {
        Self { costs, quiet, since: now }
    }

    pub(super) fn on_key(&self, key: Key, ctx: &Context<'_>) -> Outcome {
        let letter = key.latin().map(|letter| letter.to_ascii_lowercase());
        let is_yes = match (key.code, key.ctrl, key.alt) {
            (Code::Enter, ..) => true,
            (Code::Char(_), true, false) => matches!(letter, Some('c' | 'd')),
            (Code::Char(_), false, false) if letter == Some('n') => return Outcome::Closed,
            (Code::Char(_), false, false) => letter == Some('y'),
            (_, _, _) => false,
        };
        if is_yes && ctx.now - self.since >= DELAY {
            Outcome::Chosen(Choice::Leave { quiet: self.quiet })
        } else {
            Outcome::Kept
        }
    }
}
