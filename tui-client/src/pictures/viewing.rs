//! What is asked for to show a picture large, and what came of it: plain data between the app and the services.

use std::path::PathBuf;

use shared::FileHash;

use super::decode::NotShown;

/// A picture that is to be shown large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureWanted {
    /// The hash of its file.
    pub sha256: FileHash,
    /// The length of its file.
    pub bytes: u64,
    /// The directory in which its file is kept, where it was fetched before.
    pub dir: Option<PathBuf>,
    /// Its file, where it is known to be.
    pub path: Option<PathBuf>,
    /// How many columns and rows there are for it.
    pub cells: (u16, u16),
}

/// Why it is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureProblem {
    /// Its file is not here.
    Missing,
    /// It is here, and is not shown.
    NotShown(NotShown),
}
