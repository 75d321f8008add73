//! A room's ring buffer: its newest events as the bytes of the wire, bounded by a number of events and of bytes. Cursors
//! are byte offsets since the room was loaded, so a subscription costs two numbers, and a write is a slice of shared
//! memory. What is dropped from the ring is paged from the store by the clients that missed it.
//!
//! What everybody who follows the room has read is dropped, too, except for a tail for those who come back: only while
//! somebody lags does a ring become as large as it may be.
//!
//! Joins and leaves, and reactions, wait in a run until it is sealed. A sealed run is there in two forms, one line for each event and one line
//! for all; offsets count the bytes of the first, whichever is written.

mod run;

use std::collections::VecDeque;

use bytes::Bytes;

use shared::server_msg::Form;
use shared::{RoomName, Seq};

use self::run::Run;
use crate::encoded::Encoded;

/// The capacity of a ring. Beyond either of the first two limits the oldest events are dropped.
#[derive(Clone, Copy, Debug)]
pub struct RingCapacity {
    /// The most events.
    pub events: usize,
    /// The most bytes. With what an event takes beside its bytes, this is what somebody who stops reading costs.
    pub bytes: u64,
    /// How many bytes of what everybody has read are kept, for those who come back: some hundreds of messages.
    pub tail: u64,
}

impl Default for RingCapacity {
    fn default() -> Self {
        Self { events: 2048, bytes: 256 * 1024, tail: 64 * 1024 }
    }
}

/// A room's ring buffer.
#[derive(Debug)]
pub struct Ring {
    /// The room.
    pub room: RoomName,
    capacity: RingCapacity,
    chunks: VecDeque<Chunk>,
    /// The offset of the oldest byte in the ring.
    start: u64,
    /// The seq of the newest event that is not in the ring any more; zero if the ring has all of the room's events.
    floor: Seq,
    /// The seq of the newest event that can be written.
    pub head: Seq,
    /// The joins and leaves, or the reactions, after it, which wait to be coalesced.
    run: Run,
    events: usize,
    /// At this offset it is looked again what everybody has read.
    trim_at: u64,
    /// The subscribers that follow this room.
    pub followers: Vec<usize>,
    /// Whether the room has events that are being coalesced.
    pub coalescing: bool,
}

/// The events of one commit as one piece of memory, so that a cursor at the end needs one write for them.
#[derive(Debug)]
struct Chunk {
    start: u64,
    bytes: Bytes,
    /// Each event's seq, and the offset inside `bytes` where it ends.
    ends: Box<[(Seq, u32)]>,
    /// The same in the compact form, if they are joins and leaves, or reactions.
    compact: Option<Bytes>,
}

impl Chunk {
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    fn newest(&self) -> Seq {
        self.ends.last().map_or(Seq::ZERO, |(seq, _)| *seq)
    }

    /// What a reader gets of it who has read up to `offset`. In the compact form it is all of it or nothing: a client passes
    /// over what it has seen.
    fn rest(&self, offset: u64, form: Form) -> (&Bytes, usize) {
        match (form, &self.compact) {
            (Form::Compact, Some(line)) => (line, 0),
            (Form::Compact | Form::Full, _) => {
                let skip = usize::try_from(offset.saturating_sub(self.start)).unwrap_or(usize::MAX);
                (&self.bytes, skip)
            }
        }
    }
}

/// Where a reader is after a write.
pub struct Reached {
    /// The rest of the line that was cut; empty if none was.
    pub rest: Bytes,
    /// The offset after that line.
    pub offset: u64,
    /// The newest event up to there.
    pub seq: Seq,
}

impl Ring {
    /// An empty ring after the event `floor`.
    #[must_use]
    pub fn new(room: RoomName, floor: Seq, capacity: RingCapacity) -> Self {
        let (chunks, followers, run) = (VecDeque::new(), Vec::new(), Run::default());
        Self {
            room,
            capacity,
            chunks,
            start: 0,
            floor,
            head: floor,
            run,
            events: 0,
            trim_at: 0,
            followers,
            coalescing: false,
        }
    }

