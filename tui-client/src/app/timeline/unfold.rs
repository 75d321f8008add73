//! Unfolding a long message, and folding it again. Which messages are unfolded is kept by entry, and nothing of the others, so
//! that it costs a long scrollback nothing.

use std::ops::Range;

use super::Timeline;
use super::layout::{Block, Viewport, signed};

impl Timeline {
    /// Whether the selected message is folded; nothing where it is not long enough for that.
    #[must_use]
    pub fn is_selected_folded(&self, viewport: &Viewport) -> Option<bool> {
        let id = self.selected?;
        let at = self.find(id).ok()?;
        self.block_folded(at, viewport)?.fold?;
        Some(!self.unfolded.contains(&id))
    }

    /// Unfolds the selected message, or folds it again. Says whether it is long enough for that.
    pub fn toggle_fold(&mut self, viewport: &Viewport) -> bool {
        let Some(is_folded) = self.is_selected_folded(viewport) else { return false };
        let Some((id, Ok(at))) = self.selected.map(|id| (id, self.find(id))) else { return false };
        if is_folded {
            self.unfolded.insert(id);
        } else {
            self.unfolded.remove(&id);
        }
        self.reveal(at, viewport);
        // With fewer rows the newest one may be in sight.
        self.scroll(0, viewport);
        true
    }

    /// Brings the first place of an entry's text where something is into view, and unfolds it where it is not shown.
    pub(super) fn show_place(
        &mut self,
        at: usize,
        find: impl Fn(&str) -> Vec<Range<usize>>,
        viewport: &Viewport,
    ) {
        let place = |block: &Block<'_>| block.said.find(&find).first().map(|found| found.start);
        let Some(block) = self.block(at, viewport) else { return };
        let Some(found) = place(&block) else { return };
        let id = block.entry.id();
        if block.fold.is_some_and(|fold| fold.part.contains(&found)) {
            self.unfolded.insert(id);
        }
        let Some(block) = self.block(at, viewport) else { return };
        let row = block.rows.partition_point(|row| row.start <= found).saturating_sub(1);
        let row = signed(block.separators.len() + row);
        let visible = self.visible(viewport).blocks;
        let top = visible.iter().find(|block| block.entry.id() == id).map(|block| block.top);
        let height = i32::from(viewport.height);
        if top.is_none_or(|top| !(0..height).contains(&(top + row))) {
            self.go(at, row - height / 3, viewport);
        }
    }
}
