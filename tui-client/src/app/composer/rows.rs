//! The draft wrapped into rows, and the caret as a cell in them, for drawing and for moving up and down.

use std::ops::Range;

use crate::app::text_width;
use crate::app::wrap;

/// What to show of the draft in the input box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View<'a> {
    /// The rows to show, from the top; at least one.
    pub rows: Vec<&'a str>,
    /// The caret's row among [`Self::rows`].
    pub caret_row: u16,
    /// The caret's column in its row, less than the width of the box.
    pub caret_col: u16,
    /// Rows scrolled out above.
    pub hidden_above: usize,
    /// Rows that did not fit below.
    pub hidden_below: usize,
    /// Rows of the whole draft.
    pub total_rows: usize,
}

/// A text wrapped for a caret.
///
/// The caret needs a cell: after a line whose last row is full an empty row follows for it. A byte belongs to the last
/// row that starts at or before it.
#[derive(Debug)]
pub(super) struct DraftRows<'a> {
    text: &'a str,
    width: u16,
    /// The bytes of each.
    rows: Vec<Range<usize>>,
}

impl<'a> DraftRows<'a> {
    pub(super) fn new(text: &'a str, width: u16) -> Self {
        let width = width.max(1);
        let mut rows = Vec::new();
        if is_short(text, width) {
            rows.push(0..text.len());
            return Self { text, width, rows };
        }
        for row in wrap::rows(text, width) {
            let ends_line = matches!(text.as_bytes().get(row.end), None | Some(b'\n'));
            rows.push(row.start..row.end);
            if ends_line && row.columns >= width {
                rows.push(row.end..row.end);
            }
        }
        Self { text, width, rows }
    }

    /// How many rows a text takes.
    pub(super) fn count(text: &'a str, width: u16) -> usize {
        if is_short(text, width) { 1 } else { Self::new(text, width).rows.len() }
    }

    /// The row and column of a byte. Before the space that a full row broke at, that is the start of the next row.
    pub(super) fn cell(&self, at: usize) -> (usize, u16) {
        let row = self.rows.partition_point(|row| row.start <= at).saturating_sub(1);
        let before = self.rows.get(row).and_then(|row| self.text.get(row.start..at)).unwrap_or_default();
        match u16::try_from(text_width::columns(before)) {
            Ok(column) if column < self.width => (row, column),
            _ => (row + 1, 0),
        }
    }

    /// The byte shown in `row` nearest to the column `goal` from the left; `None` when there is no such row.
    pub(super) fn byte_at(&self, row: usize, goal: u16) -> Option<usize> {
        let Range { start, end } = self.rows.get(row)?.clone();
        let next_start = self.rows.get(row + 1).map(|next| next.start);
        let (mut at, mut column) = (start, 0_u16);
        for (symbol, wide) in text_width::clusters(self.text.get(start..end)?) {
            column = column.saturating_add(wide);
            let next = at + symbol.len();
            // The end of a broken word is shown at the start of the next row.
            if column > goal || column >= self.width || next_start == Some(next) {
                break;
            }
            at = next;
        }
        Some(at)
    }

    /// The rows around the caret, as many as fit: the caret's in the middle, but no room wasted at either end.
    pub(super) fn view(&self, caret: usize, max_rows: u16) -> View<'a> {
        let (row, caret_col) = self.cell(caret);
        let shown = self.rows.len().min(usize::from(max_rows.max(1)));
        let top = row.saturating_sub(shown / 2).min(self.rows.len() - shown);
        let rows = self.rows.iter().skip(top).take(shown);
        View {
            rows: rows.map(|row| self.text.get(row.clone()).unwrap_or_default()).collect(),
            caret_row: u16::try_from(row - top).unwrap_or(0),
            caret_col,
            hidden_above: top,
            hidden_below: self.rows.len() - shown - top,
            total_rows: self.rows.len(),
        }
    }
}

/// Whether a text takes one row and leaves a cell for the caret, whatever it is made of: no character is wider than its bytes
/// are many.
fn is_short(text: &str, width: u16) -> bool {
    text.len() < usize::from(width) && !text.contains('\n')
}
