//! What comes of walking a picture's structure: the pieces that are sent, or why that cannot be said.

use std::io;

use thiserror::Error;

use crate::pictures::pieces::Pieces;

/// What is sent of a picture.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stripped {
    /// The content without metadata.
    pub pieces: Pieces,
    /// How often a decoder goes over all of it, where the kind of picture lets a small file demand that (JPEG's scans).
    pub scans: u32,
}

/// Why it cannot be said what is sent of a picture.
#[derive(Debug, Error)]
pub enum Trouble {
    /// It could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Its structure is not that of a picture of its kind.
    #[error("{0}")]
    Malformed(&'static str),
}

/// Refuses pieces that are too many; asked as they are made, so that their number is bounded.
pub(super) fn few(pieces: &Pieces) -> Result<(), Trouble> {
    if pieces.are_too_many() {
        return Err(Trouble::Malformed("metadata stand in too many places"));
    }
    Ok(())
}
