//! What is new to the reader: the unread marker above the first unread message, the line that says how many were missed while
//! the connection was lost, and the count of messages that arrived below the viewport.

use shared::Seq;

use super::Timeline;
use super::entry::Entry;
use super::layout::Viewport;
use super::scroll_anchor::NewBelow;
use super::separator::Missed;

impl Timeline {
    /// Puts the unread marker above the first event after `read`; `None` takes it away.
    pub fn set_read(&mut self, read: Option<Seq>) {
        self.read = read;
    }

    /// Says above the first event after `after` how many were missed; zero takes it away.
    pub fn set_missed(&mut self, after: Seq, count: usize) {
        self.missed = (count > 0).then_some(Missed { after, count });
    }

    /// Moves to the first message not read, its marker at the top. Says whether there is one.
    pub fn to_unread(&mut self, viewport: &Viewport) -> bool {
        let Some(read) = self.read else { return false };
        let at = self.index_after(read);
        let is_there = at < self.log.len();
        if is_there {
            self.go(at, 0, viewport);
        }
        is_there
    }

    /// How many messages arrived below since the reader left the bottom and were not scrolled to since.
    #[must_use]
    pub fn new_below(&self) -> usize {
        self.new_below.map_or(0, |new| new.count)
    }

    /// Counts what arrives while the reader is elsewhere.
    pub(super) fn count_new_below(&mut self, entry: &Entry) {
        if !self.at_bottom() && entry.text().is_some() {
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
            new.count = new.count.saturating_sub(usize::from(entry.text().is_some()));
            at += 1;
        }
        self.new_below = self.entry(at).map(|entry| NewBelow { first: entry.id(), ..new });
        self.new_below = self.new_below.filter(|new| new.count > 0);
    }
}
