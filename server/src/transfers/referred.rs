//! What transfers ask the store: which contents a message brings.

use std::collections::HashSet;

use shared::FileHash;

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
