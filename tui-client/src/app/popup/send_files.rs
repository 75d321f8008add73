//! The question whether to send files whose paths were dropped or pasted. The draft has the text until it is answered, and keeps it
//! where the answer is no.

use std::path::PathBuf;

use shared::{Millis, RoomName};

use super::context::Context;
use super::outcome::{Choice, Outcome};
use super::yes_no::{DELAY, answer};
use crate::event::Key;

/// The question.
#[derive(Clone, Debug)]
pub struct SendFiles {
    /// Where to.
    pub room: RoomName,
    /// The files and their lengths.
    pub files: Vec<(PathBuf, u64)>,
    /// The longest the server takes, where that is known.
    pub limit: Option<u64>,
    since: Millis,
}

impl SendFiles {
    /// The most files of one question.
    pub const MOST: usize = 50;

    /// Asks now.
    #[must_use]
    pub fn new(room: RoomName, files: Vec<(PathBuf, u64)>, limit: Option<u64>, now: Millis) -> Self {
        Self { room, files, limit, since: now }
    }

    /// Whether one of them is longer than the server takes, or it takes none.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.limit.is_some_and(|limit| self.files.iter().any(|(_, bytes)| *bytes > limit || limit == 0))
    }

    pub(super) fn on_key(&self, key: Key, ctx: &Context<'_>) -> Outcome {
        answer(key, ctx.now - self.since >= DELAY && !self.is_too_large(), || {
            let paths = self.files.iter().map(|(path, _)| path.clone()).collect();
            Choice::SendFiles { room: self.room.clone(), paths }
        })
    }
}
