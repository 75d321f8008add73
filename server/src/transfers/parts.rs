//! What was sent in part and may go on, while nobody sends it: how long each part is, and the hash of it as far as it was computed.

use std::collections::HashMap;
use std::time::Duration;

use shared::{FileHash, FileHasher, Millis, Uid};

use super::job::is_past;

/// The most parts of one identity; a further one takes the place of the oldest.
const OF_IDENTITY: usize = 16;

/// A part of a content.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// How many bytes of it are in the file.
    pub(super) bytes: u64,
    /// Their hash, as far as it was computed; nothing of it after a restart.
    pub(super) hasher: FileHasher,
    /// How far that is.
    pub(super) hashed: u64,
    /// When it was last written.
    pub(super) written: Millis,
}

/// The parts that nobody sends now.
#[derive(Debug, Default)]
pub(super) struct Parts(HashMap<(Uid, FileHash), Part>);

impl Parts {
    /// Keeps a part; returns the one of the same identity that has to go for it.
    pub(super) fn put(&mut self, uid: Uid, sha256: FileHash, part: Part) -> Option<FileHash> {
        self.0.insert((uid, sha256), part);
        let of_identity = || self.0.iter().filter(|((of, _), _)| *of == uid);
        if of_identity().count() <= OF_IDENTITY {
            return None;
        }
        let (_, oldest) = of_identity().min_by_key(|(_, part)| part.written).map(|(key, _)| *key)?;
        self.0.remove(&(uid, oldest));
        Some(oldest)
    }

    /// Takes one, to go on with it.
    pub(super) fn take(&mut self, uid: Uid, sha256: FileHash) -> Option<Part> {
        self.0.remove(&(uid, sha256))
    }

    /// How long one is.
    pub(super) fn length(&self, uid: Uid, sha256: FileHash) -> u64 {
        self.0.get(&(uid, sha256)).map_or(0, |part| part.bytes)
    }

    /// How long they are together.
    pub(super) fn bytes(&self) -> u64 {
        self.0.values().map(|part| part.bytes).sum()
    }

    /// Takes those that were not written for so long.
    pub(super) fn take_old(&mut self, now: Millis, keep: Duration) -> Vec<(Uid, FileHash)> {
        let is_old = |_: &(Uid, FileHash), part: &mut Part| is_past(part.written, keep, now);
        self.0.extract_if(is_old).map(|(key, _)| key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(written_s: i64) -> Part {
        let written = 1000 * written_s;
        Part { bytes: 3, hasher: FileHasher::default(), hashed: 0, written }
    }

    #[test]
    fn an_identity_has_so_many_parts_and_each_for_so_long() {
        let (mut parts, ann, ben) = (Parts::default(), Uid::new(1).unwrap(), Uid::new(2).unwrap());
        assert_eq!(parts.put(ben, FileHash([99; 32]), part(0)), None);
        for number in 0..16 {
            assert_eq!(parts.put(ann, FileHash([number; 32]), part(100 - i64::from(number))), None);
        }
        assert_eq!(parts.put(ann, FileHash([16; 32]), part(200)), Some(FileHash([15; 32])));
        assert_eq!((parts.length(ann, FileHash([15; 32])), parts.bytes()), (0, 3 * 17));
        let now = 190_000;
        let mut old = parts.take_old(now, Duration::from_secs(95));
        old.sort_by_key(|(_, hash)| hash.0);
        let expected: Vec<_> = (5..15).map(|number| (ann, FileHash([number; 32]))).collect();
        assert_eq!(old, [expected, vec![(ben, FileHash([99; 32]))]].concat());
        assert!(
            parts.take(ann, FileHash([16; 32])).is_some() && parts.take(ann, FileHash([5; 32])).is_none()
        );
    }
}
