//! The rows above an entry that separate it from the one before: a new day, a gap, the unread marker.

use jiff::civil::Date;
use shared::{Millis, Seq};

use super::entry::EntryId;

/// A row above an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// There is more before this.
    Older,
    /// Some events are missing here.
    Gap,
    /// A day begins.
    Day(Date),
    /// So many were missed while away.
    Missed(usize),
    /// The unread marker: what is new begins. The time is that of what the reader saw last.
    Unread(Option<Millis>),
}

/// The place of a line above what is new.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewMark {
    /// What is up to here is not new.
    pub(super) after: Seq,
    /// The first message of somebody else after it, once there is one.
    pub(super) first: Option<EntryId>,
}

/// What was missed while the connection was lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Missed {
    /// Where it begins.
    pub(super) mark: NewMark,
    /// How many messages it is.
    pub(super) count: usize,
}
