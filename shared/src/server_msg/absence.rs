//! That somebody said they are away, though they may be connected.

use serde::{Deserialize, Serialize};

use crate::id::Millis;
use crate::server_number;
use crate::text::Line;

/// Since when somebody is away, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Since when: whoever was told of it once knows by this that it is the same.
    #[serde(deserialize_with = "server_number::whole")]
    pub since: Millis,
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub why: Line,
}
