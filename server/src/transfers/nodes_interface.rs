//! The interface between those who keep contents and the other nodes of a cluster: [`OtherNodes`] is what they can be asked, [`OwnContents`] what
//! they may ask. Only the interface: `service/files_over_nats.rs` implements it, and `pull_from_node` uses it.

use std::any::Any;
use std::fmt::Debug;
use std::fs::File;
use std::io::{Error, Result};
use std::pin::Pin;
use std::sync::Arc;

use shared::{FileHash, FileProof, Uid};

use super::wanted::Wanted;

/// Why a content did not come from another node. What came of it stays in the file, to go on from.
#[derive(Debug, thiserror::Error)]
pub enum NotFetched {
    /// No node that can be reached has it.
    #[error("no node that can be reached has it")]
    Nobody,
    /// It cannot be written here.
    #[error("it cannot be written: {0}")]
    Disk(Error),
    /// Those who have it could not give it.
    #[error("{0}")]
    Given(String),
}

/// An answer that takes a while.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Told how many bytes there are.
pub type OnProgress = Box<dyn FnMut(u64) + Send>;

/// The other nodes.
pub trait OtherNodes: Send + Sync + Debug {
    /// How many run beside this one, as far as is known.
    fn running(&self) -> usize;

    /// Answers what they ask of this node, until what is returned is dropped. On the calling task's runtime.
    fn serve(&self, own: Arc<dyn OwnContents>) -> Box<dyn Any + Send>;

    /// Fetches a content into a file, and goes on with what the file has of it.
    fn fetch(
        &self,
        wanted: Wanted,
        into: File,
        progress: OnProgress,
    ) -> Answer<'_, std::result::Result<FileProof, NotFetched>>;

    /// Asks all of them to keep a content of this identity as well. Resolves as soon as one has it on its disk; false when none of
    /// them will. May take for ever.
    fn keep_too(&self, wanted: Wanted, uid: Uid) -> Answer<'_, bool>;
}

/// What this node has, for the others.
pub trait OwnContents: Send + Sync + Debug {
    /// Whether a content is here, whole and on disk.
    fn has(&self, sha256: FileHash) -> bool;

    /// Opens a content.
    ///
    /// # Errors
    /// When it is not here, or cannot be read.
    fn open(&self, sha256: FileHash) -> Result<File>;

    /// Fetches a content that a message of this identity is to bring on another node, or here, unless it is here. Whether it is on
    /// disk. On the runtime of [`OtherNodes::serve`].
    fn keep(&self, wanted: Wanted, uid: Uid) -> Answer<'_, bool>;
}
