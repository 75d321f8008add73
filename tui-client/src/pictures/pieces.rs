//! A content that is made of ranges of a source and of a few bytes in between: [`Pieces`]. So a picture goes out without its metadata,
//! and no copy of it is made; the same source gives the same content whenever it is asked.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use super::source::Source;

/// The most pieces a content has; more are a file that is made to be hard to handle.
pub(super) const MOST: usize = 16 * 1024;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// This range of the source.
    Source(Range<u64>),
    /// These bytes.
    Bytes(Vec<u8>),
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Self::Source(range) => range.end - range.start,
            Self::Bytes(bytes) => bytes.len() as u64,
        }
    }
}

/// A content in pieces, none of them empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    list: Vec<Piece>,
    /// Where each begins.
    starts: Vec<u64>,
    len: u64,
}

impl Pieces {
    /// A source as it is.
    #[must_use]
    pub fn whole(len: u64) -> Self {
        let mut pieces = Self::default();
        pieces.keep(0..len);
        pieces
    }

    /// The length of the content.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// In order.
    #[must_use]
    pub fn as_slice(&self) -> &[Piece] {
        &self.list
    }

    /// Whether they are more than a content may have.
    pub(super) fn are_too_many(&self) -> bool {
        self.list.len() > MOST
    }

    /// A range of the source comes next.
    pub(super) fn keep(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        match self.list.last_mut() {
            Some(Piece::Source(last)) if last.end == range.start => {
                self.len += range.end - range.start;
                last.end = range.end;
            }
            Some(_) | None => self.push(Piece::Source(range)),
        }
    }

    /// These bytes come next.
    pub(super) fn insert(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.push(Piece::Bytes(bytes));
        }
    }

    /// All of these come next.
    pub(super) fn extend(&mut self, others: Self) {
        for piece in others.list {
            match piece {
                Piece::Source(range) => self.keep(range),
                Piece::Bytes(bytes) => self.insert(bytes),
            }
        }
    }

    fn push(&mut self, piece: Piece) {
        self.starts.push(self.len);
        self.len += piece.len();
        self.list.push(piece);
    }

    /// Reads the content from `offset`; fewer bytes than fit where it likes, none at the end. A source that has become shorter is an
    /// error, for the content is no longer the one that was looked at.
    pub fn read_at(&self, source: &dyn Source, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let index = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let Some((piece, start)) = self.list.get(index).zip(self.starts.get(index)) else { return Ok(0) };
        let skip = offset - start;
        let left = usize::try_from(piece.len().saturating_sub(skip)).unwrap_or(usize::MAX);
        let count = left.min(into.len());
        let Some(into) = into.get_mut(..count).filter(|into| !into.is_empty()) else { return Ok(0) };
        match piece {
            Piece::Source(range) => match source.read_at(range.start + skip, into)? {
                0 => Err(io::ErrorKind::UnexpectedEof.into()),
                read => Ok(read),
            },
            Piece::Bytes(bytes) => bytes.read_at(skip, into),
        }
    }

    /// A reader of the content, from its beginning.
    #[must_use]
    pub fn reader(self: &Arc<Self>, source: &Arc<dyn Source>) -> Reader {
        Reader { pieces: Arc::clone(self), source: Arc::clone(source), at: 0 }
    }
}

/// Reads a content.
pub struct Reader {
    pieces: Arc<Pieces>,
    source: Arc<dyn Source>,
    at: u64,
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.pieces.read_at(&*self.source, self.at, into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.pieces.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _, SeekFrom};
    use std::sync::Arc;

    use super::{Pieces, Source};

    #[test]
    fn a_content_is_read_across_its_pieces_from_anywhere() {
        let source: Arc<dyn Source> = Arc::new(b"0123456789".to_vec());
        let mut pieces = Pieces::default();
        pieces.keep(1..2);
        pieces.keep(2..4);
        pieces.keep(5..5);
        pieces.insert(b"abc".to_vec());
        pieces.keep(8..10);
        assert_eq!((pieces.as_slice().len(), pieces.len()), (3, 8));
        let pieces = Arc::new(pieces);
        for from in 0..10 {
            let mut reader = pieces.reader(&source);
            let mut read = String::new();
            reader.seek(SeekFrom::Start(from)).unwrap();
            reader.read_to_string(&mut read).unwrap();
            assert_eq!(read, "123abc89".chars().skip(usize::try_from(from).unwrap()).collect::<String>());
        }
    }

    #[test]
    fn a_source_that_has_become_shorter_is_an_error() {
        let source: Arc<dyn Source> = Arc::new(b"012".to_vec());
        let read = Arc::new(Pieces::whole(5)).reader(&source).read_to_end(&mut Vec::new());
        assert_eq!(read.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
    }
}
