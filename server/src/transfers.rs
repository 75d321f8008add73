//! Files on the server: everything that moves and keeps the bytes of contents. [`Transfers`] is the handle that the rest of the server
//! has; what touches the disk runs on a thread of its own (`transfers`), so that the hub, the writer thread and the outboxes never see
//! a byte of a file.

pub mod limits;
pub mod referred;
pub mod stats;

use std::sync::{Arc, Mutex, PoisonError};

use shared::client_msg::Upload;
use shared::file::Attachment;
use shared::{Code, FileHash, Refusal, TransferToken, Uid};

use self::limits::TransferLimits;
use self::stats::TransferStats;

/// The handle; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Transfers(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    limits: Mutex<TransferLimits>,
    stats: TransferStats,
}

impl Transfers {
    /// Of a server that takes no files.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Asks to send a content: no token where nothing need be sent, because the content is here and this identity has sent it
    /// or proved that it has it.
    ///
    /// # Errors
    /// Where it is not taken, with what to do.
    pub async fn upload(&self, _uid: Uid, _upload: &Upload) -> Result<Option<TransferToken>, Refusal> {
        Err(no_files())
    }

    /// A token to fetch a content that the asker may read.
    ///
    /// # Errors
    /// Where the content is gone, or too much is moved at once.
    pub async fn download(&self, _uid: Uid, _file: &Attachment) -> Result<TransferToken, Refusal> {
        Err(no_files())
    }

    /// The length of a content that this identity sent or proved within the last day and that is on disk. Keeps it from being
    /// removed for as long as its message takes to be stored.
    #[must_use]
    pub fn held(&self, _uid: Uid, _sha256: FileHash) -> Option<u64> {
        None
    }

    /// These contents may have lost their last message, which is stored already: asks the store, and removes those that nobody refers
    /// to.
    pub fn released(&self, _hashes: Vec<FileHash>) {}

    /// The last connection of this identity is gone: its tokens open nothing any more.
    pub fn gone(&self, _uid: Uid) {}

    /// This identity was kicked or banned: its tokens open nothing any more, and its transfers end.
    pub fn end(&self, _uid: Uid) {}

    /// Changes the limits from now on.
    pub fn set_limits(&self, limits: TransferLimits) {
        *self.0.limits.lock().unwrap_or_else(PoisonError::into_inner) = limits;
    }

    /// The counters.
    #[must_use]
    pub fn stats(&self) -> &TransferStats {
        &self.0.stats
    }
}

fn no_files() -> Refusal {
    Refusal::new(Code::Forbidden, "this server takes no files")
}
