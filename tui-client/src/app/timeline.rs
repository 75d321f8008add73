//! One room's timeline, its scrollback: events in the server's order, notices and our own unsent messages, gaps, and where
//! the reader is in it (scroll anchor, selection, unread marker).
//!
//! Nothing is wrapped when it arrives: drawing and scrolling lay out what the viewport shows and no more, so a million
//! entries cost what they hold.
//!
//! Reading order: [`entry`] is one thing in it, `packed` and `packing` how most texts are kept; `gaps` the ranges that are
//! missing; `layout` says which rows an entry takes (with its `entry_text`, `event_text` and date separators); `anchor` and
//! `scroll` where the reader is; `unread` what is new; `own_messages` what this client adds itself; `changed` what edits, deletions and
//! reactions do, with the `facts` kept beside entries; `answered` what answers answer; `fold` and `unfold` long messages; `jump_to_message`, `select`, `highlight`, `links` what
//! their names say; `markup` and `text_rows` formatting; `sketch` pictures.

pub mod called;
pub mod entry;
pub mod entry_text;
pub mod facts;
pub mod file_mark;
pub mod fold;
pub mod gaps;
pub mod highlight;
pub mod layout;
pub mod links;
pub mod not_counted;
mod originals;
pub mod scroll_anchor;
pub mod separator;
pub mod sketch;
pub mod under;

mod answered;
mod changed;
mod condensed;
mod date_separator;
mod event_text;
mod file_line;
mod jump_to_message;
mod kept_changes;
mod korean_suffix;
mod marked_files;
mod markup;
mod name_column;
mod own_messages;
mod packed;
mod packing;
mod scroll;
mod select;
mod sender_pool;
mod text_rows;
mod unfold;
mod unread_marker;
mod visibility;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use shared::{Event, Kind, Nonce, Seq, Uid};

pub use self::called::Called;
pub use self::entry::{Body, Entry, EntryId, HowSaid, Level, Notice, Own};
pub use self::entry_text::{EntryText, Label, Paint};
pub use self::facts::Facts;
pub use self::file_mark::{FileMark, MarkOf};
pub use self::fold::Fold;
pub use self::gaps::{Gap, PageEdge};
pub use self::highlight::mentions;
pub use self::layout::{Block, Geometry, Viewport, Visible, original_line};
pub use self::links::{Target, links};
pub use self::markup::{BlockKind, Look};
pub use self::not_counted::NotCounted;
pub use self::originals::Original;
pub use self::scroll_anchor::{Anchor, AnchorRow};
pub use self::separator::Separator;
pub use self::sketch::Sketch;
pub use self::text_rows::BLOCK_SIGN;

use self::entry::PENDING;
use self::facts::FactTable;
use self::gaps::Gaps;
use self::kept_changes::KeptChanges;
use self::name_column::NameColumn;
use self::originals::Originals;
use self::scroll_anchor::NewBelow;
use self::sender_pool::SenderPool;
use self::separator::{Missed, NewMark};
use crate::joins::Joins;
use crate::profile::{Act, Ignored};

/// The most entries kept by default; the oldest go first. Of longer messages fewer are kept, see `memory_budget`.
const CAP: usize = 1 << 20;

/// One room's scrollback.
#[derive(Debug)]
pub struct Timeline {
    /// Events and notices, and own messages that failed, in the order of their ids.
    log: VecDeque<Entry>,
    /// Own messages in flight or queued, in the order they were written. They stand below the log: whatever arrives before
    /// a message does was before it in the server's order too. Bounded by the outbox that sends them.
    pending: Vec<Entry>,
    /// The own messages in the log that failed; one may turn out to have been stored after all.
    failed: Vec<(Nonce, EntryId)>,
    senders: SenderPool,
    names: NameColumn,
    gaps: Gaps,
    facts: FactTable,
    /// Changes of messages that are not here.
    kept: KeptChanges,
    originals: Originals,
    /// Deletions and reactions of the reader that are not known to be stored.
    changing: Vec<Act>,
    /// The files of messages that are on their way or were saved.
    file_marks: Vec<FileMark>,
    cap: usize,
    /// What the entries of the log take in memory, with their facts and what is kept for others.
    bytes: usize,
    /// How many messages were added at the end since the last of them were packed.
    loose: usize,
    /// There is no room for older ones.
    full: bool,
    /// How many local entries there have been.
    locals: u32,
    /// The lowest and the highest seq that arrived, of kinds that are not shown too; zero before the first.
    oldest: Seq,
    newest: Seq,
    /// The newest seq the server told of; local entries stand after it.
    head: Seq,
    has_older: bool,
    /// Whether a request for what is older is under way.
    asking: bool,
    /// Who reads it.
    reader: Option<Uid>,
    /// The unread marker.
    read: Option<NewMark>,
    missed: Option<Missed>,
    anchor: Anchor,
    new_below: Option<NewBelow>,
    selected: Option<EntryId>,
    /// The long messages that are shown whole.
    unfolded: BTreeSet<EntryId>,
    /// How joins and leaves are shown.
    joins: Joins,
    /// Whom the reader ignores.
    ignored: Arc<Ignored>,
}

