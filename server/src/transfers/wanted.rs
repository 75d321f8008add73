//! A content, as one node wants it from another.

use serde::{Deserialize, Serialize};
use shared::FileHash;

/// A content that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Its hash.
    pub sha256: FileHash,
    /// Its length.
    pub bytes: u64,
}
