//! Counting what came while this client did not run, or while a room was not known yet. Most of it the server sends unasked,
//! because the first greeting names how far each room was read; the rest, as far as it counts, is paged: newest first, until
//! what was read is reached, or a few pages.

use shared::{Event, Seq, Uid};

use super::room::{Recount, Room};
use super::timeline::{Called, PageEdge};

/// How many pages of a room are fetched to count it. Beyond them the count is of what is newer.
const PAGES: u8 = 5;

impl Room {
    /// What is after `read` does not come by itself: it is paged to be counted. In a direct room there are only messages, so
    /// there is at least one.
    pub fn recount_after(&mut self, read: Seq) {
        let is_ignored =
            self.name.pair().is_some_and(|(one, other)| self.ignores(one) || self.ignores(other));
        let is_guess = self.is_direct() && self.unread == 0 && !is_ignored;
        if is_guess {
            (self.unread, self.mentions) = (1, 1);
        }
        self.recount = Some(Recount { after: read, pages: PAGES, is_guess });
    }

    /// The next history page wanted to count what was not read. It counts as asked for from now on.
    pub fn next_page_to_count(&mut self) -> Option<PageEdge> {
        let Recount { after, pages, .. } = self.recount?;
        if !self.joined || self.paging.is_some() {
            return None;
        }
        let before = self.oldest_known();
        if pages == 0 || before <= after.next() {
            self.recount = None;
            return None;
        }
        self.timeline.older_requested();
        self.paging = Some(before);
        Some(PageEdge::Before(before))
    }

    /// Counts a page of what is older than all that is here.
    pub fn count_page(&mut self, page: &[Event], more: bool, me: Uid, called: Called<'_>) {
        let Some(mut recount) = self.recount else { return };
        if recount.is_guess {
            (self.unread, self.mentions, recount.is_guess) = (0, 0, false);
        }
        recount.pages = if more { recount.pages.saturating_sub(1) } else { 0 };
        let mut is_reached = !more;
        for event in page.iter().rev() {
            if event.seq <= recount.after {
                (recount.pages, is_reached) = (0, true);
                break;
            }
            let Some(text) = event.kind.text() else { continue };
            if event.from.uid == me {
                // Whoever spoke had read what was said before.
                self.read = self.read.max(event.seq);
                (recount.pages, is_reached) = (0, true);
                break;
            }
            if self.timeline.hides(event) {
                continue;
            }
            self.unread += 1;
            let names_me = self.is_direct() || called.is_in(text.as_str());
            self.mentions += usize::from(names_me);
        }
        self.recount = Some(recount).filter(|recount| recount.pages > 0);
        self.unread_more = self.recount.is_none() && !is_reached;
    }

    /// What is up to `read` was read on another machine of ours: it is counted no longer.
    pub fn count_back(&mut self, read: Seq, me: Uid, called: Called<'_>) {
        if read <= self.read || self.unread == 0 {
            return;
        }
        let from = std::mem::replace(&mut self.read, read);
        for entry in self.timeline.entries() {
            let is_read = entry.seq().is_some_and(|seq| seq > from && seq <= read);
            let is_others =
                entry.from().is_some_and(|from| from.uid != me) && !self.timeline.is_ignored(entry);
            let Some(text) = entry.text().filter(|_| is_read && is_others) else { continue };
            let names_me = self.is_direct() || called.is_in(text);
            self.unread = self.unread.saturating_sub(1);
            self.mentions = self.mentions.saturating_sub(usize::from(names_me));
        }
        self.timeline.set_read(Some(read));
    }

    /// Somebody is ignored from now on: what they said is counted no longer.
    pub fn uncount(&mut self, uid: Uid, called: Called<'_>) {
        if self.unread == 0 {
            return;
        }
        if self.name.pair().is_some_and(|(one, other)| one == uid || other == uid) {
            return self.mark_read();
        }
        for entry in self.timeline.entries() {
            let is_theirs =
                entry.from().is_some_and(|from| from.uid == uid) && self.timeline.is_ignored(entry);
            let is_unread = entry.seq().is_some_and(|seq| seq > self.read);
            let Some(text) = entry.text().filter(|_| is_theirs && is_unread) else { continue };
            self.unread = self.unread.saturating_sub(1);
            self.mentions = self.mentions.saturating_sub(usize::from(called.is_in(text)));
        }
    }

    fn ignores(&self, uid: Uid) -> bool {
        self.timeline.ignores(uid)
    }

    /// Something we said before this client was started: all before it was read.
    pub fn note_own(&mut self, seq: Seq) {
        self.read = self.read.max(seq);
        (self.unread, self.mentions, self.unread_more, self.recount) = (0, 0, false, None);
        self.timeline.set_read(Some(seq));
    }
}
