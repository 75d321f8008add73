//! A `LIST` that goes on over several pages.

use shared::RoomName;

/// Which rooms are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    /// Only these; all where there are none.
    pub(crate) only: Vec<RoomName>,
    /// Only rooms with more people than this.
    pub(crate) more_than: Option<usize>,
    /// Only rooms with fewer people than this.
    pub(crate) fewer_than: Option<usize>,
}
