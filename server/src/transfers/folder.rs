//! The files of contents, in the state directory: `files/content/ab/<hash>-<proof>` for each content that is whole, and
//! `files/part/<uid>-<hash>` for each that was sent in part, `files/pull/<hash>` for each that is fetched from another node. The names say everything, so nothing is stored beside them, and a copy of
//! the folder is a backup. A content gets its name when all of it is on disk, and never changes.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Result};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use shared::{FileHash, FileProof, Millis, Uid};

use super::allowance::Room;
use crate::private_files::{DIR_MODE, FILE_MODE, make_dir};

/// The folder in the state directory.
pub const FILES_DIR: &str = "files";

/// The folder of contents and parts.
#[derive(Clone, Debug)]
pub struct Folder {
    contents: PathBuf,
    parts: PathBuf,
    pulls: PathBuf,
}

/// A file of the folder, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<K> {
    /// What the name says.
    pub key: K,
    /// Its length.
    pub bytes: u64,
    /// When it was last written.
    pub written: Millis,
}

impl Folder {
    /// Of this state directory; makes nothing.
    #[must_use]
    pub fn of(state_dir: &Path) -> Self {
        Self::at(&state_dir.join(FILES_DIR))
    }

    /// This folder, which may be one of a backup; makes nothing.
    #[must_use]
    pub fn at(files: &Path) -> Self {
        Self { contents: files.join("content"), parts: files.join("part"), pulls: files.join("pull") }
    }

    /// Makes what is missing.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn make(&self) -> Result<()> {
        make_dir(&self.contents)?;
        make_dir(&self.parts)
    }

    /// Where a content is.
    #[must_use]
    pub fn content(&self, sha256: FileHash, proof: FileProof) -> PathBuf {
        let hash = sha256.to_string();
        let drawer = self.contents.join(hash.get(..2).unwrap_or_default());
        drawer.join(format!("{hash}-{}", String::from(proof)))
    }

    /// Where the part of a content is that this identity sends.
    #[must_use]
    pub fn part(&self, uid: Uid, sha256: FileHash) -> PathBuf {
        self.parts.join(format!("{uid}-{sha256}"))
    }

    /// Every content. What has another name is passed over.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn all_contents(&self) -> Result<Vec<Found<(FileHash, FileProof)>>> {
        let mut found = Vec::new();
        for drawer in entries(&self.contents)? {
            let drawer = drawer?;
            if drawer.file_type()?.is_dir() {
                read_into(&mut found, &drawer.path(), content_key)?;
            }
        }
        Ok(found)
    }

    /// Every part.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn all_parts(&self) -> Result<Vec<Found<(Uid, FileHash)>>> {
        let mut found = Vec::new();
        read_into(&mut found, &self.parts, part_key)?;
        Ok(found)
    }

    /// Opens a part to read and write, and makes it if there is none.
    pub(super) fn open_part(&self, uid: Uid, sha256: FileHash) -> Result<File> {
        let path = self.part(uid, sha256);
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(FILE_MODE).open(path)
    }

    /// Gives a part that is whole and on disk its name as a content, so that it is there after a power loss as well.
    pub(super) fn keep(&self, uid: Uid, sha256: FileHash, proof: FileProof) -> Result<()> {
        self.rename(&self.part(uid, sha256), sha256, proof)
    }

    /// The same of what was pulled.
    pub(super) fn keep_pulled(&self, sha256: FileHash, proof: FileProof) -> Result<()> {
        self.rename(&self.pulled(sha256), sha256, proof)
    }

    fn rename(&self, part: &Path, sha256: FileHash, proof: FileProof) -> Result<()> {
        let content = self.content(sha256, proof);
        let drawer = content.parent().unwrap_or(&self.contents);
        match DirBuilder::new().mode(DIR_MODE).create(drawer) {
            Ok(()) => sync_dir(&self.contents)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        std::fs::rename(part, &content)?;
        sync_dir(drawer)
    }

    fn pulled(&self, sha256: FileHash) -> PathBuf {
        self.pulls.join(sha256.to_string())
    }

    /// How much is there of what is pulled.
    pub(super) fn pulled_bytes(&self, sha256: FileHash) -> u64 {
        std::fs::metadata(self.pulled(sha256)).map_or(0, |meta| meta.len())
    }

    /// Opens what is pulled to read and write, and makes it if there is nothing of it.
    pub(super) fn open_pulled(&self, sha256: FileHash) -> Result<File> {
        make_dir(&self.pulls)?;
        let path = self.pulled(sha256);
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(FILE_MODE).open(path)
    }

    /// Everything that was pulled in part.
    pub(super) fn all_pulled(&self) -> Result<Vec<FileHash>> {
        let mut found = Vec::new();
        read_into(&mut found, &self.pulls, |name| name.parse().ok())?;
        Ok(found.into_iter().map(|found| found.key).collect())
    }

    /// Removes what was pulled of a content, if there is something.
    pub(super) fn remove_pulled(&self, sha256: FileHash) -> Result<()> {
        remove(&self.pulled(sha256))
    }

    /// Removes a part, if there is one.
    pub(super) fn remove_part(&self, uid: Uid, sha256: FileHash) -> Result<()> {
        remove(&self.part(uid, sha256))
    }

    /// Removes a content, if it is there.
    pub(super) fn remove_content(&self, sha256: FileHash, proof: FileProof) -> Result<()> {
        remove(&self.content(sha256, proof))
    }

    /// What the disk has; none if the system does not say.
    pub(super) fn room(&self) -> Option<Room> {
        let disk = rustix::fs::statvfs(&self.parts).ok()?;
        let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
        Some(Room { free: bytes(disk.f_bavail), whole: bytes(disk.f_blocks) })
    }
}

