//! Preparing a file that is sent: it is looked for, and read through once for what it is, both hashes and, of a picture, what is left out.
//! Blocks.

use std::fs::{self, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use shared::{Attachment, FileHash, FileHasher, FileName, FileProof};

use super::super::local_files::on_disk;
use super::downloads::Directories;
use super::job::{PIECE, Report, Stopped};
use crate::pictures::content::{self, NotPrepared, PictureMetadata, Prepared};
use crate::pictures::decode::Limits;
use crate::profile::{FileContent, FileSource, Stamp};
use crate::transfer::{FileProblem, FileTrouble, TransferNews};

/// A file that goes on changing while it is read is given up after so many times.
const TRIES: u32 = 5;

/// What is to be sent.
pub(super) struct Wish {
    pub(super) source: FileSource,
    pub(super) limit: u64,
    pub(super) metadata: PictureMetadata,
}

/// What is sent of a file.
pub(super) struct Sendable {
    pub(super) path: PathBuf,
    pub(super) prepared: Prepared,
    pub(super) content: Box<FileContent>,
}

/// A file that is there.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
}

/// Looks for the file.
pub(super) fn find(wish: &Wish, directories: &Directories) -> Result<Found, FileProblem> {
    let given = &wish.source.path;
    let path = directories.absolute(given).map_err(|error| problem(given, &error))?;
    // A draft has Korean in Unicode form C, a file from a Mac often in form D.
    let path = on_disk(path);
    let metadata = fs::metadata(&path).map_err(|error| problem(&path, &error))?;
    let why = if metadata.is_dir() {
        Some(FileTrouble::Folder)
    } else if !metadata.is_file() {
        Some(FileTrouble::Special)
    } else if metadata.len() > wish.limit {
        Some(FileTrouble::TooLarge { bytes: Some(metadata.len()), limit: wish.limit })
    } else {
        // That it may be read is found out now, and not when somebody waits for it.
        fs::File::open(&path).err().map(|error| trouble(&error))
    };
    match why {
        Some(why) => Err(FileProblem { path, why }),
        None => Ok(Found { path, bytes: metadata.len() }),
    }
}

/// Reads it through; nothing when it was stopped.
pub(super) fn read_through(
    wish: &Wish,
    path: PathBuf,
    report: &mut Report,
    stopped: &Stopped,
) -> Result<Option<Sendable>, FileProblem> {
    for _ in 0..TRIES {
        let (prepared, stamp) = open(&path, wish)?;
        if let Some(content) =
            wish.source.content.clone().filter(|known| is_as_known(known, stamp, &prepared))
        {
            return Ok(Some(Sendable { path, prepared, content }));
        }
        if prepared.bytes() > wish.limit {
            let why = FileTrouble::TooLarge { bytes: Some(prepared.bytes()), limit: wish.limit };
            return Err(FileProblem { path, why });
        }
        let hashes = match hash(&prepared, report, stopped) {
            Ok(Some(hashes)) => hashes,
            Ok(None) => return Ok(None),
            // It has become shorter.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => continue,
            Err(error) => return Err(problem(&path, &error)),
        };
        if stamp_of(&path).ok() == Some(stamp) {
            let content = Box::new(content_of(&wish.source, &path, &prepared, hashes, stamp));
            return Ok(Some(Sendable { path, prepared, content }));
        }
    }
    Err(FileProblem { path, why: FileTrouble::Changing })
}

/// Whether what is known of a file from before still holds.
fn is_as_known(known: &FileContent, stamp: Stamp, prepared: &Prepared) -> bool {
    known.stamp == stamp
        && known.file.bytes == prepared.bytes()
        && known.file.picture.is_some() == prepared.picture.is_some()
}

fn open(path: &Path, wish: &Wish) -> Result<(Prepared, Stamp), FileProblem> {
    let failed = |error: &io::Error| problem(path, error);
    let stamp = stamp_of(path).map_err(|error| failed(&error))?;
    let name = name_of(&wish.source, path);
    match content::prepare(path, &name, wish.metadata, Limits::default()) {
        Ok(prepared) => Ok((prepared, stamp)),
        Err(NotPrepared::Io(error)) => Err(failed(&error)),
        Err(NotPrepared::NoFile) => Err(FileProblem { path: path.to_owned(), why: FileTrouble::Special }),
        Err(NotPrepared::Damaged(_)) => {
            Err(FileProblem { path: path.to_owned(), why: FileTrouble::DamagedPicture })
        }
    }
}

fn hash(
    prepared: &Prepared,
    report: &mut Report,
    stopped: &Stopped,
) -> io::Result<Option<(FileHash, FileProof)>> {
    let (mut hasher, mut reader, mut done) = (FileHasher::default(), prepared.reader(), 0);
    reader.seek(SeekFrom::Start(0))?;
    let mut piece = vec![0; PIECE];
    loop {
        if stopped.is_set() {
            return Ok(None);
        }
        let count = reader.read(&mut piece)?;
        if count == 0 {
            return Ok(Some(hasher.finish()));
        }
        hasher.update(piece.get(..count).unwrap_or_default());
        done += count as u64;
        report.progress(done);
    }
}

fn content_of(
    source: &FileSource,
    path: &Path,
    prepared: &Prepared,
    (sha256, proof): (FileHash, FileProof),
    stamp: Stamp,
) -> FileContent {
    let file = Attachment {
        name: name_of(source, path),
        bytes: prepared.bytes(),
        sha256,
        media_type: prepared.media_type.clone(),
        picture: prepared.picture.clone(),
    };
    FileContent { file, proof, stamp }
}

fn name_of(source: &FileSource, path: &Path) -> FileName {
    let own = || FileName::clean(&path.file_name().unwrap_or_default().to_string_lossy());
    source.name.clone().unwrap_or_else(own)
}

/// What changes with the content of a file.
pub(super) fn stamp_of(path: &Path) -> io::Result<Stamp> {
    let metadata: Metadata = fs::metadata(path)?;
    let nanoseconds = u32::try_from(metadata.mtime_nsec()).unwrap_or_default();
    Ok(Stamp { bytes: metadata.len(), modified: (metadata.mtime(), nanoseconds) })
}

/// Why a file cannot be read or written.
pub(super) fn problem(path: &Path, error: &io::Error) -> FileProblem {
    FileProblem { path: path.to_owned(), why: trouble(error) }
}

fn trouble(error: &io::Error) -> FileTrouble {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the list of the standard library is open")]
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileTrouble::Missing,
        io::ErrorKind::IsADirectory => FileTrouble::Folder,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => FileTrouble::Denied,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            FileTrouble::Full
        }
        _ => {
            let said = error.to_string();
            // Without the system's number for it.
            let said = said.split_once(" (os error").map_or(said.as_str(), |(words, _)| words);
            FileTrouble::System(said.to_owned())
        }
    }
}

/// Tells of a file that is there.
pub(super) fn found(found: &Found) -> TransferNews {
    TransferNews::Found { path: found.path.clone(), bytes: found.bytes }
}