/// What [`Timeline::push`] did with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is the newest.
    Appended,
    /// It was inserted among older and newer ones.
    Inserted,
    /// It was there already.
    Duplicate,
    /// It changes another one, or is of a kind this client does not know; its place is remembered, and it has no entry.
    Hidden,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            log: VecDeque::new(),
            pending: Vec::new(),
            failed: Vec::new(),
            senders: SenderPool::default(),
            names: NameColumn::default(),
            gaps: Gaps::default(),
            facts: FactTable::default(),
            kept: KeptChanges::default(),
            originals: Originals::default(),
            changing: Vec::new(),
            file_marks: Vec::new(),
            cap: CAP,
            bytes: 0,
            loose: 0,
            full: false,
            locals: 0,
            oldest: Seq::ZERO,
            newest: Seq::ZERO,
            head: Seq::ZERO,
            has_older: false,
            asking: false,
            reader: None,
            read: None,
            missed: None,
            anchor: Anchor::Bottom,
            new_below: None,
            selected: None,
            unfolded: BTreeSet::new(),
            joins: Joins::default(),
            ignored: Arc::default(),
        }
    }
}

/// What the server sends.
impl Timeline {
    /// An empty timeline that keeps at most `cap` entries (at least one).
    ///
    /// What the viewport shows is not trimmed before there are twice as many.
    #[must_use]
    pub fn with_cap(cap: usize) -> Self {
        Self { cap: cap.max(1), ..Self::default() }
    }

    /// Forgets everything: its seqs mean other events from now on.
    pub fn forget(&mut self) {
        let ignored = Arc::clone(&self.ignored);
        *self = Self { reader: self.reader, cap: self.cap, joins: self.joins, ignored, ..Self::default() };
    }

    /// Takes an event in: live, resumed or paged, in any order.
    ///
    /// An event that goes back to an unknown one (`prev`) leaves a gap below it. An own message that was pending
    /// or failed is replaced by its event.
    pub fn push(&mut self, event: &Event) -> Added {
        let live = event.seq > self.newest;
        self.note_reach(event);
        let id = EntryId { seq: event.seq, local: 0 };
        self.confirm(event, id);
        let at = match self.log.back() {
            Some(last) if last.id() >= id => match self.find(id) {
                Ok(at) => {
                    if let Kind::Deleted(by) = &event.kind {
                        self.note_deleted(at, by.as_deref());
                    }
                    return Added::Duplicate;
                }
                Err(at) => at,
            },
            Some(_) | None => self.log.len(),
        };
        let from = self.senders.intern(&event.from);
        let Some(entry) = Entry::of_event(event, from) else {
            self.take_change(event, live);
            return Added::Hidden;
        };
        if live {
            self.count_new_below(&entry);
        }
        self.note_new(&entry);
        let is_own = self.is_own(&entry);
        self.insert(at, entry);
        if is_own {
            self.note_own(event.seq);
        }
        self.note_facts(event, live);
        if live { Added::Appended } else { Added::Inserted }
    }

