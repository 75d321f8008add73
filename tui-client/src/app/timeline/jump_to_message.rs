//! Jumping to a message far from what is here: a page around it is inserted as an island, and the gaps beside it are filled
//! when the reader comes near.

use std::ops::Range;

use shared::{Event, Seq};

use super::Timeline;
use super::entry::EntryId;
use super::gaps::PageEdge;
use super::layout::Viewport;

impl Timeline {
    /// Takes in the answer to `history` with `around`: events that follow one another, oldest first. `more` says
    /// whether there is something before them.
    pub fn insert_around(&mut self, page: &[Event], more: bool) {
        let Some(first) = page.first() else { return };
        self.insert_page(page);
        if first.seq <= self.oldest {
            self.has_older = more;
        }
        // Nothing is trimmed: the oldest entries are the ones the reader is about to see.
    }

    /// Takes in the answer to `history` with `after`: everything just above that seq, oldest first.
    pub fn extend_newer(&mut self, after: Seq, page: &[Event], more: bool) {
        self.insert_page(page);
        if let Some(last) = page.last() {
            self.gaps.fill(after, last.seq);
        }
        if !more || page.is_empty() {
            let gap =
                self.gaps.as_slice().iter().rfind(|gap| gap.after <= page.last().map_or(after, |e| e.seq));
            if let Some(gap) = gap.copied() {
                self.gaps.fill(gap.after, gap.before);
            }
        }
        self.trim();
    }

    /// The end, nearest to the reader, of a gap that is within two viewports.
    #[must_use]
    pub fn gap_near_viewport(&self, viewport: &Viewport) -> Option<PageEdge> {
        if self.gaps.as_slice().is_empty() {
            return None;
        }
        let blocks = self.visible(viewport).blocks;
        let top = blocks.front()?.entry;
        let first = self.find(top.id()).ok()?;
        let near = 2 * usize::from(viewport.height);
        let low = first.checked_sub(near).and_then(|at| self.entry(at)).map_or(Seq::ZERO, |entry| entry.seq);
        let high = self.entry(first + blocks.len() + near).map_or(self.head.next(), |entry| entry.seq);
        let mut gaps = self.gaps.as_slice().iter().rev();
        let gap = gaps.find(|gap| gap.before > low && gap.after < high)?;
        let is_below = gap.after >= top.seq && !self.at_bottom();
        Some(if is_below { PageEdge::After(gap.after) } else { PageEdge::Before(gap.before) })
    }

    /// Moves an event into view and selects it; of its text, the first place where something is. Says whether it is here.
    pub fn show_seq(
        &mut self,
        seq: Seq,
        find: impl Fn(&str) -> Vec<Range<usize>>,
        viewport: &Viewport,
    ) -> bool {
        let is_here = self.to_seq(seq, viewport);
        let id = EntryId { seq, local: 0 };
        if let Ok(at) = self.find(id) {
            self.select_entry(id);
            self.show_place(at, find, viewport);
        }
        is_here
    }
}
