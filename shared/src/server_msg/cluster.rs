//! What a server that is one of several tells: where the others are ([`ClusterInfo`], [`Goodbye::try_next`]), and whether they
//! agree at the moment ([`Order`]).
//!
//! A list of addresses is read with lenience: what is no address is left out, as is what is beyond [`NODES`]. A connection must
//! not end because one node of many was set up wrongly.
//!
//! [`Goodbye::try_next`]: super::Goodbye::try_next

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use crate::fingerprint::Fingerprint;
use crate::limits::NODES;
use crate::node::{NodeAddress, NodeName};
use crate::server_number;

/// The cluster that the server of a connection is part of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterInfo {
    /// What the node is called that this connection is with.
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeName>,
    /// Where clients reach the nodes, this one among them; at most [`NODES`].
    #[serde(default, deserialize_with = "addresses")]
    pub nodes: Vec<NodeAddress>,
    /// The keys that nodes have over TLS, by address, as far as they are known: a client that knows this node by its key knows
    /// the others before it meets them. At most [`NODES`].
    #[serde(default, deserialize_with = "keys", skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<NodeAddress, Fingerprint>,
}

impl ClusterInfo {
    /// Whether there is a node to go to.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.nodes.len() > 1
    }
}

/// Whether the nodes of a cluster agree on what comes next, so that something can be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Whether they do.
    pub state: OrderState,
    /// `stalled`: for how long already, in milliseconds.
    #[serde(default, deserialize_with = "server_number::optional", skip_serializing_if = "Option::is_none")]
    pub for_ms: Option<u64>,
}

/// Whether what is sent is carried out at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Not now: what was sent waits, or is refused with `storage`.
    Stalled,
    /// Again.
    Flowing,
    /// Something of a newer protocol.
    #[serde(other)]
    Unknown,
}

/// A value that may be something else, which is not looked at.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Valid(T),
    Other(IgnoredAny),
}

impl<T> Lenient<T> {
    fn valid(self) -> Option<T> {
        match self {
            Self::Valid(value) => Some(value),
            Self::Other(IgnoredAny) => None,
        }
    }
}

/// Reads what is taken for missing where it is odd.
pub(super) fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Lenient::deserialize(deserializer).map(Lenient::valid)
}

/// Reads a list of addresses: each once, in the order told.
pub(super) fn addresses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<NodeAddress>, D::Error> {
    let told: Option<Vec<Lenient<NodeAddress>>> = lenient(deserializer)?;
    let mut addresses = Vec::new();
    for address in told.into_iter().flatten().filter_map(Lenient::valid) {
        if addresses.len() < NODES && !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

/// Reads the keys of nodes.
fn keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<NodeAddress, Fingerprint>, D::Error> {
    let told: Option<BTreeMap<String, Lenient<Fingerprint>>> = lenient(deserializer)?;
    let keys = told.into_iter().flatten();
    let keys = keys.filter_map(|(address, key)| Some((address.parse().ok()?, key.valid()?)));
    Ok(keys.take(NODES).collect())
}
