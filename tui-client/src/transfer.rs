//! What app and services say to each other about the content of a file on its way: what is to be done ([`TransferAct`]) and what
//! came of it ([`TransferNews`]). Plain data below both; the app decides, `services/transfers` reads, writes and connects.

use std::path::PathBuf;

use shared::{Attachment, Code, Refusal, TransferToken};

use crate::pictures::content::PictureMetadata;
use crate::profile::{FileContent, FileSource, SavePlace};

/// The number of a transfer, in one run of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(pub u64);

/// What is to be done for a transfer.
#[derive(Clone, Debug, PartialEq)]
pub enum TransferAct {
    /// Look for a file, read it through and say what is in it; then wait for [`TransferAct::Go`]. What is known of it from before
    /// counts while its size and time are the same.
    Send {
        /// Where it is.
        source: Box<FileSource>,
        /// The longest content the server takes.
        limit: u64,
        /// What becomes of what a picture carries beside itself.
        metadata: PictureMetadata,
    },
    /// Look for what is there of a file that is being saved; then wait for [`TransferAct::Go`].
    Save {
        /// What is fetched.
        file: Box<Attachment>,
        /// Where it goes.
        place: SavePlace,
    },
    /// Connect with this token, and move bytes. After [`TransferNews::Cut`] the same again, with another token.
    Go(TransferToken),
    /// Stop; what was received stays where it is.
    Stop,
    /// Stop, and remove what was received of this, or what was made to be sent.
    Discard(Discard),
}

/// What goes with a transfer that is not wanted any more.
#[derive(Clone, Debug, PartialEq)]
pub enum Discard {
    /// A file that was made to be sent.
    Spooled(PathBuf),
    /// What is there of a file that is being saved.
    Part {
        /// What was being fetched.
        file: Box<Attachment>,
        /// Where it was to go.
        place: SavePlace,
    },
}

/// What came of a transfer.
#[derive(Clone, Debug, PartialEq)]
pub enum TransferNews {
    /// There is such a file, and it can be read.
    Found {
        /// Where it is, whatever directory this process is in.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// It was read through: this is in it.
    Prepared(Box<FileContent>),
    /// There are so many bytes of what is to be saved already.
    Ready {
        /// So many.
        from: u64,
        /// The directory it goes to, whatever directory this process is in.
        dir: PathBuf,
    },
    /// So many bytes are read, sent or written, in all.
    Progress {
        /// So many.
        done: u64,
    },
    /// The server has the content.
    Sent,
    /// The file is saved.
    Saved(PathBuf),
    /// The connection did not come about, or ended too soon; why, in English.
    Cut(String),
    /// The server does not want it.
    Refused(Refusal),
    /// The file has another size or time than when it was read through, or its content another hash.
    Changed,
    /// It cannot be done.
    Failed(FileProblem),
}

/// Why a file cannot be read or written here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// Which file or directory.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: FileTrouble,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileTrouble {
    /// There is none.
    Missing,
    /// It is a directory.
    Folder,
    /// It is no regular file: a pipe, a device, a socket.
    Special,
    /// We may not read it, or not write there.
    Denied,
    /// It is longer than the server takes.
    TooLarge {
        /// How long it is; unknown of what standard input has.
        bytes: Option<u64>,
        /// How long it may be.
        limit: u64,
    },
    /// There is no room for it.
    Full,
    /// It is a picture that is damaged, so that what the camera noted in it cannot be left out.
    DamagedPicture,
    /// It goes on changing while it is read.
    Changing,
    /// What was received has another hash than the message says, again.
    WrongContent,
    /// There is no directory to save to.
    NoPlace,
    /// Anything else; what the system said.
    System(String),
}

/// Why a transfer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferFailure {
    /// The file cannot be read or written here.
    File(FileProblem),
    /// The server refused it.
    Refused(Code),
    /// It would be more than one may send in a day; so long to wait, in milliseconds.
    DailyLimit {
        /// So long.
        wait: u64,
    },
}

impl TransferFailure {
    /// The error code that says the same of a message.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(code) => *code,
            Self::DailyLimit { .. } | Self::File(FileProblem { why: FileTrouble::TooLarge { .. }, .. }) => {
                Code::FileTooLarge
            }
            Self::File(FileProblem { why: FileTrouble::WrongContent, .. }) => Code::HashMismatch,
            Self::File(_) => Code::NoSuchFile,
        }
    }
}
