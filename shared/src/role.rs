//! The roles, in order. Which role a request needs is said by its handler in the server's chat.

use serde::{Deserialize, Serialize};

/// A role; the higher one may do all the lower ones may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Talks.
    #[default]
    Member,
    /// Kicks, bans and mutes.
    Moderator,
    /// Everything, granting roles and stopping the server included.
    Admin,
}

impl Role {
    /// The wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        }
    }

    /// For serde: the ordinary role is left out of messages.
    #[must_use]
    pub fn is_member(&self) -> bool {
        *self == Self::Member
    }
}
