//! What stands in a cell of the viewport, for the mouse: a name, or a message.

use shared::Sender;

use super::Timeline;
use super::entry::EntryId;
use super::entry_text::{Label, Paint};
use super::layout::{Block, Geometry, Viewport};
use crate::app::text_width;

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under<'a> {
    /// Somebody's name, where a message or action has it.
    Name(&'a Sender),
    /// A part of something somebody said.
    Message(EntryId),
    /// The row that stands for those of a folded message that are not shown.
    Fold(EntryId),
}

impl Timeline {
    /// What stands in a cell of the viewport.
    #[must_use]
    pub fn under(&self, column: u16, row: u16, viewport: &Viewport) -> Option<Under<'_>> {
        let visible = self.visible(viewport);
        let row = i32::from(row);
        let block = visible.blocks.iter().find(|block| (block.top..block.bottom()).contains(&row))?;
        let line = usize::try_from(row - block.top).ok()?.checked_sub(block.separators.len())?;
        let is_top = row == 0;
        match block.entry.from() {
            Some(from) if has_name(block, &visible.geometry, column, line, is_top) => Some(Under::Name(from)),
            _ if block.fold.as_ref().is_some_and(|fold| fold.row == line) => {
                Some(Under::Fold(block.entry.id()))
            }
            _ => block.entry.text().map(|_| Under::Message(block.entry.id())),
        }
    }
}

/// Whether the sender's name is drawn in a column of a row of a block.
fn has_name(block: &Block<'_>, geometry: &Geometry, column: u16, line: usize, is_top: bool) -> bool {
    if let (Label::Name(_), Some((x, width))) = (block.said.label, geometry.names) {
        let is_drawn = (line == 0 && !block.grouped) || is_top;
        return is_drawn && (x..x + width).contains(&column);
    }
    let painted = block.said.paints.iter().find(|(_, paint)| *paint == Paint::Name);
    let (Some((name, _)), Some(row)) = (painted, block.rows.get(line)) else { return false };
    if !(row.start..row.end).contains(&name.start) {
        return false;
    }
    let columns = |to: usize| text_width::columns(block.said.text.get(row.start..to).unwrap_or_default());
    let at = usize::from(column.saturating_sub(block.text.0));
    column >= block.text.0 && (columns(name.start)..columns(name.end)).contains(&at)
}
