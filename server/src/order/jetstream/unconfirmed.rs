//! What this server has published and not yet read back: go-back-N over frames. Pure; the time comes in with each call, as
//! what has passed since the order began.
//!
//! A frame is confirmed when our own tail brings it, and by nothing else: only then is its place known. What the stream
//! answers to the publish tells early that something failed, or how long it is worth to wait. When something is overdue,
//! everything from the first unconfirmed frame is sent again, in the same frames with the same numbers, so that whoever
//! reads the stream can drop what was there already, and what came before its turn. So the outcome of a publish is never
//! guessed.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use super::frame::{self, MOST_BYTES, MOST_PROPOSALS};
use crate::chat::conn_id::NodeStart;

/// The most frames that are published and not confirmed. With fewer, a link with some delay would stand idle; what is
/// proposed meanwhile makes the next frame larger, and so cheaper.
pub const WINDOW: usize = 4;

/// After a publish that failed: long enough for an election to go on, short beside it. It doubles with each that failed since
/// something was stored.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// The longest that becomes: people wait for it when all is well again, and one frame so often is little.
const LONGEST_AFTER_FAILURE: Duration = Duration::from_millis(400);

/// After a publish of which nothing is heard. It does not grow: what was on its way to a leader that is gone is lost, and the next
/// one has been chosen meanwhile.
const AFTER_SILENCE: Duration = Duration::from_millis(1500);

/// The frames under way and the proposals for the next one.
#[derive(Debug)]
pub struct Unconfirmed {
    start: NodeStart,
    /// Proposals of no frame yet.
    waiting: VecDeque<String>,
    /// Unconfirmed, in order; without a gap in their numbers.
    frames: VecDeque<Flying>,
    /// How many of these, from the front, were published since the last decision to send again.
    published: usize,
    /// The number of the first proposal that is in no frame yet.
    next_number: u64,
    next_attempt: u64,
    /// How often it was decided to send again since the stream took something. While this is not 0 only the first frame is sent, to
    /// see whether the stream takes it: an election would otherwise be answered with all frames ten times a second.
    in_vain: u32,
    /// When to send again because a publish failed.
    retry_at: Option<Duration>,
    /// When to send again because nothing is heard.
    overdue_at: Option<Duration>,
}

#[derive(Debug)]
struct Flying {
    first: u64,
    count: u64,
    bytes: Bytes,
    /// When it was published for the first time.
    since: Duration,
    /// The last publish of it.
    attempt: u64,
    /// The sequence that the stream gave that publish.
    stored: Option<u64>,
}

/// A frame to publish now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// Number of this publish; the answer to it is told by this.
    pub attempt: u64,
    /// The message.
    pub bytes: Bytes,
    /// The number of proposals in it.
    pub proposals: u64,
    /// Whether it was published before.
    pub again: bool,
}

/// What a frame of ours that the tail brought is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The first unconfirmed one, published this long ago. It is confirmed.
    Confirmed(Duration),
    /// One that was confirmed before.
    Repeat,
    /// One before which another is missing: everybody drops it.
    TooEarly,
}

impl Unconfirmed {
    /// Nothing under way.
    #[must_use]
    pub fn new(start: NodeStart) -> Self {
        Self {
            start,
            waiting: VecDeque::new(),
            frames: VecDeque::new(),
            published: 0,
            next_number: 1,
            next_attempt: 1,
            in_vain: 0,
            retry_at: None,
            overdue_at: None,
        }
    }

