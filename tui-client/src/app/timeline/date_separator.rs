//! Date separators: the row between two entries where a day begins, at midnight of the reader's time zone.

use jiff::civil::Date;

use super::separator::Separator;

/// Puts the date of an entry into the rows above it, below what is older or missing, if the entry before is of an earlier
/// day. A clock that went back makes no second separator.
pub(super) fn insert(separators: &mut Vec<Separator>, before: Option<Date>, date: Date) {
    if before.is_none_or(|before| before < date) {
        let is_above = |separator: &&Separator| matches!(separator, Separator::Older | Separator::Gap);
        let at = separators.iter().take_while(is_above).count();
        separators.insert(at, Separator::Day(date));
    }
}
