//! `goodbye`, the last line of a connection: why it ends, and whether and when the client should come back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::id::Millis;
use crate::name::Name;
use crate::node::NodeAddress;
use crate::server_number;
use crate::text::Line;

/// The last line of a connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goodbye {
    /// Why it ends.
    pub code: GoodbyeCode,
    /// The reason in English.
    #[serde(default)]
    pub message: String,
    /// What the person who did it wrote, where somebody did.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
    /// Who did it, where somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Name>,
    /// `banned`: until when, in milliseconds since 1970; without it, for good.
    #[serde(default, deserialize_with = "server_number::optional", skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
    /// Whether the client should come back by itself.
    pub reconnect: bool,
    /// How long it should wait first, in milliseconds.
    #[serde(default, deserialize_with = "server_number::optional", skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<u64>,
    /// Where to come back: other nodes of the cluster, the best first; at most [`NODES`](crate::limits::NODES). Empty where there
    /// is no other.
    #[serde(
        rename = "try",
        default,
        deserialize_with = "super::cluster::addresses",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub try_next: Vec<NodeAddress>,
}

/// Why a connection ends: a reason of its own, or the code of a fatal error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GoodbyeCode {
    /// You asked for it.
    Quit,
    /// The same identity connected again.
    Replaced,
    /// You were kicked.
    Kicked,
    /// You read too slowly; come back and resume.
    SlowConsumer,
    /// The server stops and comes back.
    Restarting,
    /// Another machine of yours took this one out: its secret works no longer.
    Unlinked,
    /// The code of a fatal error; `banned` and `shutting_down` are among them.
    Error(Code),
}

impl GoodbyeCode {
    const OWN: [(&'static str, Self); 6] = [
        ("quit", Self::Quit),
        ("replaced", Self::Replaced),
        ("kicked", Self::Kicked),
        ("slow_consumer", Self::SlowConsumer),
        ("restarting", Self::Restarting),
        ("unlinked", Self::Unlinked),
    ];

    /// The wire form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error(code) => code.as_str(),
            Self::Quit
            | Self::Replaced
            | Self::Kicked
            | Self::SlowConsumer
            | Self::Restarting
            | Self::Unlinked => Self::OWN.iter().find(|(_, own)| *own == self).map_or("", |(text, _)| text),
        }
    }
}

impl Serialize for GoodbyeCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for GoodbyeCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let own = Self::OWN.iter().find(|(known, _)| *known == text).map(|(_, own)| *own);
        let code = || Code::ALL.into_iter().find(|code| code.as_str() == text).unwrap_or(Code::Unknown);
        Ok(own.unwrap_or_else(|| Self::Error(code())))
    }
}