    /// The offset after the newest event.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.chunks.back().map_or(self.start, Chunk::end)
    }

    /// The offset of the oldest event in the ring.
    #[must_use]
    pub const fn start(&self) -> u64 {
        self.start
    }

    /// Appends the events of one commit and drops the oldest beyond the capacity. Events up to the head are skipped: a
    /// room that was loaded during their commit has them already.
    pub fn append(&mut self, events: &[Encoded]) {
        let known = events.partition_point(|event| event.seq <= self.newest());
        let events = events.get(known..).unwrap_or_default();
        for same in events.chunk_by(|one, next| one.change.is_some() == next.change.is_some()) {
            for event in same.iter().filter(|event| event.change.is_some()) {
                if !self.run.takes(event) {
                    self.seal();
                }
                self.run.push(event.clone());
            }
            if same.iter().any(|event| event.change.is_none()) {
                self.seal();
                self.add_chunk(same, None);
            }
        }
    }

    /// The seq of the newest event, those that wait included.
    #[must_use]
    pub fn newest(&self) -> Seq {
        self.run.newest().unwrap_or(self.head)
    }

    /// Whether something waits to be coalesced.
    #[must_use]
    pub fn is_coalescing(&self) -> bool {
        self.run.newest().is_some()
    }

    /// Makes one piece of what waits, to be written.
    pub fn seal(&mut self) {
        let run = std::mem::take(&mut self.run);
        let compact = run.compact_line(&self.room);
        self.add_chunk(run.events(), compact);
    }

    fn add_chunk(&mut self, events: &[Encoded], compact: Option<Bytes>) {
        let Some(last) = events.last() else { return };
        let start = self.end();
        // A copy, as long as it is: the memory that an event was encoded in is larger.
        let bytes = concat(events);
        let mut end = 0;
        let ends = events.iter().map(|event| {
            end += u32::try_from(event.line.len()).unwrap_or(u32::MAX);
            (event.seq, end)
        });
        self.chunks.push_back(Chunk { start, ends: ends.collect(), bytes, compact });
        self.head = last.seq;
        self.events += events.len();
        let RingCapacity { events, bytes, .. } = self.capacity;
        while self.chunks.len() > 1 && (self.events > events || self.end() - self.start > bytes) {
            self.drop_oldest();
        }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.end() - self.start
    }

    /// Drops the oldest events until it has no more bytes than this, except for the newest commit.
    pub fn shrink(&mut self, bytes: u64) {
        while self.chunks.len() > 1 && self.bytes() > bytes {
            self.drop_oldest();
        }
    }

    /// Whether it has grown enough since the last time for [`Ring::trim`] to be worth its while.
    #[must_use]
    pub fn is_trim_due(&self) -> bool {
        self.end() >= self.trim_at && self.bytes() > self.capacity.tail + self.capacity.tail / 2
    }

    /// Drops what everybody has read who follows the room, up to `read`, except for the tail.
    pub fn trim(&mut self, read: u64) {
        let RingCapacity { tail, .. } = self.capacity;
        while self
            .chunks
            .front()
            .is_some_and(|oldest| oldest.end() <= read && self.end() - oldest.end() >= tail)
        {
            self.drop_oldest();
        }
        self.chunks.shrink_to(2 * self.chunks.len());
        self.trim_at = self.end() + tail / 2;
    }

    /// Drops every commit that is all before an event.
    pub fn forget_before(&mut self, seq: Seq) {
        while self.chunks.front().is_some_and(|oldest| oldest.newest() < seq) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.chunks.pop_front() else { return };
        self.start = oldest.end();
        self.events -= oldest.ends.len();
        self.floor = oldest.ends.last().map_or(self.floor, |(seq, _)| *seq);
    }

    /// The offset of the first event after `seq`; `None` if some of the events after it were dropped.
    #[must_use]
    pub fn offset_after(&self, seq: Seq) -> Option<u64> {
        if seq >= self.newest() {
            return Some(self.end() + self.run.bytes());
        }
        if seq >= self.head {
            return Some(self.end());
        }
        if seq < self.floor {
            return None;
        }
        let at = self.chunks.partition_point(|chunk| chunk.ends.last().is_some_and(|(last, _)| *last <= seq));
        let chunk = self.chunks.get(at)?;
        let before = chunk.ends.partition_point(|(event, _)| *event <= seq);
        let inside = before.checked_sub(1).map_or(0, |i| chunk.ends[i].1);
        Some(chunk.start + u64::from(inside))
    }

    /// What [`Ring::pieces`] gives, if it is one piece: a part of the newest commit, or all of it.
    #[must_use]
    pub fn only_piece(&self, offset: u64, form: Form) -> Option<&[u8]> {
        let newest = self.chunks.back().filter(|newest| newest.start <= offset)?;
        let (bytes, skip) = newest.rest(offset, form);
        bytes.get(skip..)
    }

    /// Fills `pieces` with the memory from an offset on, for a vectored write; returns how many there are.
    pub fn pieces<'a>(&'a self, offset: u64, form: Form, pieces: &mut [std::io::IoSlice<'a>]) -> usize {
        let at = self.chunk_at(offset);
        let mut count = 0;
        for (piece, chunk) in pieces.iter_mut().zip(self.chunks.range(at..)) {
            let (bytes, skip) = chunk.rest(offset, form);
            *piece = std::io::IoSlice::new(bytes.get(skip..).unwrap_or_default());
            count += 1;
        }
        count
    }

    /// Where a reader at `offset` is to whom so many bytes were written of what [`Ring::pieces`] gave.
    #[must_use]
    pub fn reached(&self, offset: u64, form: Form, mut written: usize) -> Reached {
        let mut reached = Reached { rest: Bytes::new(), offset, seq: self.head };
        for chunk in self.chunks.range(self.chunk_at(offset)..) {
            let (bytes, skip) = chunk.rest(reached.offset, form);
            let length = bytes.len() - skip;
            if written == 0 {
                break;
            }
            if written < length {
                let cut = skip + written;
                let end = if chunk.compact.as_ref().is_some_and(|_| form == Form::Compact) {
                    (reached.offset, reached.seq) = (chunk.end(), chunk.newest());
                    bytes.len()
                } else {
                    let line = chunk.ends.partition_point(|(_, end)| (*end as usize) < cut);
                    let (seq, end) = chunk.ends.get(line).copied().unwrap_or((chunk.newest(), 0));
                    (reached.offset, reached.seq) = (chunk.start + u64::from(end), seq);
                    end as usize
                };
                reached.rest = bytes.slice(cut..end);
                break;
            }
            written -= length;
            (reached.offset, reached.seq) = (chunk.end(), chunk.newest());
        }
        reached
    }

    fn chunk_at(&self, offset: u64) -> usize {
        self.chunks.partition_point(|chunk| chunk.end() <= offset)
    }
}

