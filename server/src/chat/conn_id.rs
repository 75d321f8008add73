//! The id of a connection. It is unique over all nodes and all their starts, so that a proposal that was in a replicated
//! order while its node restarted is never attributed to a connection of the new start.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One start of one server process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeStart {
    /// The node; 0 where there is only one.
    pub node: u16,
    /// The number of its earlier starts, counted in its store.
    pub start: u32,
}

/// A connection. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConnId {
    /// The node that holds the connection, and the start it was accepted by.
    #[serde(flatten)]
    pub on: NodeStart,
    /// Its number among all connections of that start.
    pub number: u64,
}

impl ConnId {
    /// The connection with this number of a start.
    #[must_use]
    pub const fn new(on: NodeStart, number: u64) -> Self {
        Self { on, number }
    }
}

impl fmt::Display for ConnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NodeStart { node, start } = self.on;
        write!(f, "{node}.{start}.{}", self.number)
    }
}
