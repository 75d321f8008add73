//! The question before a message is deleted, which names it.

use shared::{Millis, RoomName, Sender, Seq};

use super::context::Context;
use super::outcome::{Choice, Outcome};
use super::yes_no::{DELAY, answer};
use crate::event::Key;

/// The question.
#[derive(Clone, Debug)]
pub struct DeleteQuestion {
    room: RoomName,
    seq: Seq,
    /// Whose message it is.
    pub author: Sender,
    /// What it says.
    pub text: String,
    since: Millis,
}

impl DeleteQuestion {
    /// Asks now.
    #[must_use]
    pub fn new((room, seq): (RoomName, Seq), author: Sender, text: String, now: Millis) -> Self {
        Self { room, seq, author, text, since: now }
    }

    pub(super) fn on_key(&self, key: Key, ctx: &Context<'_>) -> Outcome {
        answer(key, ctx.now - self.since >= DELAY, || Choice::Delete {
            room: self.room.clone(),
            seq: self.seq,
        })
    }
}
