//! How far back somebody may read in a room they are new in: a setting, and the limit it means for one person in one room.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use shared::Seq;

/// How many events before somebody came into a room they may read: `all`, `none` or a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum NewcomerHistory {
    /// Everything.
    #[default]
    All,
    /// So many.
    Last(u32),
}

/// What somebody may read in a room: everything from `since` on, and so many events before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadFrom {
    /// The event by which they came in.
    pub since: Seq,
    /// How many events before it.
    pub before: u32,
}

impl NewcomerHistory {
    /// What somebody may read who came in by the event `since`; `None` without a limit.
    #[must_use]
    pub fn limit(self, since: Seq) -> Option<ReadFrom> {
        match self {
            Self::All => None,
            Self::Last(before) => Some(ReadFrom { since, before }),
        }
    }

    /// Whether it is [`NewcomerHistory::All`].
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }
}

impl FromStr for NewcomerHistory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            "none" => Ok(Self::Last(0)),
            number => {
                let number = number.parse().map(Self::Last);
                number.map_err(|_| "write all, none, or a number of events such as 100".to_owned())
            }
        }
    }
}

impl std::fmt::Display for NewcomerHistory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Last(0) => f.write_str("none"),
            Self::Last(number) => number.fmt(f),
        }
    }
}

impl TryFrom<String> for NewcomerHistory {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<NewcomerHistory> for String {
    fn from(history: NewcomerHistory) -> Self {
        history.to_string()
    }
}
