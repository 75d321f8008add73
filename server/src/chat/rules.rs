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
    /// What differs in others, of what all nodes of a cluster have alike, by the names of the settings.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<&'static str> {
        let pairs = [
            ("name", self.server.name == other.server.name),
            ("motd-file", self.motd == other.motd),
            ("max-users", self.max_users == other.max_users),
            ("limits on new rooms and identities", self.creation == other.creation),
            ("newcomer-history", self.newcomer_history == other.newcomer_history),
            ("files", self.files_off == other.files_off),
            ("pace, file-max and other limits that clients are told", self.limits == other.limits),
        ];
        pairs.into_iter().filter(|(_, same)| !same).map(|(setting, _)| setting).collect()
    }

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
