//! Looking at a place far from what is here: an island of events around it, and the holes beside it, which are filled
//! when the reader comes near. It must not ask for anything; the app does.

use shared::{Event, Seq};

use super::entry::EntryId;
use super::{Timeline, Viewport};

/// A page to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// What is just before this.
    Before(Seq),
    /// What is just after this.
    After(Seq),
}

impl Timeline {
    /// Takes in the answer to `history` with `around`: events that follow one another, oldest first. `more` says
    /// whether there is something before them.
    pub fn insert_around(&mut self, page: &[Event], more: bool) {
        let Some(first) = page.first() else { return };
        self.insert_page(page);
        if first.seq <= self.oldest {
            self.has_older = more;
        }
        // Nothing is trimmed: the oldest entries are the ones that are going to be looked at.
    }

    /// Takes in the answer to `history` with `after`: everything just above that seq, oldest first.
    pub fn extend_newer(&mut self, after: Seq, page: &[Event], more: bool) {
        self.insert_page(page);
        if let Some(last) = page.last() {
            self.holes.fill(after, last.seq);
        }
        if !more || page.is_empty() {
            let hole =
                self.holes.as_slice().iter().rfind(|hole| hole.after <= page.last().map_or(after, |e| e.seq));
            if let Some(hole) = hole.copied() {
                self.holes.fill(hole.after, hole.before);
            }
        }
        self.trim();
    }

    /// The end, nearest to the reader, of a hole that is in sight or nearly: within two viewports.
    #[must_use]
    pub fn hole_in_sight(&self, viewport: Viewport) -> Option<Edge> {
        if self.holes.as_slice().is_empty() {
            return None;
        }
        let blocks = self.visible(viewport).blocks;
        let top = blocks.front()?.entry;
        let first = self.find(top.id()).ok()?;
        let near = 2 * usize::from(viewport.height);
        let low = first.checked_sub(near).and_then(|at| self.entry(at)).map_or(Seq::ZERO, |entry| entry.seq);
        let high = self.entry(first + blocks.len() + near).map_or(self.head.next(), |entry| entry.seq);
        let mut holes = self.holes.as_slice().iter().rev();
        let hole = holes.find(|hole| hole.before > low && hole.after < high)?;
        let is_below = hole.after >= top.seq && !self.at_bottom();
        Some(if is_below { Edge::After(hole.after) } else { Edge::Before(hole.before) })
    }

    /// Moves an event into view and picks it out. Says whether it is here.
    pub fn show_seq(&mut self, seq: Seq, viewport: Viewport) -> bool {
        let is_here = self.to_seq(seq, viewport);
        if is_here {
            self.select_entry(EntryId { seq, local: 0 });
        }
        is_here
    }
}
