//! What is written under another name first, beside the file it will be, so that there is never half of it under its own.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};

/// How many partial files this process has made: each has a name of its own.
static PARTIAL_FILES: AtomicU32 = AtomicU32::new(0);

/// Another name beside a file or folder, which is hidden and nobody else's.
pub(super) fn partial_name(file: &Path) -> Result<PathBuf> {
    let name = file.file_name().with_context(|| format!("{} is no name for a file", file.display()))?;
    let mut partial = OsString::from(".");
    partial.push(name);
    let count = PARTIAL_FILES.fetch_add(1, Ordering::Relaxed);
    partial.push(format!(".partial-{}-{count}", std::process::id()));
    Ok(file.with_file_name(partial))
}

/// A temporary file beside the one it will be renamed to; removed when dropped before that.
#[derive(Debug)]
pub(super) struct PartialFile(Option<PathBuf>);

impl PartialFile {
    /// An empty file, for its owner only.
    pub(super) fn beside(file: &Path) -> Result<Self> {
        let path = partial_name(file)?;
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        made.with_context(|| format!("cannot write beside {}", file.display()))?;
        Ok(Self(Some(path)))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    /// Syncs it and renames it to `file`; returns its size in bytes.
    pub(super) fn keep_as(mut self, file: &Path) -> Result<u64> {
        let keep = || -> std::io::Result<u64> {
            let partial = File::open(self.path())?;
            partial.sync_all()?;
            std::fs::rename(self.path(), file)?;
            // The rename is durable when the directory is synced.
            let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(dir)?.sync_all()?;
            Ok(partial.metadata()?.len())
        };
        let bytes = keep().with_context(|| format!("cannot write {}", file.display()))?;
        self.0 = None;
        Ok(bytes)
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        let Some(path) = &self.0 else { return };
        for part in ["", "-journal", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(part);
            // Most of them were never made.
            std::fs::remove_file(name).ok();
        }
    }
}