    /// Takes in the answer to `history` with `before`: everything just below that seq, oldest first.
    ///
    /// It serves what is older than everything here as well as a gap. `more` is what the server said. Without a
    /// `before` in the request, the newest page, pass the room's head plus one.
    pub fn extend_older(&mut self, before: Seq, page: &[Event], more: bool) {
        self.asking = false;
        let before_last = Seq::new(before.get().saturating_sub(1)).unwrap_or_default();
        let (first, last) = match page {
            [first, .., last] | [first @ last] => (first.seq, last.seq),
            [] => (before, Seq::ZERO),
        };
        self.insert_page(page);
        self.gaps.fill(last, before_last);
        // A server that says there is more and sends nothing would be asked for ever.
        let more = more && !page.is_empty();
        if !more {
            self.gaps.fill(Seq::ZERO, first);
        }
        if first <= self.oldest || self.oldest == Seq::ZERO {
            self.has_older = more;
        }
        self.trim();
    }

    /// Notes the newest seq of the room, before any of its events arrive. Local entries added from now on stand
    /// after it.
    pub fn set_head(&mut self, head: Seq) {
        // Told again, it means nothing new: a server that has no events up to there was asked for them already.
        if self.oldest == Seq::ZERO && head > self.head {
            self.has_older = true;
        }
        self.head = self.head.max(head);
    }

    /// Notes a `gap`: the events above `after` and below `before` are not sent unasked.
    pub fn add_gap(&mut self, after: Seq, before: Seq) {
        self.gaps.add(after, before);
    }

    /// The gaps to page, lowest first: ask for what is before [`Gap::before`].
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        self.gaps.as_slice()
    }

    /// Closes a gap whose events the server does not have.
    pub fn close_gap(&mut self, gap: Gap) {
        self.gaps.fill(gap.after, gap.before);
    }

    /// The lowest seq that arrived; zero when none did.
    #[must_use]
    pub fn oldest_seq(&self) -> Seq {
        self.oldest
    }

    /// The highest seq that arrived, the position to resume from; zero when none did.
    #[must_use]
    pub fn newest_seq(&self) -> Seq {
        self.newest
    }

    /// Whether the server has events older than the oldest here.
    #[must_use]
    pub fn has_older(&self) -> bool {
        self.has_older
    }

    /// Notes that older events were asked for; [`Self::extend_older`] or [`Self::older_refused`] ends it.
    pub fn older_requested(&mut self) {
        self.asking = true;
    }

    /// Notes that the request for older events came to nothing; it may be made again.
    pub fn older_refused(&mut self) {
        self.asking = false;
    }

    /// Updates oldest, newest and head for an event, and the gaps it opens or fills.
    fn note_reach(&mut self, event: &Event) {
        let Event { seq, prev, .. } = *event;
        if self.oldest == Seq::ZERO {
            (self.oldest, self.newest) = (seq, seq);
            self.has_older = prev != Seq::ZERO;
        } else if seq < self.oldest {
            self.gaps.add(seq, self.oldest);
            self.oldest = seq;
            self.has_older = prev != Seq::ZERO;
        } else if seq > self.newest {
            self.gaps.add(self.newest, prev.next());
            self.newest = seq;
        }
        self.head = self.head.max(seq);
        if !self.gaps.as_slice().is_empty() {
            self.gaps.fill(prev, seq);
        }
    }

    /// Inserts a page in one move where it can be, so that a page in the middle of many entries costs no more than one at
    /// an end.
    fn insert_page(&mut self, page: &[Event]) {
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return };
        let ids = [first, last].map(|event| EntryId { seq: event.seq, local: 0 });
        let sorted = page.windows(2).all(|two| matches!(two, [a, b] if a.seq < b.seq));
        let at = match ids.map(|id| self.find(id)) {
            [Err(low), Err(high)] if sorted && low == high => low,
            [Ok(_) | Err(_), Ok(_) | Err(_)] => {
                for event in page {
                    self.push(event);
                }
                return self.note_own_in_page(page);
            }
        };
        let length = self.log.len();
        self.log.rotate_left(at);
        for event in page {
            self.note_reach(event);
            let from = self.senders.intern(&event.from);
            let Some(entry) = Entry::of_event(event, from) else { continue };
            self.note_name(&entry);
            self.note_new(&entry);
            self.bytes += entry.bytes();
            self.log.push_back(entry);
        }
        let added = self.log.len() - length;
        self.log.rotate_right(at + added);
        for event in page {
            if self.find(EntryId { seq: event.seq, local: 0 }).is_ok() {
                self.note_facts(event, false);
            } else {
                self.take_change(event, false);
            }
        }
        self.pack(at, at + added);
        for event in page {
            self.confirm(event, EntryId { seq: event.seq, local: 0 });
        }
        self.note_own_in_page(page);
    }
}

