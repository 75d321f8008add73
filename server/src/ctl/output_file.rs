//! Where a verb may write: an operator's slip must not destroy the store of a running server, whatever the file is called
//! and whichever link leads to it.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::store::schema::FILE;

/// Refuses a file that is in the state directory already, or that the store would take for its own.
pub(super) fn keep_out_of(state_dir: &Path, file: &Path) -> Result<()> {
    let dir = fs::canonicalize(state_dir).unwrap_or_else(|_| state_dir.to_owned());
    let is_there = file.symlink_metadata().is_ok();
    let inside = place_of(file).is_some_and(|place| place.starts_with(&dir));
    // What a symbolic link leads to counts, too.
    let leads_inside = fs::canonicalize(file).is_ok_and(|target| target.starts_with(&dir));
    let of_store = file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(FILE.as_bytes()));
    if (inside && (is_there || of_store)) || leads_inside || is_part_of_store(&dir, file) {
        bail!(
            "{} belongs to the server's state directory, where nothing is replaced; give a file elsewhere",
            file.display()
        );
    }
    Ok(())
}

/// Refuses to replace anything but a regular file: neither a device, a pipe nor a directory, nor what a symbolic link
/// leads to.
pub(super) fn only_regular(file: &Path) -> Result<()> {
    match file.symlink_metadata() {
        Ok(meta) if !meta.is_file() => {
            bail!("{} is no regular file and is not replaced; give another name", file.display())
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The directory the file is in, without links.
fn place_of(file: &Path) -> Option<PathBuf> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()
}

/// Whether it is the store under another name, by a hard link.
fn is_part_of_store(dir: &Path, file: &Path) -> bool {
    let identity = |meta: Metadata| (meta.dev(), meta.ino());
    let Ok(this) = fs::metadata(file).map(identity) else { return false };
    ["", "-wal", "-shm"]
        .iter()
        .any(|part| fs::metadata(dir.join(format!("{FILE}{part}"))).is_ok_and(|meta| identity(meta) == this))
}
