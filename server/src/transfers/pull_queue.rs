//! Which contents this node has to get from others, in what order, and which are on their way. It touches no disk and reads no clock.
//!
//! What messages bring and is not here is missing. Of that a few at a time are pulled: first what has failed least, and of that what
//! the newest message brings. What somebody waits for is pulled at once, beside those.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use shared::FileHash;
use tokio::sync::watch;
use tokio::time::Instant;

use super::wanted::Wanted;

/// How many are pulled at once that nobody waits for.
const BACKGROUND: usize = 2;
/// The most that are pulled or wait for it because somebody waits for them; further ones are refused.
const ASKED: usize = 64;
/// The most that are remembered as missing; the rest is looked for when there are fewer.
const MISSING: usize = 65_536;
/// When to try again, after the first failure: each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// How a pull goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    /// The file that it is written to, when there is one.
    pub(super) file: Option<Arc<File>>,
    /// How many bytes are in it. They are not verified before the end.
    pub(super) written: u64,
    /// How it ended, if it did.
    pub(super) end: Option<Result<(), PullFailure>>,
}

/// Why a pull failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PullFailure {
    /// No node that can be reached has it.
    Nobody,
    /// There is no room for it here.
    NoRoom,
    /// It did not come, or could not be written.
    Failed,
}

/// A content that is missing.
#[derive(Clone, Copy, Debug)]
struct Missing {
    bytes: u64,
    /// The newest event that brings it.
    seq: i64,
    since: Instant,
    failures: u32,
    due: Instant,
}

/// A content that is on its way.
#[derive(Debug)]
struct Pull {
    bytes: u64,
    is_asked: bool,
    progress: watch::Receiver<Progress>,
}

/// What is missing, and what is on its way.
#[derive(Debug, Default)]
pub(super) struct PullQueue {
    missing: HashMap<FileHash, Missing>,
    running: HashMap<FileHash, Pull>,
}

/// How many contents are missing, and since when the first is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) count: usize,
    pub(super) longest: Duration,
}

/// What came of the wish to pull something.
#[derive(Debug)]
pub(super) enum Begin {
    /// It is on its way already.
    Joined(watch::Receiver<Progress>),
    /// It is to be pulled, and told of here.
    Begun(watch::Sender<Progress>, watch::Receiver<Progress>),
    /// Too many are.
    TooMany,
}

impl PullQueue {
    /// An event brings a content that is not here. False if no more can be remembered.
    pub(super) fn want(&mut self, wanted: Wanted, seq: i64, now: Instant) -> bool {
        let Wanted { sha256, bytes } = wanted;
        if let Some(known) = self.missing.get_mut(&sha256) {
            known.seq = known.seq.max(seq);
            return true;
        }
        if self.missing.len() >= MISSING {
            return false;
        }
        self.missing.insert(sha256, Missing { bytes, seq, since: now, failures: 0, due: now });
        true
    }

    /// Nothing brings it any more, or it is here.
    pub(super) fn forget(&mut self, sha256: FileHash) {
        self.missing.remove(&sha256);
    }

    /// Whether it is wanted, or on its way.
    pub(super) fn knows(&self, sha256: FileHash) -> bool {
        self.missing.contains_key(&sha256) || self.running.contains_key(&sha256)
    }

    /// What to pull next, if anything is to be pulled now.
    pub(super) fn next(&self, now: Instant) -> Option<Wanted> {
        if self.is_busy() {
            return None;
        }
        let due =
            |(sha256, one): &(&FileHash, &Missing)| one.due <= now && !self.running.contains_key(sha256);
        let first = self.missing.iter().filter(due).min_by_key(|(_, one)| (one.failures, Reverse(one.seq)));
        first.map(|(sha256, one)| Wanted { sha256: *sha256, bytes: one.bytes })
    }

    /// Whether as much is pulled as may be where nobody waits for it.
    fn is_busy(&self) -> bool {
        self.running.values().filter(|pull| !pull.is_asked).count() >= BACKGROUND
    }

    /// When the next is to be pulled, unless one that runs has to end first.
    pub(super) fn due(&self) -> Option<Instant> {
        if self.is_busy() {
            return None;
        }
        let waiting = self.missing.iter().filter(|(sha256, _)| !self.running.contains_key(sha256));
        waiting.map(|(_, one)| one.due).min()
    }

    /// Begins to pull it, unless that has begun. `is_asked` where somebody waits for it.
    pub(super) fn begin(&mut self, wanted: Wanted, is_asked: bool) -> Begin {
        if let Some(pull) = self.running.get(&wanted.sha256) {
            return Begin::Joined(pull.progress.clone());
        }
        if is_asked && self.running.values().filter(|pull| pull.is_asked).count() >= ASKED {
            return Begin::TooMany;
        }
        let (sender, progress) = watch::channel(Progress::default());
        let pull = Pull { bytes: wanted.bytes, is_asked, progress: progress.clone() };
        self.running.insert(wanted.sha256, pull);
        Begin::Begun(sender, progress)
    }

