//! The file of a message that is not known to be stored, and a file that is being saved: what is kept of both from one start to
//! the next, so that a transfer goes on where it was.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shared::{Attachment, FileName, FileProof, RoomName, Seq};

/// The file that a message brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileSource {
    /// Where it is on this machine; since it was found, whatever the working directory is.
    #[serde(with = "super::path")]
    pub path: PathBuf,
    /// What it is sent as, where that is not what it is called here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<FileName>,
    /// Whether it was made only to be sent, and is removed afterwards.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spooled: bool,
    /// Whether the person has stopped it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// What is in it, once it was read through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Box<FileContent>>,
}

/// What is in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileContent {
    /// What a message says of it.
    pub file: Attachment,
    /// Proves to the server that we have it.
    pub proof: FileProof,
    /// How the file was when it was read.
    pub stamp: Stamp,
}

/// What changes with the content of a file on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Its length there: what is sent of a picture may be less.
    pub bytes: u64,
    /// When it was written last: seconds since 1970 and nanoseconds.
    pub modified: (i64, u32),
}

impl FileSource {
    /// A file by its path.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path, name: None, spooled: false, stopped: false, content: None }
    }
}

/// A file that is being saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unsaved {
    /// The room of its message.
    pub room: RoomName,
    /// The message.
    pub of: Seq,
    /// What the message says of it.
    pub file: Attachment,
    /// Where it goes.
    #[serde(default)]
    pub place: SavePlace,
    /// Whether the person has stopped it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
}

/// Where a file is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavePlace {
    /// This directory; without one, that for downloads.
    #[serde(default, with = "super::path::optional", skip_serializing_if = "Option::is_none")]
    pub dir: Option<PathBuf>,
    /// Where it comes from, to mark it as from outside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub origin: String,
}
