//! The counters of transfers, which the status and the metrics read.

use serde::{Deserialize, Serialize};

use crate::stats::Count;

/// What is kept and what was moved.
#[derive(Debug, Default)]
pub struct TransferStats {
    /// Contents that are kept (gauge).
    pub contents: Count,
    /// Their bytes (gauge).
    pub bytes: Count,
    /// The bytes of uploads that were cut and may go on (gauge).
    pub part_bytes: Count,
    /// Transfers that run (gauge).
    pub running: Count,
    /// Contents that were received whole.
    pub uploads: Count,
    /// Contents that were sent to their end.
    pub downloads: Count,
    /// Bytes of contents that were received.
    pub received: Count,
    /// Bytes of contents that were sent.
    pub sent: Count,
    /// Transfers, and questions for one, that were refused.
    pub refused: Count,
    /// Of a node: contents that messages bring and that are not here yet (gauge).
    pub missing: Count,
    /// For how many seconds the first of them has been (gauge).
    pub missing_for_s: Count,
    /// Contents that came from other nodes.
    pub pulled: Count,
    /// Bytes that came from other nodes.
    pub pulled_bytes: Count,
    /// Times a content did not come though another node has it, or could not be kept.
    pub pulls_failed: Count,
    /// Messages with a file that were let through though no other node had the content.
    pub uncopied: Count,
}

/// Which contents of files a node lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeFilesReport {
    /// Those that messages bring and that are not on this node yet.
    pub missing: u64,
    /// For how many seconds the first of them has been.
    pub missing_for_s: u64,
    /// Messages over this node, since its start, whose content no other node had when they were acknowledged.
    pub uncopied: u64,
}

impl TransferStats {
    /// Which contents a node of a cluster lacks.
    #[must_use]
    pub fn of_node(&self) -> NodeFilesReport {
        NodeFilesReport {
            missing: self.missing.get(),
            missing_for_s: self.missing_for_s.get(),
            uncopied: self.uncopied.get(),
        }
    }
}
