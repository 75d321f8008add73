//! Which state directory a node has, as it says when it enters: two machines that were given one name by mistake differ in it, and
//! a node that starts again does not.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Random; made once with a state directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeIdentity(pub u64);

impl NodeIdentity {
    /// Reads what [`Self`] is as text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let all_hex = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        all_hex.then(|| u64::from_str_radix(text, 16).ok()).flatten().map(Self)
    }
}

/// 16 hexadecimal digits.
impl fmt::Display for NodeIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
