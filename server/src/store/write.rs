//! What a commit keeps: events and records, in the order they happened.

use shared::{FileHash, Nonce, RoomName, Uid};

use super::replica::Progress;
use crate::chat::effect::Record;
use crate::encoded::Encoded;

/// Something to keep, in the order it happened.
#[derive(Clone, Debug)]
pub enum Write {
    /// An event.
    Event(Stored),
    /// A row beside the events.
    Record(Record),
    /// How far the order was followed, with this.
    Progress(Progress),
    /// The state of the chat at a place that was kept, as JSON.
    Snapshot(String),
    /// This node must not go on, and why.
    Diverged(String),
    /// Nothing that matters: whether the store takes anything is found out by giving it something.
    Probe,
}

/// An event as it is stored: what it is found by, and its wire form.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its room.
    pub room: RoomName,
    /// When it happened.
    pub at: shared::Millis,
    /// Who did it.
    pub uid: Uid,
    /// Its nonce.
    pub nonce: Option<Nonce>,
    /// The content it brings, and its length.
    pub file: Option<(FileHash, u64)>,
    /// Its place and its wire form.
    pub encoded: Encoded,
}
