//! The contents of files in a backup: taken before the copy of the store and after it, since what is deleted meanwhile is gone then, and
//! what is sent meanwhile is not there before. A content never changes, so where the disk is the same it is a hard link; where it is
//! not, one to the backup before, in which it was copied. The folder is made under another name and renamed when it is whole.

use std::collections::HashSet;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use shared::FileHash;

use crate::ctl::contents::{Present, folder_beside, wanted};
use crate::ctl::partial_file::partial_name;
use crate::private_files::make_dir;
use crate::store::brought::Brought;
use crate::transfers::folder::Folder;

/// The contents of one backup, while it is made. Dropped before it is kept, it leaves nothing.
#[derive(Debug)]
pub(super) struct ContentsCopy {
    partial: PathBuf,
    /// The state directory's.
    source: Folder,
    /// Those of backups before, the newest first.
    earlier: Vec<Folder>,
    taken: HashSet<FileHash>,
}

/// What a backup has of files.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) files: usize,
    pub(super) bytes: u64,
    /// Those that are not where they should be.
    pub(super) missing: usize,
}

impl ContentsCopy {
    /// For a backup that will be `file`.
    pub(super) fn beside(file: &Path, state_dir: &Path, earlier: &[PathBuf]) -> Result<Self> {
        let earlier = earlier.iter().rev().map(|earlier| Folder::at(&folder_beside(earlier)));
        Ok(Self {
            partial: partial_name(&folder_beside(file))?,
            source: Folder::of(state_dir),
            earlier: earlier.collect(),
            taken: HashSet::new(),
        })
    }

    /// Where they are until they are kept.
    pub(super) fn folder(&self) -> Folder {
        Folder::at(&self.partial)
    }

    /// Takes what the messages of a store bring and was not taken yet.
    pub(super) fn take(&mut self, store: &Path) -> Result<()> {
        let present = Present::in_folder(&self.source)?;
        for wanted in wanted(store)? {
            if !self.taken.contains(&wanted.sha256) && self.take_one(wanted, &present)? {
                self.taken.insert(wanted.sha256);
            }
        }
        Ok(())
    }

    /// Takes a content; false where it is not there.
    fn take_one(&self, wanted: Brought, present: &Present) -> Result<bool> {
        let Some((from, proof)) = present.find(wanted) else { return Ok(false) };
        let to = self.folder().content(wanted.sha256, proof);
        let dir = to.parent().unwrap_or(&self.partial);
        make_dir(dir).with_context(|| format!("cannot write {}", dir.display()))?;
        let earlier = self.earlier.iter().map(|earlier| earlier.content(wanted.sha256, proof));
        let same = |path: &PathBuf| std::fs::metadata(path).is_ok_and(|meta| meta.len() == wanted.bytes);
        if std::iter::once(from.to_owned())
            .chain(earlier.filter(same))
            .any(|from| std::fs::hard_link(from, &to).is_ok())
        {
            return Ok(true);
        }
        let copy = || {
            std::fs::copy(from, &to)?;
            File::open(&to)?.sync_all()
        };
        match copy() {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).with_context(|| format!("cannot copy {}", from.display())),
        }
    }

    /// Takes what is missing for the copy of the store, and lets go of what it does not refer to.
    pub(super) fn finish(&mut self, copy: &Path) -> Result<Counts> {
        self.take(copy)?;
        let wanted = wanted(copy)?;
        let is_wanted: HashSet<FileHash> = wanted.iter().map(|wanted| wanted.sha256).collect();
        let folder = self.folder();
        for found in folder.all_contents()? {
            let (sha256, proof) = found.key;
            if !is_wanted.contains(&sha256) {
                std::fs::remove_file(folder.content(sha256, proof))?;
                self.taken.remove(&sha256);
            }
        }
        let taken = wanted.iter().filter(|wanted| self.taken.contains(&wanted.sha256));
        let (files, bytes) = taken.fold((0, 0), |(files, bytes), one| (files + 1, bytes + one.bytes));
        Ok(Counts { files, bytes, missing: wanted.len() - files })
    }

    /// Gives the folder its name beside `file`, in the place of one that is there. Without a content there is none.
    pub(super) fn keep_as(self, file: &Path) -> Result<()> {
        let to = folder_beside(file);
        let keep = || -> std::io::Result<()> {
            remove_folder(&to)?;
            if self.taken.is_empty() {
                return Ok(());
            }
            sync_tree(&self.partial)?;
            std::fs::rename(&self.partial, &to)
        };
        keep().with_context(|| format!("cannot write {}", to.display()))
    }
}

impl Drop for ContentsCopy {
    fn drop(&mut self) {
        // Mostly it was renamed, or never made.
        std::fs::remove_dir_all(&self.partial).ok();
    }
}

/// Removes a folder of contents, if it is there.
pub(super) fn remove_folder(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The names in a folder are durable when it is synced.
fn sync_tree(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}
