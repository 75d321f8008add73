//! Folding: of a long message only the first rows are shown, and a row that stands for the others. It is done to the rows of
//! the layout, so a folded message costs what it did, and the scroll anchor finds its place in it by bytes. `unfold` is how one
//! is shown whole.

use std::ops::Range;

use super::entry::{Body, Entry};
use super::entry_text::EntryText;
use crate::app::wrap::Row;

/// What is not shown of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Which of its rows stands for what is not shown. There is no text in it.
    pub row: usize,
    /// How many rows are not shown.
    pub hidden: usize,
    /// Their part of the text.
    pub(super) part: Range<usize>,
}

/// Cuts what somebody wrote down to `most` rows and one that stands for the others, if there are at least two of those. What
/// is said about it stays: what it answers, the reactions, why it was not sent.
pub(super) fn fold(said: &EntryText<'_>, rows: &mut Vec<Row>, most: usize) -> Option<Fold> {
    let first = rows.partition_point(|row| row.start <= said.own.start).saturating_sub(1);
    let end = rows.partition_point(|row| row.start <= said.own.end);
    let hidden = first.saturating_add(most)..end;
    if most == 0 || hidden.len() < 2 {
        return None;
    }
    let (from, to) = (rows.get(hidden.start)?.start, rows.get(hidden.end - 1)?.end);
    let fold = Fold { row: hidden.start, hidden: hidden.len(), part: from..to };
    rows.splice(hidden, [Row { start: from, end: from, columns: 0 }]);
    Some(fold)
}

/// Whether an entry may be folded: what somebody said, and not what everybody should read.
pub(super) fn may_fold(entry: &Entry) -> bool {
    matches!(entry.body(), Body::Message(_) | Body::Action(_) | Body::Own(_))
}
