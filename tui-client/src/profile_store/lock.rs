//! The lock on a file of the profile, held by a running client. It goes with the process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// A lock that is held. It is given back when this is dropped, also where a program that was just started by this one still has the
/// file open, until it runs.
#[derive(Debug)]
pub(super) struct Held(File);

impl Drop for Held {
    fn drop(&mut self) {
        // Where that fails, closing the file does it.
        self.0.unlock().ok();
    }
}

/// What became of an attempt to lock a slot.
pub(super) enum Lock {
    /// It is ours.
    Ours(Held),
    /// Another client has it.
    Theirs,
    /// Nothing can be written here, and why. What is here can be read all the same.
    Impossible(Option<Held>, String),
}

pub(super) fn try_lock(path: &Path) -> io::Result<Lock> {
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    let (file, why) = match opened {
        Ok(file) => (file, None),
        Err(error) if is_unwritable(&error) => match File::open(path) {
            Ok(file) => (file, Some(error.to_string())),
            Err(_) => return Ok(Lock::Impossible(None, error.to_string())),
        },
        Err(error) => return Err(error),
    };
    match (file.try_lock(), why) {
        (Ok(()), None) => Ok(Lock::Ours(Held(file))),
        (Ok(()), Some(why)) => Ok(Lock::Impossible(Some(Held(file)), why)),
        (Err(TryLockError::WouldBlock), _) => Ok(Lock::Theirs),
        (Err(TryLockError::Error(error)), _) => Err(error),
    }
}

/// Whether a file system takes nothing more, or nothing of ours.
fn is_unwritable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::PermissionDenied
    )
}
