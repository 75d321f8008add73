//! The fields of the requests that move files: asking for a transfer, and the greeting of its own connection.

use serde::{Deserialize, Serialize};

use super::given::given;
use crate::file_hash::{FileHash, FileProof};
use crate::id::Seq;
use crate::room_name::RoomName;
use crate::transfer_token::TransferToken;

/// A content is to be sent, so that a message can bring it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Upload {
    /// The SHA-256 of the content.
    pub sha256: FileHash,
    /// Its length.
    pub bytes: u64,
    /// The proof that one has it: then it need not be sent where the server has it already.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub proof: Option<FileProof>,
}

/// The file of a message is to be fetched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Download {
    /// The room.
    pub room: RoomName,
    /// Which message.
    pub of: Seq,
}

/// The first line of a connection that moves one content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    /// What opens it.
    pub token: TransferToken,
    /// Of a download: the first byte wanted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub from: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
