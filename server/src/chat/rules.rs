//! The settings that the chat decides by: limits, the message of the day, the server's name. They change by a proposal,
//! so that they change at the same place in the order on every machine.

use serde::{Deserialize, Serialize};

use shared::limits::Limits;
use shared::server_msg::{Durability, ServerInfo};
use shared::{Fingerprint, Millis};

use super::creation_limit::CreationLimits;
use super::newcomer_history::NewcomerHistory;

/// The settings in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// The name and version in every welcome.
    pub server: ServerInfo,
    /// The message of the day.
    pub motd: String,
    /// What an acknowledged message survives.
    pub durability: Durability,
    /// The most people present at once, those away included.
    pub max_users: usize,
    /// Limits on creating rooms and identities.
    pub creation: CreationLimits,
    /// The key of the certificate that is served next, if it is announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_key: Option<Fingerprint>,
    /// How far back somebody may read in a room they are new in.
    #[serde(default, skip_serializing_if = "NewcomerHistory::is_all")]
    pub newcomer_history: NewcomerHistory,
    /// Whether the operator has said that messages bring no files, whatever the limit of their length is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub files_off: bool,
    /// The limits clients are told.
    pub limits: Limits,
}

impl Rules {
    /// What holds unless the operator says otherwise, with these limits.
    #[must_use]
    pub fn new(server: ServerInfo, limits: Limits) -> Self {
        Self {
            server,
            motd: String::new(),
            durability: Durability::Disk,
            max_users: 1000,
            creation: CreationLimits::START,
            next_key: None,
            newcomer_history: NewcomerHistory::All,
            files_off: false,
            limits,
        }
    }

    pub(super) fn resume_ms(&self) -> Millis {
        Millis::try_from(self.limits.resume_s.saturating_mul(1000)).unwrap_or(Millis::MAX)
    }
}
