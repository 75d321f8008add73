//! What the services have to tell, as data.

use shared::FileHash;

use super::file_opener::Opened;
use super::pictures::Loaded;
use crate::event::LocalFailure;
use crate::local_files::FilesFound;
use crate::net::link::Batch;
use crate::transfer::{TransferId, TransferNews};

/// What the services have to tell.
#[derive(Debug)]
pub enum ServiceEvent {
    /// What one read from the connection brought.
    Batch(Batch),
    /// Something did not work that the person should know.
    LocalFailure(LocalFailure),
    /// What was asked about files of this machine.
    FilesFound(u64, FilesFound),
    /// A file was handed to a program that opens it; or not, and why.
    FileOpened(Opened),
    /// A picture was decoded to be shown large, or not.
    LargePicture(FileHash, Loaded),
    /// The configuration file was changed from outside; its text.
    SettingsFile(String),
    /// Something came of a transfer of a file.
    Transfer(TransferId, TransferNews),
}
