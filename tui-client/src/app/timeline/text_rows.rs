//! The rows of a text with blocks in it: quotes are wrapped beside a sign, the lines of code are not wrapped at all. One that is
//! too long is cut where it is drawn, so its row has more columns than there are.

use super::entry_text::EntryText;
use super::markup::BlockKind;
use crate::app::text_width;
use crate::app::wrap::{self, Row};

/// The columns of the sign before a row of a block.
pub const BLOCK_SIGN: u16 = 2;

/// The rows of a text in so many columns.
pub(super) fn rows(said: &EntryText<'_>, width: u16) -> Vec<Row> {
    if said.blocks.is_empty() {
        return wrap::wrap(&said.text, width);
    }
    let part = |start: usize, end: usize| said.text.get(start..end).unwrap_or_default();
    let moved = |by: usize| move |row: Row| Row { start: row.start + by, end: row.end + by, ..row };
    let mut rows = Vec::new();
    let mut at = 0;
    for (range, kind) in &said.blocks {
        if let Some(before) = part(at, range.start).strip_suffix('\n') {
            rows.extend(wrap::rows(before, width).map(moved(at)));
        }
        let block = part(range.start, range.end);
        match kind {
            BlockKind::Quote => {
                let width = width.saturating_sub(BLOCK_SIGN);
                rows.extend(wrap::rows(block, width).map(moved(range.start)));
            }
            BlockKind::Code => {
                let mut start = range.start;
                for line in block.split('\n') {
                    let columns = u16::try_from(text_width::columns(line)).unwrap_or(u16::MAX);
                    rows.push(Row { start, end: start + line.len(), columns });
                    start += line.len() + 1;
                }
            }
        }
        // After the newline.
        at = range.end + 1;
    }
    if let Some(rest) = said.text.get(at..) {
        rows.extend(wrap::rows(rest, width).map(moved(at)));
    }
    rows
}