fn content_key(name: &str) -> Option<(FileHash, FileProof)> {
    let (hash, proof) = name.split_once('-')?;
    Some((hash.parse().ok()?, proof.parse().ok()?))
}

fn part_key(name: &str) -> Option<(Uid, FileHash)> {
    let (uid, hash) = name.split_once('-')?;
    Some((Uid::new(uid.parse().ok()?)?, hash.parse().ok()?))
}

/// The entries of a folder; none where there is no folder yet.
fn entries(dir: &Path) -> Result<impl Iterator<Item = Result<std::fs::DirEntry>>> {
    match std::fs::read_dir(dir) {
        Ok(entries) => Ok(Some(entries).into_iter().flatten()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None.into_iter().flatten()),
        Err(error) => Err(error),
    }
}

fn read_into<K>(found: &mut Vec<Found<K>>, dir: &Path, key: fn(&str) -> Option<K>) -> Result<()> {
    for entry in entries(dir)? {
        let entry = entry?;
        let Some(key) = entry.file_name().to_str().and_then(key) else { continue };
        let meta = entry.metadata()?;
        if meta.is_file() {
            let since = meta.modified().ok().and_then(|written| written.duration_since(UNIX_EPOCH).ok());
            let written = since.map_or(0, |since| Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX));
            found.push(Found { key, bytes: meta.len(), written });
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn sync_dir(dir: &Path) -> Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use shared::FileHasher;

    use super::*;

    #[test]
    fn what_is_kept_is_found_by_its_name_and_nothing_else_is() {
        let dir = tempfile::TempDir::new().unwrap();
        let (folder, uid) = (Folder::of(dir.path()), Uid::new(17).unwrap());
        assert!(folder.all_contents().unwrap().is_empty() && folder.all_parts().unwrap().is_empty());
        folder.make().unwrap();
        let (hash, proof) = FileHasher::of(b"hello\n");
        drop(folder.open_part(uid, hash).unwrap());
        std::fs::write(folder.part(uid, hash), "hello\n").unwrap();
        std::fs::write(folder.parts.join("notes.txt"), "").unwrap();
        let parts = folder.all_parts().unwrap();
        assert_eq!(parts.iter().map(|part| (part.key, part.bytes)).collect::<Vec<_>>(), [((uid, hash), 6)]);
        folder.keep(uid, hash, proof).unwrap();
        let path = folder.content(hash, proof);
        std::fs::write(path.with_file_name("README"), "").unwrap();
        let contents = folder.all_contents().unwrap();
        assert_eq!(contents.iter().map(|one| (one.key, one.bytes)).collect::<Vec<_>>(), [((hash, proof), 6)]);
        assert!(folder.all_parts().unwrap().is_empty());
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        folder.remove_content(hash, proof).unwrap();
        folder.remove_content(hash, proof).unwrap();
        assert!(folder.all_contents().unwrap().is_empty());
    }
}
