//! The part of a file that is there while it is saved: a hidden file beside where it goes, named after it and its hash, so that whoever
//! saves the same again goes on with it. It is locked while a transfer has it. Blocks.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use rustix::fs::{FlockOperation, OFlags, flock};
use shared::{Attachment, FileHash, FileHasher, FileName};

use super::job::{PIECE, Report, Stopped};

/// So many programs may save the same file at once, each in a part of its own.
const MOST: u32 = 16;
/// A transfer that was stopped just now lets go of its part within this time.
const LOCK_WAIT: [Duration; 4] = [
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(400),
    Duration::from_millis(900),
];

/// The part of a file that is there.
pub(super) struct Part {
    file: File,
    path: PathBuf,
    hasher: FileHasher,
    /// How much of the content is in it.
    len: u64,
}

impl Part {
    /// Opens the part of a file in a directory, which is made where it is missing, and reads what is there; nothing when it was stopped.
    pub(super) fn open(
        dir: &Path,
        of: &Attachment,
        report: &mut Report,
        stopped: &Stopped,
    ) -> io::Result<Option<Self>> {
        fs::create_dir_all(dir)?;
        let (file, path) = lock_one(dir, of)?;
        let mut part = Self { file, path, hasher: FileHasher::default(), len: 0 };
        let there = part.file.metadata()?.len();
        if there > of.bytes {
            part.begin_anew()?;
            return Ok(Some(part));
        }
        let mut piece = vec![0; PIECE];
        while part.len < there {
            if stopped.is_set() {
                return Ok(None);
            }
            let count = part.file.read(&mut piece)?;
            if count == 0 {
                break;
            }
            part.hasher.update(piece.get(..count).unwrap_or_default());
            part.len += count as u64;
            report.progress(part.len);
        }
        Ok(Some(part))
    }

    /// How much of the content is there.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Writes the next piece of the content.
    pub(super) fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.hasher.update(piece);
        if let Err(error) = self.file.write_all(piece) {
            // Some of it may be there: what counts is what was hashed.
            self.read_again()?;
            return Err(error);
        }
        self.len += piece.len() as u64;
        Ok(())
    }

    /// The hash of what is there.
    pub(super) fn hash(&self) -> FileHash {
        self.hasher.clone().finish().0
    }

    /// Throws away what is there.
    pub(super) fn begin_anew(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        (self.hasher, self.len) = (FileHasher::default(), 0);
        Ok(())
    }

    /// The open file and where it is.
    pub(super) fn file(&self) -> (&File, &Path) {
        (&self.file, &self.path)
    }

    /// After a write that failed: cuts the file to what it had before, and hashes that.
    fn read_again(&mut self) -> io::Result<()> {
        self.file.set_len(self.len)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.hasher = FileHasher::default();
        let mut piece = vec![0; PIECE];
        loop {
            match self.file.read(&mut piece)? {
                0 => return Ok(()),
                count => self.hasher.update(piece.get(..count).unwrap_or_default()),
            }
        }
    }
}

/// Removes the part of a file, unless somebody else has it.
pub(super) fn remove(dir: &Path, of: &Attachment) {
    let path = dir.join(part_name(of, 1));
    let Ok(file) = open_own(&path, false) else { return };
    if wait_for_lock(&file) {
        fs::remove_file(&path).ok();
    }
}

fn lock_one(dir: &Path, of: &Attachment) -> io::Result<(File, PathBuf)> {
    for number in 1..=MOST {
        let path = dir.join(part_name(of, number));
        let file = match open_own(&path, true) {
            Ok(file) => file,
            // Something else is in its place.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        let is_ours = if number == 1 { wait_for_lock(&file) } else { lock(&file) };
        // It may have been renamed or removed by whoever had the lock.
        let is_there =
            || fs::metadata(&path).is_ok_and(|now| file.metadata().is_ok_and(|it| it.ino() == now.ino()));
        if is_ours && is_there() {
            return Ok((file, path));
        }
    }
    Err(io::Error::other("it is being saved by other programs"))
}

/// Opens a part: a regular file of ours without another name. Anything else there is left alone.
fn open_own(path: &Path, make: bool) -> io::Result<File> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or_default();
    let opened =
        OpenOptions::new().read(true).write(true).create(make).mode(0o600).custom_flags(flags).open(path);
    let file = match opened {
        Ok(file) => file,
        Err(error) if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) => {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, error));
        }
        Err(error) => return Err(error),
    };
    let found = file.metadata()?;
    if found.is_file() && found.nlink() <= 1 && found.uid() == rustix::process::getuid().as_raw() {
        return Ok(file);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn lock(file: &File) -> bool {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => true,
        // A file system without locks has one user at a time, we hope.
        Err(error) => error != rustix::io::Errno::WOULDBLOCK,
    }
}

fn wait_for_lock(file: &File) -> bool {
    lock(file)
        || LOCK_WAIT.iter().any(|wait| {
            sleep(*wait);
            lock(file)
        })
}

/// What the part of a file is called.
fn part_name(of: &Attachment, number: u32) -> String {
    let hash: String = of.sha256.to_string().chars().take(16).collect();
    let number = if number > 1 { format!("-{number}") } else { String::new() };
    // The name was checked when it came in; here it becomes a file.
    let name = FileName::clean(of.name.as_str());
    format!(".{name}.{hash}{number}.part")
}
