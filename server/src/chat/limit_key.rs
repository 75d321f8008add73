//! Who counts as one for the limits on connections, new identities and guesses: everybody behind one address, or one user of
//! this machine over the Unix socket.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::address_prefix;

/// Who counts as one. Written as the address, or as the number of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LimitKey {
    /// A prefix of addresses; see [`address_prefix`].
    Address(IpAddr),
    /// A Unix user, by the kernel's word.
    Unix(u32),
}

impl LimitKey {
    /// The key of an address.
    #[must_use]
    pub fn of(ip: IpAddr) -> Self {
        Self::Address(address_prefix::prefix_of(ip))
    }

    /// Whether it is this machine's loopback, which everybody behind a local proxy or tunnel has in common.
    #[must_use]
    pub fn is_loopback(self) -> bool {
        matches!(self, Self::Address(ip) if ip.is_loopback())
    }
}
