//! The settings the chat decides by: limits, the message of the day, what every welcome says of the server. They change
//! by a proposal like everything else, so that they change at the same place in the order everywhere.

use serde::{Deserialize, Serialize};

use shared::Millis;
use shared::server_msg::{Durability, ServerInfo};

use super::creation_limit::CreationLimits;

/// The settings in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// The name and version in every welcome.
    pub server: ServerInfo,
    /// The message of the day.
    pub motd: String,
    /// What the store promises.
    pub durability: Durability,
    /// The most people present at once, those away included.
    pub max_users: usize,
    /// How much people may make.
    pub creation: CreationLimits,
    /// The limits clients are told.
    pub limits: shared::limits::Limits,
}

impl Rules {
    pub(super) fn resume_ms(&self) -> Millis {
        Millis::try_from(self.limits.resume_s.saturating_mul(1000)).unwrap_or(Millis::MAX)
    }
}
