//! How a file stands that is on its way or was saved: plain data, which the timeline shows and [`crate::lang`] words.

use shared::Millis;

/// How a file stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// It is read through before it is sent.
    Preparing(Share),
    /// It waits for others, or for a connection.
    Waiting(Share),
    /// It moves.
    Moving(Moving),
    /// The person has stopped it.
    Stopped(Share),
    /// It was cut, and goes on by itself.
    Cut(Share),
    /// It failed; why is told elsewhere.
    Failed,
    /// It was saved here.
    Saved(String),
}

/// How much of a file is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// So many bytes.
    pub done: u64,
    /// Of so many.
    pub bytes: u64,
}

/// How a file moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moving {
    /// Whether it is sent.
    pub is_sent: bool,
    /// How much is done.
    pub share: Share,
    /// How many bytes a second, once that is known.
    pub rate: Option<u64>,
    /// How long the rest takes, once that is known.
    pub left: Option<Millis>,
}

impl Share {
    /// In percent; a hundred only when all of it is done.
    #[must_use]
    pub fn percent(self) -> u64 {
        let share = u128::from(self.done) * 100 / u128::from(self.bytes.max(1));
        u64::try_from(share.min(100)).unwrap_or(100)
    }
}