    /// A pull is over.
    pub(super) fn ended(&mut self, sha256: FileHash, end: Result<(), PullFailure>, now: Instant) {
        self.running.remove(&sha256);
        if end.is_ok() {
            self.missing.remove(&sha256);
        } else if let Some(one) = self.missing.get_mut(&sha256) {
            let pause = FIRST_PAUSE * 2_u32.saturating_pow(one.failures.min(16));
            one.failures = one.failures.saturating_add(1);
            one.due = now + pause.min(LONGEST_PAUSE);
        }
    }

    /// The bytes of those on their way, but for this one.
    pub(super) fn coming(&self, but_for: FileHash) -> u64 {
        self.running.iter().filter(|(sha256, _)| **sha256 != but_for).map(|(_, pull)| pull.bytes).sum()
    }

    /// Whether so few are missing that more can be looked for.
    pub(super) fn has_room(&self) -> bool {
        self.missing.len() < MISSING / 2
    }

    /// What is missing.
    pub(super) fn waiting(&self, now: Instant) -> Waiting {
        let since = self.missing.values().map(|one| one.since).min();
        Waiting { count: self.missing.len(), longest: since.map_or(Duration::ZERO, |since| now - since) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn wanted(content: u8) -> Wanted {
        Wanted { sha256: FileHash([content; 32]), bytes: u64::from(content) }
    }

    fn begin(pulls: &mut PullQueue, content: u8, is_asked: bool) {
        assert!(matches!(pulls.begin(wanted(content), is_asked), Begin::Begun(..)));
    }

    #[test]
    fn what_the_newest_messages_bring_is_pulled_first_and_two_at_a_time() {
        let (mut pulls, now) = (PullQueue::default(), Instant::now());
        for (content, seq) in [(1, 10), (2, 30), (3, 20), (1, 15)] {
            assert!(pulls.want(wanted(content), seq, now));
        }
        let mut order = Vec::new();
        while let Some(next) = pulls.next(now) {
            assert!(matches!(pulls.begin(next, false), Begin::Begun(..)));
            order.push(next);
        }
        assert_eq!(order, [wanted(2), wanted(3)]);
        pulls.ended(wanted(2).sha256, Ok(()), now);
        assert_eq!((pulls.next(now), pulls.waiting(now).count), (Some(wanted(1)), 2));
    }

    #[test]
    fn what_fails_comes_after_what_has_not_failed_and_later_each_time() {
        let (mut pulls, now) = (PullQueue::default(), Instant::now());
        pulls.want(wanted(1), 2, now);
        pulls.want(wanted(2), 1, now);
        begin(&mut pulls, 1, false);
        pulls.ended(wanted(1).sha256, Err(PullFailure::Nobody), now);
        assert_eq!(pulls.next(now + SECOND), Some(wanted(2)));
        pulls.forget(wanted(2).sha256);
        assert_eq!((pulls.next(now), pulls.due()), (None, Some(now + SECOND)));
        begin(&mut pulls, 1, false);
        pulls.ended(wanted(1).sha256, Err(PullFailure::Failed), now);
        assert_eq!((pulls.next(now + SECOND), pulls.due()), (None, Some(now + 2 * SECOND)));
        for _ in 0..40 {
            pulls.ended(wanted(1).sha256, Err(PullFailure::Failed), now);
        }
        assert_eq!(pulls.due(), Some(now + LONGEST_PAUSE));
        let waiting = Waiting { count: 1, longest: 9 * SECOND };
        assert_eq!(pulls.waiting(now + 9 * SECOND), waiting);
    }

    #[test]
    fn what_somebody_waits_for_is_pulled_at_once_and_only_once() {
        let (mut pulls, now) = (PullQueue::default(), Instant::now());
        for content in 1..=3 {
            pulls.want(wanted(content), i64::from(content), now);
        }
        begin(&mut pulls, 3, false);
        begin(&mut pulls, 2, false);
        assert_eq!(pulls.next(now), None);
        begin(&mut pulls, 1, true);
        assert!(matches!(pulls.begin(wanted(1), true), Begin::Joined(_)));
        assert!(matches!(pulls.begin(wanted(3), true), Begin::Joined(_)));
        assert_eq!(pulls.coming(wanted(3).sha256), 3);
        pulls.ended(wanted(1).sha256, Ok(()), now);
        assert_eq!(pulls.waiting(now).count, 2);
    }

    #[test]
    fn there_is_an_end_to_what_is_pulled_because_somebody_waits() {
        let mut pulls = PullQueue::default();
        (0..64).for_each(|content| begin(&mut pulls, content, true));
        assert!(matches!(pulls.begin(wanted(64), true), Begin::TooMany));
        begin(&mut pulls, 64, false);
    }
}
