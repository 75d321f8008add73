//! The files beside the store: their names, how a store is moved aside, and how much room the disk has left for more.

use std::path::{Path, PathBuf};

/// The path with something appended to its last name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// What is free on the disk of a directory for the server's user, in bytes; none if the system does not say.
pub(crate) fn free_bytes(dir: &Path) -> Option<u64> {
    rustix::fs::statvfs(dir).ok().map(|fs| fs.f_bavail.saturating_mul(fs.f_frsize))
}

/// The first free name beside the file with this word in it.
pub(super) fn free_name(path: &Path, why: &str) -> std::io::Result<PathBuf> {
    let mut names = (1..1000).map(|n| with_suffix(path, &format!(".{why}-{n}")));
    names.find(|name| !name.exists()).ok_or_else(|| std::io::ErrorKind::AlreadyExists.into())
}

/// Renames the file, and what belongs to it, to the first free name with this word in it.
pub(crate) fn move_aside(path: &Path, why: &str) -> std::io::Result<PathBuf> {
    let aside = free_name(path, why)?;
    for part in ["-wal", "-shm"] {
        let from = with_suffix(path, part);
        if from.exists() {
            std::fs::rename(from, with_suffix(&aside, part))?;
        }
    }
    std::fs::rename(path, &aside)?;
    Ok(aside)
}
