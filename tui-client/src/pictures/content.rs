//! What is sent of a file: [`prepare`] says which pieces of it ([`Pieces`]), what kind of content they are, and how it looks where it is a
//! picture. The same file under the same setting gives the same content, so that an upload that was cut goes on.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;
use shared::file::{FileName, MediaType};
use shared::picture::Picture;
use thiserror::Error;

use super::decode::{Limits, decode};
use super::media_type::{self, HEAD, PictureKind};
use super::metadata::{Stripped, Trouble, strip};
use super::pieces::Pieces;
use super::preview;
use super::source::{Source, Window};

/// What becomes of what a picture carries beside itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PictureMetadata {
    /// It is not sent.
    #[default]
    Strip,
    /// It is sent: the file as it is.
    Keep,
}

/// What is sent of a file.
#[derive(Clone)]
pub struct Prepared {
    /// Where the pieces are.
    pub source: Arc<dyn Source>,
    /// Which.
    pub pieces: Arc<Pieces>,
    /// What they are together.
    pub media_type: MediaType,
    /// How it looks, where it is a picture that can be shown.
    pub picture: Option<Picture>,
}

impl Prepared {
    /// The length of what is sent.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.pieces.len()
    }

    /// A reader of what is sent, from its beginning; it can seek.
    #[must_use]
    pub fn reader(&self) -> super::pieces::Reader {
        self.pieces.reader(&self.source)
    }
}

/// Why a file is not sent.
#[derive(Debug, Error)]
pub enum NotPrepared {
    /// It could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no file: a directory, a device.
    #[error("it is no file")]
    NoFile,
    /// It begins as a picture, and its metadata cannot be found: it could be sent as it is only ([`PictureMetadata::Keep`]).
    #[error("it is a damaged picture, whose metadata cannot be removed: {0}")]
    Damaged(&'static str),
}

/// Opens a file and says what is sent of it. Blocks: the file is read once where it is a picture, and decoded within `limits`.
pub fn prepare(
    path: &Path,
    name: &FileName,
    metadata: PictureMetadata,
    limits: Limits,
) -> Result<Prepared, NotPrepared> {
    // Opening a pipe would wait for somebody who writes.
    if !std::fs::metadata(path)?.is_file() {
        return Err(NotPrepared::NoFile);
    }
    let file = File::open(path)?;
    let len = file.metadata()?.len();
    prepare_source(Arc::new(file), len, name, metadata, limits)
}

/// The same of anything that can be read.
pub fn prepare_source(
    source: Arc<dyn Source>,
    len: u64,
    name: &FileName,
    metadata: PictureMetadata,
    limits: Limits,
) -> Result<Prepared, NotPrepared> {
    let head = Window::new(&*source, len).get(0, HEAD)?.to_vec();
    let media_type = media_type::of(&head, name);
    let whole = || Stripped { pieces: Pieces::whole(len), scans: 1 };
    let Some(kind) = PictureKind::of(&head) else {
        let pieces = Arc::new(whole().pieces);
        return Ok(Prepared { source, pieces, media_type, picture: None });
    };
    let Stripped { pieces, scans } = match (strip(kind, &*source, len), metadata) {
        (Ok(stripped), PictureMetadata::Strip) => stripped,
        (Ok(stripped), PictureMetadata::Keep) => Stripped { scans: stripped.scans, ..whole() },
        (Err(Trouble::Malformed(why)), PictureMetadata::Strip) => return Err(NotPrepared::Damaged(why)),
        (Err(Trouble::Malformed(_)), PictureMetadata::Keep) => {
            let pieces = Arc::new(whole().pieces);
            return Ok(Prepared { source, pieces, media_type, picture: None });
        }
        (Err(Trouble::Io(error)), _) => return Err(error.into()),
    };
    let pieces = Arc::new(pieces);
    let picture = decode(kind, &source, &pieces, scans, limits).ok().map(|picture| preview::of(&picture));
    Ok(Prepared { source, pieces, media_type, picture })
}

#[cfg(test)]
mod tests;
