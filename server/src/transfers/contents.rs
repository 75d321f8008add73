//! The contents that are whole and on disk, by their hash: an index in memory of the folder.

use std::collections::HashMap;
use std::time::Duration;

use shared::{FileHash, FileProof, Millis};

use super::job::{is_past, room_of};
use crate::constant_time;

/// A content that is on disk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content {
    pub(super) proof: FileProof,
    pub(super) bytes: u64,
    /// When it was kept.
    pub(super) kept: Millis,
}

impl Content {
    /// Whether this is the proof that one has it.
    pub(super) fn is_proved_by(&self, proof: &FileProof) -> bool {
        constant_time::equal(&proof.0, &self.proof.0)
    }
}

/// The contents.
#[derive(Debug, Default)]
pub(super) struct Contents {
    by_hash: HashMap<FileHash, Content>,
    /// Their length together.
    bytes: u64,
    /// What they take of the disk.
    room: u64,
}

impl Contents {
    pub(super) fn get(&self, sha256: FileHash) -> Option<&Content> {
        self.by_hash.get(&sha256)
    }

    pub(super) fn insert(&mut self, sha256: FileHash, content: Content) {
        self.remove(sha256);
        self.by_hash.insert(sha256, content);
        self.bytes += content.bytes;
        self.room += room_of(content.bytes);
    }

    pub(super) fn remove(&mut self, sha256: FileHash) -> Option<Content> {
        let content = self.by_hash.remove(&sha256)?;
        self.bytes -= content.bytes;
        self.room -= room_of(content.bytes);
        Some(content)
    }

    pub(super) fn count(&self) -> usize {
        self.by_hash.len()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn room(&self) -> u64 {
        self.room
    }

    /// Those that were kept so long ago.
    pub(super) fn kept_before(&self, now: Millis, age: Duration) -> Vec<FileHash> {
        let is_old = |content: &Content| is_past(content.kept, age, now);
        self.by_hash.iter().filter(|(_, content)| is_old(content)).map(|(hash, _)| *hash).collect()
    }
}
