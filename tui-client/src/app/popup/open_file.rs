//! The question before a file that somebody sent is opened by a program of this machine.

use shared::{Attachment, Millis, RoomName, Sender, Seq};

use super::context::Context;
use super::outcome::{Choice, Outcome};
use crate::event::{Code, Key};

/// A key this soon was pressed before the question could be read, in milliseconds.
const DELAY: Millis = 300;

/// The question.
#[derive(Clone, Debug)]
pub struct OpenFile {
    room: RoomName,
    of: Seq,
    /// The file.
    pub file: Attachment,
    /// Who sent it.
    pub from: Sender,
    /// Whether it was saved already.
    pub is_here: bool,
    since: Millis,
}

impl OpenFile {
    /// Asks now.
    #[must_use]
    pub fn new(
        (room, of): (RoomName, Seq),
        file: Attachment,
        from: Sender,
        is_here: bool,
        now: Millis,
    ) -> Self {
        Self { room, of, file, from, is_here, since: now }
    }

    pub(super) fn on_key(&self, key: Key, ctx: &Context<'_>) -> Outcome {
        let letter = key.latin().filter(|_| !key.ctrl && !key.alt).map(|letter| letter.to_ascii_lowercase());
        let is_yes = match (key.code, letter) {
            (Code::Enter, _) | (Code::Char(_), Some('y')) => true,
            (Code::Char(_), Some('n')) => return Outcome::Closed,
            _ => false,
        };
        if is_yes && ctx.now - self.since >= DELAY {
            Outcome::Chosen(Choice::OpenFile { room: self.room.clone(), of: self.of })
        } else {
            Outcome::Kept
        }
    }
}
