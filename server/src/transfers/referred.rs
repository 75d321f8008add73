//! What transfers ask the store: which contents a message brings.

use std::collections::HashSet;

use shared::FileHash;

use super::wanted::Wanted;

/// Says which contents a stored event refers to. Asked on the transfers' thread for disk work, where it may take its time.
pub trait Referred: Send + std::fmt::Debug {
    /// Every content that an event refers to.
    ///
    /// # Errors
    /// When the store cannot be read; nothing is removed then.
    fn all(&mut self) -> anyhow::Result<HashSet<FileHash>>;

    /// Whether an event refers to this content.
    ///
    /// # Errors
    /// When the store cannot be read; it is not removed then.
    fn is_referred(&mut self, sha256: FileHash) -> anyhow::Result<bool>;
}

/// An event that brings a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bringing {
    /// The event.
    pub seq: i64,
    /// The content.
    pub wanted: Wanted,
}

/// Says which contents stored events bring, in their order. Asked as [`Referred`] is.
pub trait Brings: Send + std::fmt::Debug {
    /// The first so many behind an event.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn after(&mut self, seq: i64, most: usize) -> anyhow::Result<Vec<Bringing>>;

    /// Whether an event still brings this content.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn is_brought(&mut self, sha256: FileHash) -> anyhow::Result<bool>;
}
