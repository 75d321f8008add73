//! The question before a message is deleted, which names it.

use shared::{Millis, RoomName, Sender, Seq};

use super::context::Context;
use super::outcome::{Choice, Outcome};
use crate::event::{Code, Key};

/// A key this soon was pressed before the question could be read, in milliseconds.
const DELAY: Millis = 300;

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
        let letter = key.latin().filter(|_| !key.ctrl && !key.alt).map(|letter| letter.to_ascii_lowercase());
        let is_yes = match (key.code, letter) {
            (Code::Enter, _) | (Code::Char(_), Some('y')) => true,
            (Code::Char(_), Some('n')) => return Outcome::Closed,
            _ => false,
        };
        if is_yes && ctx.now - self.since >= DELAY {
            Outcome::Chosen(Choice::Delete { room: self.room.clone(), seq: self.seq })
        } else {
            Outcome::Kept
        }
    }
}
