//! What a token opens: one transfer of one content, in one direction.

use std::time::Duration;

use shared::{FileHash, Millis, Uid};

/// The direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From a client to the server.
    Up,
    /// From the server to a client.
    Down,
}

/// One transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) uid: Uid,
    pub(super) sha256: FileHash,
    /// The length of the whole content.
    pub(super) bytes: u64,
    pub(super) way: Way,
}

impl Job {
    /// Whether it sends the same content for the same identity.
    pub(super) fn is_upload_of(&self, uid: Uid, sha256: FileHash) -> bool {
        self.way == Way::Up && self.uid == uid && self.sha256 == sha256
    }
}

/// Why a transfer ends before it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The same identity asked to send the same content again.
    Replaced,
    /// The identity was kicked or banned.
    Removed,
    /// The server ends.
    ShuttingDown,
}

/// What a content takes of the disk at least, whatever its length: the limits count that much.
pub(super) const LEAST_ROOM: u64 = 4096;

/// What so many bytes take of the disk.
pub(super) fn room_of(bytes: u64) -> u64 {
    bytes.max(LEAST_ROOM)
}

/// Whether so much time has passed since then.
pub(super) fn is_past(since: Millis, time: Duration, now: Millis) -> bool {
    now.checked_sub(since).and_then(|age| u128::try_from(age).ok()).is_some_and(|age| age >= time.as_millis())
}
