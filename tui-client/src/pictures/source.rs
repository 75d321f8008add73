//! Bytes that can be read anywhere: a [`Source`], which is a file or memory, and a `Window` on it, through which the structure of a
//! picture is walked without holding all of it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// What a window holds at most, which is the longest part that is looked at in one piece.
pub(super) const WINDOW: usize = 64 * 1024;

/// Bytes that can be read anywhere.
pub trait Source: Send + Sync {
    /// Reads from `offset`; fewer bytes than fit where it likes, none at the end.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize>;
}

impl Source for File {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match FileExt::read_at(self, into, offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }
}

impl Source for Vec<u8> {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|from| self.get(from..)).unwrap_or_default();
        let count = rest.len().min(into.len());
        into.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        Ok(count)
    }
}

/// A part of a source, moved to where it is looked at.
pub(super) struct Window<'a> {
    source: &'a dyn Source,
    /// The length of the source: what comes after it by now is not looked at.
    len: u64,
    at: u64,
    held: Vec<u8>,
}

impl<'a> Window<'a> {
    pub(super) fn new(source: &'a dyn Source, len: u64) -> Self {
        Self { source, len, at: 0, held: Vec::new() }
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The bytes from `offset` on, at most `count` and at most [`WINDOW`]; fewer only at the end.
    pub(super) fn get(&mut self, offset: u64, count: usize) -> io::Result<&[u8]> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = count.min(WINDOW).min(left);
        let from = offset.checked_sub(self.at).and_then(|from| usize::try_from(from).ok());
        if from.is_none_or(|from| from.saturating_add(count) > self.held.len()) {
            self.fill(offset, left)?;
        }
        let from = usize::try_from(offset - self.at).unwrap_or(usize::MAX);
        let to = from.saturating_add(count).min(self.held.len());
        Ok(self.held.get(from..to).unwrap_or_default())
    }

    /// The bytes from `offset` on, as many as there are to be; `None` where the end comes before.
    pub(super) fn exactly<const N: usize>(&mut self, offset: u64) -> io::Result<Option<[u8; N]>> {
        Ok(self.get(offset, N)?.try_into().ok())
    }

    fn fill(&mut self, offset: u64, left: usize) -> io::Result<()> {
        self.held.resize(WINDOW.min(left), 0);
        self.at = offset;
        let mut filled = 0;
        while let Some(rest) = self.held.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.source.read_at(offset + filled as u64, rest)? {
                0 => break,
                read => filled += read,
            }
        }
        self.held.truncate(filled);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{WINDOW, Window};

    #[test]
    fn a_window_shows_any_part_and_less_only_at_the_end() {
        let bytes: Vec<u8> = (0..=255).cycle().take(3 * WINDOW).collect();
        let mut window = Window::new(&bytes, bytes.len() as u64);
        for at in [0, 5, WINDOW - 1, 2 * WINDOW + 7, 3, 3 * WINDOW - 2] {
            let expect: Vec<u8> = bytes.iter().skip(at).take(4).copied().collect();
            assert_eq!(window.get(at as u64, 4).unwrap(), expect, "{at}");
        }
        assert_eq!(window.exactly::<4>(3 * WINDOW as u64 - 2).unwrap(), None);
        assert!(window.get(u64::MAX, 4).unwrap().is_empty());
        // A file that has become shorter meanwhile.
        assert_eq!(Window::new(&vec![1, 2], 9).get(1, 4).unwrap(), [2]);
    }
}
