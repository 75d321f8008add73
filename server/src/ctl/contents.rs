//! The contents of files where no server has them: beside a backup, in a folder of its name with `.files` behind it, and in the state
//! directory. The folder is laid out as the server's own is.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use rusqlite::Connection;

use shared::{Event, FileHash, FileHasher, FileProof};

use crate::store::beside::with_suffix;
use crate::store::brought::{self, Brought};
use crate::store::schema::{self, FILE};
use crate::transfers::folder::Folder;

/// How much is read at once.
const PIECE: usize = 256 * 1024;

/// The folder of a backup.
pub(super) fn folder_beside(file: &Path) -> PathBuf {
    with_suffix(file, ".files")
}

/// Where the contents are of a store: beside a backup, or in the state directory where it is one of a server.
pub(super) fn folder_of(file: &Path) -> Folder {
    let beside = folder_beside(file);
    let of_server = file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(FILE.as_bytes()));
    match file.parent() {
        Some(dir) if of_server && !beside.exists() => Folder::of(dir),
        Some(_) | None => Folder::at(&beside),
    }
}

/// What the messages of a store bring, of whichever version it is.
pub(super) fn wanted(store: &Path) -> Result<Vec<Brought>> {
    let db = schema::open_reader(store).with_context(|| format!("cannot read {}", store.display()))?;
    wanted_by(&db).with_context(|| format!("cannot read {}", store.display()))
}

fn wanted_by(db: &Connection) -> rusqlite::Result<Vec<Brought>> {
    schema::read_as_newest(db, schema::version(db)?)?;
    brought::list(db)
}

/// Contents that are in a folder.
#[derive(Debug, Default)]
pub(super) struct Present(HashMap<FileHash, (PathBuf, FileProof, u64)>);

impl Present {
    /// Everything there is.
    pub(super) fn in_folder(folder: &Folder) -> Result<Self> {
        let found = folder.all_contents().context("cannot read the folder of files")?;
        let entry = |(sha256, proof), bytes| (sha256, (folder.content(sha256, proof), proof, bytes));
        Ok(Self(found.into_iter().map(|found| entry(found.key, found.bytes)).collect()))
    }

    /// Where a content is, with its proof, if it has its length.
    pub(super) fn find(&self, wanted: Brought) -> Option<(&Path, FileProof)> {
        let (path, proof, bytes) = self.0.get(&wanted.sha256)?;
        (*bytes == wanted.bytes).then_some((path.as_path(), *proof))
    }

    /// Where the content is that an event brings, which is as it goes over the wire.
    pub(super) fn of_event(&self, body: &str) -> Option<&Path> {
        // Most bring none, and need not be read for it.
        let may_bring = !self.0.is_empty() && body.contains("\"file\":{");
        let event: Event = may_bring.then(|| serde_json::from_str(body).ok())??;
        self.path(event.file?.sha256)
    }

    /// Where a content is, whatever it is like.
    pub(super) fn path(&self, sha256: FileHash) -> Option<&Path> {
        self.0.get(&sha256).map(|(path, ..)| path.as_path())
    }
}

/// Copies a content, and refuses one that does not have its hashes.
pub(super) fn copy_checked(from: &Path, to: &Path, key: (FileHash, FileProof)) -> Result<()> {
    let mut out = File::options().write(true).open(to)?;
    if hash(from, |piece| out.write_all(piece))? != key {
        bail!("{} is damaged: it does not have its hash", from.display());
    }
    Ok(out.sync_all()?)
}

/// The hashes of a content on the disk.
pub(super) fn hash(
    path: &Path,
    mut take: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> std::io::Result<(FileHash, FileProof)> {
    let (mut file, mut hasher) = (File::open(path)?, FileHasher::default());
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read(&mut piece)?;
        let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        take(read)?;
    }
    Ok(hasher.finish())
}
