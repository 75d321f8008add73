//! The name of a node: what the operator calls one server of a cluster. It stays the same over all starts of that server.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// 1 to 32 lower-case letters, digits, `-` and `.`, a letter or digit first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NodeName(Arc<str>);

/// Why a word is no name of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the name of a node has 1 to 32 lower-case letters, digits, '-' and '.', a letter or digit first: seoul-1"
)]
pub struct BadNodeName;

impl NodeName {
    /// The most characters.
    const MAX: usize = 32;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NodeName {
    type Err = BadNodeName;

    fn from_str(raw: &str) -> Result<Self, BadNodeName> {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let is_good = raw.len() <= Self::MAX
            && raw.starts_with(is_word)
            && raw.chars().all(|c| is_word(c) || c == '-' || c == '.');
        if is_good { Ok(Self(raw.into())) } else { Err(BadNodeName) }
    }
}

impl TryFrom<String> for NodeName {
    type Error = BadNodeName;

    fn try_from(raw: String) -> Result<Self, BadNodeName> {
        raw.parse()
    }
}

impl From<NodeName> for String {
    fn from(name: NodeName) -> Self {
        name.as_str().to_owned()
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_has_a_short_plain_name() {
        for good in ["seoul", "1", "n2.example", &"a".repeat(32)] {
            assert_eq!(good.parse::<NodeName>().unwrap().as_str(), good);
        }
        for bad in ["", "Seoul", "-a", ".a", "a b", "서울", "a/b", &"a".repeat(33)] {
            assert_eq!(bad.parse::<NodeName>(), Err(BadNodeName), "{bad}");
        }
    }
}
