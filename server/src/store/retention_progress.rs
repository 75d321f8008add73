//! How far retention is, for the metrics: atomics that the store's thread sets after each step.

use shared::Millis;

use crate::stats::Count;

/// How far retention is. What is 0 is not known yet.
#[derive(Debug, Default)]
pub struct RetentionProgress {
    /// Events that were deleted, since the start.
    pub deleted: Count,
    /// Rooms that wait to be counted.
    pub rooms: Count,
    /// When the oldest event happened that is kept and may be deleted one day, in seconds since 1970. Not known where rooms have
    /// days of their own.
    pub oldest_s: Count,
    /// When nothing was left to delete last, in seconds since 1970.
    pub finished_s: Count,
}

impl RetentionProgress {
    /// A step deleted so many events and leaves so many rooms; this is the time of the oldest event that is left, if it counts.
    pub(super) fn step(&self, deleted: u64, rooms: u64, oldest: Option<Millis>) {
        self.deleted.add(deleted);
        self.rooms.set(rooms);
        self.oldest_s.set(oldest.map_or(0, seconds));
    }

    /// Nothing is left to delete.
    pub(super) fn finished(&self, now: Millis) {
        self.finished_s.set(seconds(now));
    }
}

fn seconds(at: Millis) -> u64 {
    u64::try_from(at / 1000).unwrap_or(0)
}
