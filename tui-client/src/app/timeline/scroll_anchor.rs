//! The scroll anchor: what keeps the viewport in place while messages arrive, the terminal is resized or names change. It is
//! a row of an entry, told by its place in the text, so it survives another wrap and other neighbours.

use super::entry::EntryId;
use super::layout::{Block, signed};

/// The scroll anchor: what holds the viewport in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The newest row stands at the bottom.
    Bottom,
    /// This row of this entry stands at the top, as long as there are enough rows below it to fill the viewport.
    Row {
        /// The entry.
        entry: EntryId,
        /// The row in it.
        row: AnchorRow,
    },
}

/// A row of an entry, told so that it survives another width and other neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorRow {
    /// The row that shows this byte of what the entry says, counted from where somebody's own words begin; negative
    /// in what stands before them.
    Byte(i32),
    /// So many rows above the entry's first row: among its separators.
    Above(usize),
    /// So many rows below the last row of what it says: in its picture.
    Picture(usize),
}

/// The messages that arrived since the reader left the bottom.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewBelow {
    /// The first of them not seen.
    pub(super) first: EntryId,
    /// How many they are.
    pub(super) count: usize,
}

/// The row of a block that an anchor means; negative when it has fewer rows above its own than it had.
pub(super) fn row_of(block: &Block<'_>, anchor: AnchorRow) -> i32 {
    let separators = signed(block.separators.len());
    match anchor {
        AnchorRow::Above(rows) => separators - signed(rows),
        AnchorRow::Picture(row) => {
            let last = block.picture.map_or(0, |picture| usize::from(picture.rows()).saturating_sub(1));
            separators + signed(block.rows.len() + row.min(last))
        }
        AnchorRow::Byte(byte) => {
            let byte = usize::try_from(signed(block.said.own.start).saturating_add(byte)).unwrap_or_default();
            let row = block.rows.partition_point(|row| row.start <= byte).saturating_sub(1);
            separators + signed(row)
        }
    }
}

/// The anchor of a row of a block.
pub(super) fn anchor_row(block: &Block<'_>, row: i32) -> AnchorRow {
    let separators = signed(block.separators.len());
    if row < separators {
        return AnchorRow::Above(usize::try_from(separators - row).unwrap_or_default());
    }
    let row = usize::try_from(row - separators).unwrap_or_default();
    if let Some(row) = row.checked_sub(block.rows.len()).filter(|_| block.picture.is_some()) {
        return AnchorRow::Picture(row);
    }
    let start = block.rows.get(row).map_or(0, |row| row.start);
    AnchorRow::Byte(signed(start) - signed(block.said.own.start))
}
