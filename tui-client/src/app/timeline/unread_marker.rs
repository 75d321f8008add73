//! What is new to the reader: the unread marker above the first unread message, the line that says how many were missed while
//! the connection was lost, and the count of messages that arrived below the viewport.
//!
//! Both lines stand above a message that somebody else wrote: who joined meanwhile is no message, and one's own is not new.
//! The unread marker has nothing of one's own below it, stored or waiting: what comes after it is new.

use shared::{Event, Seq, Uid};

use super::Timeline;
use super::entry::Entry;
use super::layout::Viewport;
use super::scroll_anchor::NewBelow;
use super::separator::{Missed, NewMark};

impl Timeline {
    /// Tells who reads: what they wrote is not new to them.
    pub fn set_reader(&mut self, uid: Uid) {
        self.reader = Some(uid);
    }

    /// Puts the unread marker above the first message after `read`; `None` takes it away.
    pub fn set_read(&mut self, read: Option<Seq>) {
        self.read = read.map(|after| {
            let mark = self.mark_after(self.last_own_after(after).unwrap_or(after));
            NewMark { first: mark.first.filter(|_| self.pending.is_empty()), ..mark }
        });
    }

    /// Takes the unread marker away where it stands above nothing: what comes from now on is seen as it comes.
    pub fn forget_idle_mark(&mut self) {
        self.read = self.read.filter(|mark| mark.first.is_some());
    }

    /// Says above the first message after `after` how many were missed; zero takes it away.
    pub fn set_missed(&mut self, after: Seq, count: usize) {
        self.missed = (count > 0).then(|| Missed { mark: self.mark_after(after), count });
    }

    /// Moves to the first message not read, its marker at the top. Says whether there is one.
    pub fn to_unread(&mut self, viewport: &Viewport) -> bool {
        let Some(Ok(at)) = self.read.and_then(|mark| mark.first).map(|first| self.find(first)) else {
            return false;
        };
        self.go(at, 0, viewport);
        true
    }

    /// How many messages arrived below since the reader left the bottom and were not scrolled to since.
    #[must_use]
    pub fn new_below(&self) -> usize {
        self.new_below.map_or(0, |new| new.count)
    }

    fn mark_after(&self, after: Seq) -> NewMark {
        let entries = self.log.range(self.index_after(after)..);
        let first = entries.filter(|entry| self.is_new(entry)).map(Entry::id).next();
        NewMark { after, first }
    }

    /// The last message of the reader's own after `after`.
    fn last_own_after(&self, after: Seq) -> Option<Seq> {
        let entries = self.log.range(self.index_after(after)..);
        entries.rev().filter(|entry| self.is_own(entry)).find_map(Entry::seq)
    }

    /// Whether an entry is a stored message of the reader.
    pub(super) fn is_own(&self, entry: &Entry) -> bool {
        let by_reader = entry.from().is_some_and(|from| Some(from.uid) == self.reader);
        by_reader && entry.text().is_some() && entry.seq().is_some()
    }

    /// Whether an entry can be new to the reader: a message of somebody else.
    fn is_new(&self, entry: &Entry) -> bool {
        let by_other = entry.from().is_some_and(|from| Some(from.uid) != self.reader);
        by_other && self.is_said_and_shown(entry) && entry.seq().is_some()
    }

    /// An entry that is about to be inserted may be the first that is new.
    pub(super) fn note_new(&mut self, entry: &Entry) {
        let id = entry.id();
        if !self.is_new(entry) {
            return;
        }
        // What waits to be sent stands below it.
        let read = self.read.as_mut().filter(|_| self.pending.is_empty());
        for mark in read.into_iter().chain(self.missed.as_mut().map(|missed| &mut missed.mark)) {
            if id.seq > mark.after && mark.first.is_none_or(|first| id < first) {
                mark.first = Some(id);
            }
        }
    }

    /// An own message that was inserted stands after what was unread.
    pub(super) fn note_own(&mut self, seq: Seq) {
        if let Some(read) = self.read.filter(|read| seq > read.after) {
            self.set_read(Some(read.after));
        }
    }

    /// Where a page of the history has something the reader wrote, they had read what is before it.
    pub(super) fn note_own_in_page(&mut self, page: &[Event]) {
        let own = page
            .iter()
            .rev()
            .find(|event| Some(event.from.uid) == self.reader && event.kind.text().is_some());
        if let (Some(own), Some(read)) = (own, self.read)
            && own.seq > read.after
        {
            self.set_read(Some(own.seq));
        }
    }

    /// Counts what arrives while the reader is elsewhere.
    pub(super) fn count_new_below(&mut self, entry: &Entry) {
        if !self.at_bottom() && self.is_said_and_shown(entry) {
            let new = self.new_below.get_or_insert(NewBelow { first: entry.id(), count: 0 });
            new.count += 1;
        }
    }

    /// What is visible now is not new any more.
    pub(super) fn note_seen(&mut self, viewport: &Viewport) {
        let last = self.lay_out(viewport).back().map(|block| block.entry.id());
        let (Some(mut new), Some(last)) = (self.new_below, last) else { return };
        let (Ok(mut at) | Err(mut at)) = self.find(new.first);
        while let Some(entry) = self.entry(at).filter(|entry| entry.id() <= last) {
            new.count = new.count.saturating_sub(usize::from(self.is_said_and_shown(entry)));
            at += 1;
        }
        self.new_below = self.entry(at).map(|entry| NewBelow { first: entry.id(), ..new });
        self.new_below = self.new_below.filter(|new| new.count > 0);
    }
}
