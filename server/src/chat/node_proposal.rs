//! What the nodes of a cluster propose about themselves, and the operator about a node.

use serde::{Deserialize, Serialize};

use shared::{Fingerprint, Line, NodeAddress, NodeName, RequestId};

use super::conn_id::ConnId;
use super::digest::Digest;
use super::node_identity::NodeIdentity;
use super::place::Place;

/// What a node says of itself when it enters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What the operator calls it.
    pub node: NodeName,
    /// Its version.
    pub version: Line,
    /// The newest behaviour of the chat that it knows; see [`super::nodes::Nodes::level`].
    pub level: u32,
    /// Where clients find it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<NodeAddress>,
    /// The key it has there over TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Fingerprint>,
    /// Which state directory it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<NodeIdentity>,
    /// The place up to which it no longer needs the order.
    pub has: Place,
}

/// That a node still runs, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alive {
    /// The place up to which it no longer needs the order.
    pub has: Place,
    /// The last place that it had applied when it said so.
    #[serde(default)]
    pub applied: Place,
    /// A place that it applied,
    pub checked: Place,
    /// and the digest of all it wrote up to there: that of any other node of the same version is the same.
    pub digest: Digest,
}

/// That a node belongs to the cluster no more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedRemoval {
    /// The operator's connection to answer on.
    pub conn: ConnId,
    /// The client's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// The Unix user whose process asks.
    pub unix: u32,
    /// Which node.
    pub node: NodeName,
    /// Whether also if it runs.
    #[serde(default)]
    pub force: bool,
}
