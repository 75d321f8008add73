//! The store's files as they are on the disk beside what the database thinks of them: whether they are still the ones that
//! were opened, how large they are, and how much room is left. A file that was deleted or replaced goes on taking writes, as
//! open files do; what is acknowledged then is lost at the next start.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::beside::{free_bytes, with_suffix};
use super::schema::FILE;

/// From how much free room on is trouble, in bytes.
pub const LITTLE_SPACE: u64 = 64 * 1024 * 1024;
/// From which size of the write-ahead log on is trouble, in bytes: a reader holds a snapshot, and it cannot be emptied.
pub const LARGE_LOG: u64 = 256 * 1024 * 1024;

/// The files that were opened, each known by its device and inode.
#[derive(Debug)]
pub struct OpenedFiles {
    opened: Vec<(PathBuf, Identity)>,
}

type Identity = (u64, u64);

impl OpenedFiles {
    /// Those of the store at this path, which has just been opened.
    pub(super) fn of(path: &Path) -> Self {
        let known = ["", "-wal", "-shm"].into_iter().filter_map(|part| {
            let path = with_suffix(path, part);
            identity(&path).map(|identity| (path, identity))
        });
        Self { opened: known.collect() }
    }

    /// Which of them is not there any more, or is another one, if any is.
    #[must_use]
    pub fn missing(&self) -> Option<String> {
        let (path, _) = self.opened.iter().find(|(path, opened)| identity(path).as_ref() != Some(opened))?;
        Some(format!(
            "{} was deleted or replaced while the server runs; put it back or restart",
            path.display()
        ))
    }
}

fn identity(path: &Path) -> Option<Identity> {
    std::fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// How much of the disk the store has and leaves, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskUse {
    /// The database file.
    pub store: u64,
    /// Its write-ahead log.
    pub log: u64,
    /// What is free for the server's user; none if the system does not say.
    pub free: Option<u64>,
}

impl DiskUse {
    /// Of the store in this directory.
    #[must_use]
    pub fn of(dir: &Path) -> Self {
        let size = |suffix| {
            std::fs::metadata(with_suffix(&dir.join(FILE), suffix)).map_or(0, |meta: Metadata| meta.len())
        };
        Self { store: size(""), log: size("-wal"), free: free_bytes(dir) }
    }

    /// What is wrong with it, as text.
    pub fn troubles(self) -> impl Iterator<Item = String> {
        let mb = |bytes: u64| bytes / 1_000_000;
        let little = self.free.filter(|free| *free < LITTLE_SPACE);
        let little = little.map(|free| format!("the disk is nearly full: {} MB are left", mb(free)));
        let large = (self.log >= LARGE_LOG).then(|| {
            format!(
                "the write-ahead log has {} MB and cannot be emptied: a program reads the store for long",
                mb(self.log)
            )
        });
        little.into_iter().chain(large)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_gone_or_another_one_is_missed_until_it_is_back() {
        let dir = tempfile::TempDir::new().unwrap();
        let (path, aside) = (dir.path().join("db"), dir.path().join("aside"));
        for part in ["", "-wal"] {
            std::fs::write(with_suffix(&path, part), "1").unwrap();
        }
        let files = OpenedFiles::of(&path);
        assert_eq!(files.missing(), None);
        for part in ["", "-wal"] {
            let file = with_suffix(&path, part);
            std::fs::rename(&file, &aside).unwrap();
            assert!(files.missing().unwrap().starts_with(file.to_str().unwrap()));
            std::fs::write(&file, "2").unwrap();
            assert!(files.missing().unwrap().contains("deleted or replaced"), "another file of its name");
            std::fs::rename(&aside, &file).unwrap();
            assert_eq!(files.missing(), None);
        }
    }

    #[test]
    fn a_disk_that_is_nearly_full_and_a_log_that_grows_are_trouble() {
        let told = |free, log| DiskUse { store: 0, log, free }.troubles().collect::<Vec<_>>().join("; ");
        assert_eq!(told(None, 0), "");
        assert_eq!(told(Some(LITTLE_SPACE), LARGE_LOG - 1), "");
        assert_eq!(told(Some(5_000_000), 0), "the disk is nearly full: 5 MB are left");
        assert!(told(Some(u64::MAX), LARGE_LOG).contains("268 MB and cannot be emptied"));
    }

    #[test]
    fn the_system_says_how_much_is_free() {
        let dir = tempfile::TempDir::new().unwrap();
        std::fs::write(dir.path().join(FILE), "12345").unwrap();
        let used = DiskUse::of(dir.path());
        assert_eq!((used.store, used.log), (5, 0));
        assert!(used.free.is_some());
    }
}
