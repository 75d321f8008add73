//! Where a connection comes from, as the kernel or the code that attached it says: never as the client claims.

use std::net::{IpAddr, SocketAddr};

use crate::chat::limit_key::LimitKey;

/// Where a connection comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Peer {
    /// An address, an IPv4 one never mapped into IPv6.
    Net(SocketAddr),
    /// The Unix socket, and the user whose process connected.
    Unix {
        /// The user.
        uid: u32,
        /// Whether they may operate the server.
        operator: bool,
    },
    /// A pipe in memory without an address: a simulation.
    Local,
}

impl Peer {
    /// Its address, if it has one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Net(address) => Some(address.ip().to_canonical()),
            Self::Unix { .. } | Self::Local => None,
        }
    }

    /// The Unix user, if the system said which.
    #[must_use]
    pub fn unix(&self) -> Option<u32> {
        match self {
            Self::Unix { uid, .. } => Some(*uid),
            Self::Net(_) | Self::Local => None,
        }
    }

    /// Who it counts as for limits; nobody if it is the operator or this program itself, which have none.
    #[must_use]
    pub fn limit_key(&self) -> Option<LimitKey> {
        match self {
            Self::Net(address) => Some(LimitKey::of(address.ip())),
            Self::Unix { uid, operator: false } => Some(LimitKey::Unix(*uid)),
            Self::Unix { operator: true, .. } | Self::Local => None,
        }
    }

    /// The Unix user, if they may operate the server.
    #[must_use]
    pub fn operator(&self) -> Option<u32> {
        match self {
            Self::Unix { uid, operator: true } => Some(*uid),
            Self::Unix { .. } | Self::Net(_) | Self::Local => None,
        }
    }
}

impl std::fmt::Display for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Net(address) => address.fmt(f),
            Self::Unix { uid, .. } => write!(f, "unix:{uid}"),
            Self::Local => f.write_str("local"),
        }
    }
}
