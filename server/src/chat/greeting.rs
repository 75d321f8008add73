//! A greeting that passed admission, as it is proposed, and where its connection comes from.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use shared::{Line, Name, RequestId, Role, RoomName, SecretHash, Seq, WindowId};

use super::conn_id::ConnId;
use super::limit_key::LimitKey;
use super::place::Place;

/// A greeting that passed admission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Greeting {
    /// The new connection.
    pub conn: ConnId,
    /// The client's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// Where it comes from.
    pub origin: Origin,
    /// Which of the identity's windows it is for; without it, for the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowId>,
    /// The name wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<Name>,
    /// The secret that was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<SecretHash>,
    /// In place of that: the hash of the code for another machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<SecretHash>,
    /// With that: what the machine is called.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub machine: Line,
    /// And the hashes of the secrets it has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub has: Vec<SecretHash>,
    /// The last seq the client has of each room.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resume: BTreeMap<RoomName, Seq>,
    /// The hash of a secret for a new identity. The secret itself stays with the connection it was made for.
    pub fresh: SecretHash,
    /// Random names; the first free one is taken if none is wished.
    pub candidates: Vec<Name>,
    /// In a cluster: how far the node had followed the order when it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followed: Option<Place>,
}

/// Where a connection comes from, for bans by address and for moderators.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Its address; none over the Unix socket or a pipe without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The Unix user whose process it is, over the server's Unix socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unix: Option<u32>,
    /// What the client calls itself.
    pub client: Line,
    /// The role the connection proves by itself: admin over the operator's socket.
    pub role: Role,
}

impl Origin {
    /// Who it counts as for limits.
    pub(super) fn limit_key(&self) -> Option<LimitKey> {
        self.address.map(LimitKey::of).or(self.unix.map(LimitKey::Unix))
    }
}
