//! The fields of the requests of moderators and admins, and of whoever becomes one.

use serde::{Deserialize, Serialize};

use super::given::given;
use crate::id::Uid;
use crate::name::Name;
use crate::role::Role;
use crate::text::{Line, Text};

/// The admin key, to become admin.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Auth {
    /// The key.
    pub key: String,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth(…)")
    }
}

/// Remove somebody from the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kick {
    /// Whom.
    pub uid: Uid,
    /// Why.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
}

/// Remove somebody and keep them out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ban {
    /// Whom.
    pub uid: Uid,
    /// Why.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
    /// For how many seconds; without it, for good.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub for_s: Option<u64>,
    /// Whether their address is banned as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub address: bool,
}

/// Take somebody's voice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mute {
    /// Whom.
    pub uid: Uid,
    /// Why.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
    /// For how many seconds; without it, for good.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub for_s: Option<u64>,
}

/// A request about a person: `unban`, `unmute`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UidOnly {
    /// The identity.
    pub uid: Uid,
}

/// Give somebody a role.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetRole {
    /// Whom.
    pub uid: Uid,
    /// The role.
    pub role: Role,
}

/// A request about a name: `free_name`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NameOnly {
    /// The name.
    pub name: Name,
}

/// Something everyone in every room is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Announce {
    /// The announcement.
    pub text: Text,
}

/// Stop the server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shutdown {
    /// In how many seconds; 0 at once.
    #[serde(default)]
    pub in_s: u64,
    /// Why.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
    /// Whether it will be back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restart: bool,
    /// Calls a countdown off instead of starting one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancel: bool,
}

/// Another value for a limit of the running server; without both fields, a question what they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SetLimit {
    /// The name of the setting.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub setting: Line,
    /// The value, as in the configuration.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub value: Line,
}