/// How much there is.
impl Timeline {
    /// All entries, oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.log.iter().chain(&self.pending)
    }

    /// How many entries there are, unsent ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.log.len() + self.pending.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Entries by place and id.
impl Timeline {
    /// The entry at an index, counted from the oldest.
    fn entry(&self, at: usize) -> Option<&Entry> {
        self.log.get(at).or_else(|| self.pending.get(at.checked_sub(self.log.len())?))
    }

    /// The index of an entry, or where it would be inserted.
    fn find(&self, id: EntryId) -> Result<usize, usize> {
        if id.is_pending() {
            let at = |at: usize| self.log.len() + at;
            return self.pending.binary_search_by_key(&id, Entry::id).map(at).map_err(at);
        }
        self.log.binary_search_by_key(&id, Entry::id)
    }

    fn entry_of(&self, id: EntryId) -> Option<&Entry> {
        self.find(id).ok().and_then(|at| self.entry(at))
    }

    fn insert(&mut self, at: usize, entry: Entry) {
        self.note_name(&entry);
        self.bytes += entry.bytes();
        if self.log.len() == self.log.capacity() {
            // Doubling would leave half of tens of megabytes empty.
            self.log.reserve_exact(self.log.len() / 8 + 32);
        }
        if at == self.log.len() {
            self.loose += usize::from(entry.said().is_some());
            self.log.push_back(entry);
            self.pack_newest();
        } else {
            self.log.insert(at, entry);
        }
        self.trim();
    }

    /// What the entries and their senders take in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes + self.senders.rough_bytes()
    }

    /// Whether there is room for older entries, as far as all rooms together are concerned.
    pub fn set_full(&mut self, full: bool) {
        self.full = full;
    }

    /// Drops the oldest entries until so many bytes are free; they can be paged again. What the viewport shows and what is below
    /// it stays, unless the reader may be moved. Says how many bytes are free.
    pub fn let_go(&mut self, excess: usize, may_move_reader: bool) -> usize {
        let (before, entries) = (self.bytes(), self.bytes);
        self.bytes -= self.kept.clear();
        let kept = self.anchored().filter(|_| !may_move_reader);
        let kept = kept.unwrap_or(EntryId { seq: PENDING, local: u32::MAX });
        while entries - self.bytes < excess
            && self.log.len() > 1
            && self.log.front().is_some_and(|first| first.id() < kept)
        {
            self.drop_oldest();
        }
        if self.bytes == entries {
            return 0;
        }
        self.after_dropping();
        self.log.shrink_to(self.log.len() + self.log.len() / 8);
        self.senders.sweep();
        before.saturating_sub(self.bytes())
    }

    fn drop_oldest(&mut self) {
        if let Some(entry) = self.log.pop_front() {
            self.bytes -= entry.bytes();
            self.bytes -= entry.seq().map_or(0, |seq| self.facts.remove(seq));
            self.has_older = true;
        }
    }

    /// Drops the oldest entries above the cap, but not what the viewport shows.
    fn trim(&mut self) {
        if self.log.len() <= self.cap {
            return;
        }
        let kept = self.anchored().unwrap_or(EntryId { seq: PENDING, local: u32::MAX });
        let hard = self.cap.saturating_mul(2);
        while self.log.len() > self.cap {
            if self.log.front().is_some_and(|first| first.id() >= kept) && self.log.len() <= hard {
                break;
            }
            self.drop_oldest();
        }
        self.after_dropping();
    }

    /// What was known of the entries that are gone is forgotten.
    fn after_dropping(&mut self) {
        let Some(first) = self.log.front().map(Entry::id) else { return };
        self.oldest = self.oldest.max(first.seq);
        self.gaps.forget_below(self.oldest);
        self.failed.retain(|(_, id)| *id >= first);
        self.unfolded.retain(|id| *id >= first);
        if self.anchored().is_some_and(|kept| kept < first) {
            self.anchor_to_next();
        }
    }
}
