//! The state directory: where it is, how it is made, and the lock that lets one server at a time use it.
//!
//! The lock is an advisory `flock` on a file of its own, so that it also covers the moment before the message store is
//! opened, and so that `chinwagd ctl restore` can hold it while it replaces the store. The names of other files in the
//! directory are constants of the modules that write them.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::private_files;

/// The file whose lock says which process uses the directory.
pub const LOCK_FILE: &str = "chinwagd.lock";
/// The Unix socket, unless it is somewhere else.
pub const SOCKET_FILE: &str = "chinwagd.sock";

/// Finds the state directory: the one given, the one systemd gives, or the one of the XDG base directories.
///
/// # Errors
/// When none is given and neither `$STATE_DIRECTORY`, `$XDG_STATE_HOME` nor `$HOME` is an absolute path.
pub fn locate(given: Option<&PathBuf>) -> Result<PathBuf> {
    if let Some(dir) = given {
        return Ok(dir.clone());
    }
    let from_env = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(dir) = from_env("STATE_DIRECTORY") {
        return Ok(dir);
    }
    let home = || from_env("HOME").map(|home| home.join(".local/state"));
    let base = from_env("XDG_STATE_HOME").or_else(home);
    base.map(|base| base.join("chinwagd"))
        .context("no state directory: give one with --state-dir, or set HOME")
}

/// Makes the directory, for its owner only, if it is not there.
pub fn make(dir: &Path) -> Result<()> {
    private_files::make_dir(dir).with_context(|| {
        format!("cannot make the state directory {}; give another with --state-dir", dir.display())
    })
}

/// Whether the directory could be made, as far as that is seen without trying.
pub fn may_be_made(dir: &Path) -> Result<()> {
    if dir.ancestors().find(|above| above.exists()).is_some_and(|above| !above.is_dir()) {
        bail!("cannot make the state directory {}; give another with --state-dir", dir.display());
    }
    Ok(())
}

/// Locks the directory for this process, for as long as the file stays open.
///
/// # Errors
/// When another process holds the lock, or the file cannot be written.
pub fn lock(dir: &Path) -> Result<File> {
    let path = dir.join(LOCK_FILE);
    let file = private_files::open_file(&path).with_context(|| {
        format!(
            "cannot write to the state directory {}; check its owner, or give another with --state-dir",
            dir.display()
        )
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "a server runs on {} already; join it with chinwag, or stop it (chinwagd takes another directory with --state-dir)",
                dir.display()
            )
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}
