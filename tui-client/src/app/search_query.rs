//! One search request: the words, the room it is limited to, and where its page of results ends.

use shared::{Line, RoomName, Seq};

/// What the server is asked to search for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// The words.
    pub words: Line,
    /// The only room to look in.
    pub room: Option<RoomName>,
    /// Results before this seq only: the next page.
    pub before: Option<Seq>,
}
