//! Hashes a part behind what is written to it, from the file: so receiving and hashing run on two processors, and what a killed server
//! has left is hashed in the same way.

use std::fs::File;
use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::FileExt as _;

use shared::FileHasher;

use super::pool::{PIECE, give_way, with_scratch};

/// How much is hashed at once, before others have their turn.
pub(super) const HASHED_AT_ONCE: u64 = 4 << 20;

/// A hash as far as it was computed.
#[derive(Debug)]
pub(super) struct Hashed {
    pub(super) hasher: FileHasher,
    /// How far that is.
    pub(super) to: u64,
}

/// Hashes what is in a file between two places.
pub(super) fn hash_more(file: &File, mut hasher: FileHasher, from: u64, to: u64) -> Result<Hashed> {
    with_scratch(|scratch| {
        let mut at = from;
        while at < to {
            let want = usize::try_from(to - at).map_or(PIECE, |left| left.min(PIECE));
            match file.read_at(scratch.get_mut(..want).unwrap_or_default(), at) {
                Ok(0) => return Err(Error::from(ErrorKind::UnexpectedEof)),
                Ok(read) => {
                    hasher.update(scratch.get(..read).unwrap_or_default());
                    at += read as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            give_way();
        }
        Ok(Hashed { hasher, to })
    })
}
