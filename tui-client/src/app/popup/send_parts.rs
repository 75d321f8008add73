//! The question before a message that is too long is sent in parts. The draft stays until it is answered.

use shared::Millis;

use super::context::Context;
use super::outcome::{Choice, Outcome, Parts};
use crate::event::{Code, Key};
use crate::message_length::Length;

/// How long the question must have been on the screen before Enter counts, in milliseconds: the Enter that sent the message
/// may bounce.
const CONFIRM_DELAY: Millis = 400;

/// The question.
#[derive(Clone, Debug)]
pub struct SendParts {
    /// The parts, in order.
    pub parts: Parts,
    /// How long the whole is.
    pub length: Length,
    /// Enter came before the question can have been read.
    pub is_too_soon: bool,
    /// When it was asked.
    since: Millis,
}

impl SendParts {
    /// Asks now.
    #[must_use]
    pub fn new(parts: Parts, length: Length, now: Millis) -> Self {
        Self { parts, length, is_too_soon: false, since: now }
    }

    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        if key.code != Code::Enter {
            return Outcome::Kept;
        }
        self.is_too_soon = ctx.now - self.since < CONFIRM_DELAY;
        if self.is_too_soon { Outcome::Kept } else { Outcome::Chosen(Choice::Parts(self.parts.clone())) }
    }
}