fn concat(events: &[Encoded]) -> Bytes {
    let mut bytes = Vec::with_capacity(events.iter().map(|event| event.line.len()).sum());
    for event in events {
        bytes.extend_from_slice(&event.line);
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: u64) -> Encoded {
        Encoded { seq: Seq::new(seq).unwrap(), line: Bytes::from(format!("{seq}\n")), change: None }
    }

    fn ring(commits: &[&[u64]]) -> Ring {
        let mut ring = Ring::new(RoomName::lobby(), Seq::new(1).unwrap(), RingCapacity::default());
        for commit in commits {
            ring.append(&commit.iter().map(|seq| event(*seq)).collect::<Vec<_>>());
        }
        ring
    }

    /// What a reader who has seen `after` still gets.
    fn rest(ring: &Ring, after: u64) -> Option<String> {
        let offset = ring.offset_after(Seq::new(after).unwrap())?;
        let mut pieces = [std::io::IoSlice::new(&[]); 16];
        let count = ring.pieces(offset, Form::Full, &mut pieces);
        Some(pieces[..count].iter().map(|piece| String::from_utf8_lossy(piece).into_owned()).collect())
    }

    #[test]
    fn a_position_is_found_at_every_event_inside_and_between_commits() {
        let ring = ring(&[&[2, 5], &[9], &[10, 11, 20]]);
        for (after, want) in [
            (0, None),
            (1, Some("2\n5\n9\n10\n11\n20\n")),
            (2, Some("5\n9\n10\n11\n20\n")),
            (4, Some("5\n9\n10\n11\n20\n")),
            (5, Some("9\n10\n11\n20\n")),
            (9, Some("10\n11\n20\n")),
            (11, Some("20\n")),
            (20, Some("")),
            (99, Some("")),
        ] {
            assert_eq!(rest(&ring, after).as_deref(), want, "after {after}");
        }
    }

    #[test]
    fn a_line_that_was_written_in_part_is_completed() {
        let ring = ring(&[&[2, 5], &[10, 11]]);
        for (offset, want, seq) in
            [(2, "", 2), (3, "\n", 5), (4, "", 5), (5, "0\n", 10), (7, "", 10), (8, "1\n", 11)]
        {
            let Reached { rest, offset: after, seq: at } = ring.reached(0, Form::Full, offset);
            assert_eq!((&rest[..], at.get()), (want.as_bytes(), seq), "offset {offset}");
            assert_eq!(after, (offset + want.len()) as u64);
        }
    }

    #[test]
    fn an_event_that_is_here_already_is_not_added_again() {
        let ring = ring(&[&[2, 5], &[2, 5], &[5, 9]]);
        assert_eq!(rest(&ring, 1).as_deref(), Some("2\n5\n9\n"));
    }

    #[test]
    fn what_everybody_has_read_is_dropped_except_for_the_tail() {
        let capacity = RingCapacity { tail: 6, ..RingCapacity::default() };
        let mut ring = Ring::new(RoomName::lobby(), Seq::new(1).unwrap(), capacity);
        for commit in [&[2, 5][..], &[9], &[10, 11, 20]] {
            ring.append(&commit.iter().map(|seq| event(*seq)).collect::<Vec<_>>());
        }
        assert!(ring.is_trim_due());
        // Somebody has read the first commit only, which may go; then all have read everything, and the tail stays.
        for (read, oldest, is_due) in [(3, 0, false), (4, 4, false), (15, 6, false)] {
            ring.trim(read);
            assert_eq!((ring.start(), ring.is_trim_due()), (oldest, is_due), "read {read}");
        }
        assert_eq!(rest(&ring, 9).as_deref(), Some("10\n11\n20\n"));
        assert_eq!(rest(&ring, 5), None);
    }

    #[test]
    fn a_ring_drops_the_oldest_and_has_no_offset_for_them() {
        let mut ring = ring(&[]);
        let most = RingCapacity::default().events;
        for seq in 2..=(most as u64 + 10) {
            ring.append(&[event(seq)]);
        }
        assert_eq!(ring.events, most);
        let oldest = 10 + 1;
        assert_eq!(ring.offset_after(Seq::new(oldest - 2).unwrap()), None);
        assert_eq!(ring.offset_after(Seq::new(oldest - 1).unwrap()), Some(ring.start()));
    }
}
