//! How the content of a message's file stands: what its line says while it is on its way, and where it was saved. The transfers know
//! it; the timeline is told which of its messages are concerned, as plain data.

use shared::{FileName, Nonce, Seq};

use crate::file_state::FileState;

/// How the file of one message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMark {
    /// Which message.
    pub of: MarkOf,
    /// What the file is called, and how long it is as far as it is known, where the message does not say it yet.
    pub name: FileName,
    /// See there.
    pub bytes: u64,
    /// How it stands.
    pub state: FileState,
}

/// Which message brings a file that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkOf {
    /// One of the log, whose file is saved.
    Seq(Seq),
    /// One of our own that waits for its file.
    Nonce(Nonce),
}
