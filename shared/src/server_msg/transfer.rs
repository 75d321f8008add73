//! What the server says on a connection that moves a file.

use serde::{Deserialize, Serialize};

use crate::server_number;

/// The transfer is open: raw bytes follow, from the client or from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The first byte that is moved: what is before it is there already.
    #[serde(deserialize_with = "server_number::whole")]
    pub from: u64,
    /// The length of the whole content.
    #[serde(deserialize_with = "server_number::whole")]
    pub bytes: u64,
}

/// A content was received whole, has the hash it was said to have, and is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transferred {
    /// The length of the whole content.
    #[serde(deserialize_with = "server_number::whole")]
    pub bytes: u64,
}