    /// Whether to bring more proposals: they would be published at once.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.frames.len() < WINDOW && self.waiting.is_empty()
    }

    /// Takes a proposal, as a line.
    pub fn push(&mut self, line: String) {
        self.waiting.push_back(line);
    }

    /// Whether nothing is under way and nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty() && self.waiting.is_empty()
    }

    /// When the oldest unconfirmed frame was published first.
    #[must_use]
    pub fn oldest(&self) -> Option<Duration> {
        self.frames.front().map(|frame| frame.since)
    }

    /// The same if the stream did not say that it has it.
    #[must_use]
    pub fn oldest_unanswered(&self) -> Option<Duration> {
        self.oldest().filter(|_| !self.first_is_stored())
    }

    /// What to publish now; call it until there is nothing.
    pub fn publish(&mut self, now: Duration) -> Option<Publish> {
        if self.is_due(now) {
            (self.published, self.retry_at, self.overdue_at) = (0, None, None);
            self.in_vain = self.in_vain.saturating_add(1);
        }
        // What failed is not followed by more: that would come before its turn.
        if self.retry_at.is_some() || (self.in_vain > 0 && self.published > 0) {
            return None;
        }
        if self.published == self.frames.len() {
            self.form_frame(now)?;
        }
        let frame = self.frames.get_mut(self.published)?;
        self.published += 1;
        let again = frame.attempt > 0;
        (frame.attempt, frame.stored) = (self.next_attempt, None);
        self.next_attempt += 1;
        self.overdue_at.get_or_insert(now + AFTER_SILENCE);
        Some(Publish { attempt: frame.attempt, bytes: frame.bytes.clone(), proposals: frame.count, again })
    }

    /// When to call [`Self::publish`] again if nothing happens before.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        let overdue_at = self.overdue_at.filter(|_| !self.first_is_stored());
        self.retry_at.into_iter().chain(overdue_at).min()
    }

    /// The stream has the frame of this publish, at this sequence.
    pub fn on_stored(&mut self, attempt: u64, sequence: u64) {
        if let Some(frame) = self.frames.iter_mut().find(|frame| frame.attempt == attempt) {
            frame.stored = Some(sequence);
            self.in_vain = 0;
        }
    }

    /// A publish failed. It may be in the stream all the same.
    pub fn on_failed(&mut self, attempt: u64, now: Duration) {
        if self.frames.iter().any(|frame| frame.attempt == attempt) {
            self.retry_soon(now);
        }
    }

    /// The connection was lost, and with it the answers to what is under way.
    pub fn on_connection_lost(&mut self, now: Duration) {
        if self.published > 0 {
            self.retry_soon(now);
        }
    }

    /// The tail brought a frame of this start.
    pub fn on_seen(&mut self, first: u64, count: u64, now: Duration) -> Seen {
        match self.frames.front() {
            Some(frame) if (frame.first, frame.count) == (first, count) => {}
            Some(frame) if first > frame.first => {
                self.retry_soon(now);
                return Seen::TooEarly;
            }
            Some(_) | None => return Seen::Repeat,
        }
        self.in_vain = 0;
        let since = self.frames.pop_front().map_or(now, |frame| frame.since);
        self.published = self.published.saturating_sub(1);
        // The others have all their time again, unless one of them is known to have failed.
        self.overdue_at = (self.published > 0).then_some(now + AFTER_SILENCE);
        if self.frames.is_empty() {
            self.retry_at = None;
        }
        Seen::Confirmed(now.saturating_sub(since))
    }

    /// The tail is past this sequence. A frame that the stream said to have at or before it, and that has not come, is gone:
    /// a leader was lost before the others had it.
    pub fn on_passed(&mut self, sequence: u64, now: Duration) {
        if self.frames.front().is_some_and(|frame| frame.stored.is_some_and(|stored| stored <= sequence)) {
            self.retry_soon(now);
        }
    }

    fn retry_soon(&mut self, now: Duration) {
        let patience = (AFTER_FAILURE * (1 << self.in_vain.min(2))).min(LONGEST_AFTER_FAILURE);
        self.retry_at.get_or_insert(now + patience);
    }

    fn is_due(&self, now: Duration) -> bool {
        self.deadline().is_some_and(|deadline| deadline <= now)
    }

    /// Whether the first unconfirmed frame is in the stream: the tail will bring it, however far behind it is. To send it
    /// again would only make the way longer.
    fn first_is_stored(&self) -> bool {
        self.frames.front().is_some_and(|frame| frame.stored.is_some())
    }

    fn form_frame(&mut self, now: Duration) -> Option<()> {
        if self.frames.len() >= WINDOW {
            return None;
        }
        let mut bytes = 0;
        let mut lines = Vec::new();
        while lines.len() < MOST_PROPOSALS
            && let Some(line) =
                self.waiting.pop_front_if(|line| bytes == 0 || bytes + line.len() < MOST_BYTES)
        {
            bytes += line.len() + 1;
            lines.push(line);
        }
        let (first, count) = (self.next_number, lines.len() as u64);
        if count == 0 {
            return None;
        }
        self.next_number += count;
        let bytes = Bytes::from(frame::encode(self.start, first, &lines));
        self.frames.push_back(Flying { first, count, bytes, since: now, attempt: 0, stored: None });
        Some(())
    }
}

#[cfg(test)]
mod tests;
