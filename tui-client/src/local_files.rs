//! What the app asks about files on this machine before one is sent, and what it hears: plain data. `services/local_files.rs` looks.

use std::path::PathBuf;

/// A question about files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilesAsked {
    /// Of several ways to read the same text as paths, the first by which all of them are there; without one, nothing.
    Look(Vec<Vec<PathBuf>>),
    /// What is in a directory whose name begins so.
    List {
        /// The directory as it was typed: it may begin with `~/`, and be empty for the one we are in.
        dir: String,
        /// How the name begins.
        prefix: String,
    },
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilesFound {
    /// These, all of them there, in the order of the paths.
    Looked(Vec<LocalFile>),
    /// Names as they are on the disk, sorted; a directory's ends with a slash.
    Listed(Vec<String>),
}

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFile {
    /// Where.
    pub path: PathBuf,
    /// What it is.
    pub kind: LocalKind,
}

/// What is found at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// A regular file of so many bytes.
    File(u64),
    /// A directory.
    Folder,
    /// A pipe, a device, a socket.
    Special,
}
