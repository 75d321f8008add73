//! The question before a file that somebody sent is opened by a program of this machine.

use shared::{Attachment, Millis, RoomName, Sender, Seq};

use super::context::Context;
use super::outcome::{Choice, Outcome};
use super::yes_no::{DELAY, answer};
use crate::event::Key;

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
        answer(key, ctx.now - self.since >= DELAY, || Choice::OpenFile {
            room: self.room.clone(),
            of: self.of,
        })
    }
}
