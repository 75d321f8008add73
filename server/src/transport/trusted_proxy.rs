//! Which peers are proxies that may say for whom they connect (`proxy-from`): a network, or a user over the Unix socket.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::peer::Peer;
use crate::unix_user;

/// A proxy, or a network of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustedProxy {
    /// All addresses that begin with so many bits of this one.
    Net {
        /// An address of the network.
        ip: IpAddr,
        /// How many bits the network has, at least one: nobody trusts everybody.
        bits: u32,
    },
    /// The processes of this Unix user, over the Unix socket.
    Unix(u32),
}

impl TrustedProxy {
    /// Whether it comes over the Unix socket.
    #[must_use]
    pub fn is_unix(&self) -> bool {
        matches!(self, Self::Unix(_))
    }

    /// Whether this peer is one of them.
    #[must_use]
    pub fn is(&self, peer: Peer) -> bool {
        match (self, peer) {
            (Self::Net { ip, bits }, Peer::Net(address)) => match (ip, address.ip().to_canonical()) {
                (IpAddr::V4(ip), IpAddr::V4(other)) => {
                    same(ip.to_bits().into(), other.to_bits().into(), 32, *bits)
                }
                (IpAddr::V6(ip), IpAddr::V6(other)) => same(ip.to_bits(), other.to_bits(), 128, *bits),
                (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
            },
            (Self::Unix(trusted), Peer::Unix { uid, .. }) => *trusted == uid,
            (Self::Net { .. }, Peer::Unix { .. } | Peer::Local)
            | (Self::Unix(_), Peer::Net(_) | Peer::Local) => false,
        }
    }
}

/// Whether two addresses of so many bits have the first ones in common.
fn same(one: u128, other: u128, of: u32, bits: u32) -> bool {
    (one ^ other).checked_shr(of.saturating_sub(bits)).unwrap_or(0) == 0
}

impl FromStr for TrustedProxy {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let text = given.trim();
        let wrong = || {
            let given = given.escape_debug();
            format!("\"{given}\" is no proxy; give an address, ADDRESS/BITS such as 10.0.0.0/8, or unix:USER")
        };
        if let Some(user) = text.strip_prefix("unix:") {
            let uid = user.parse().ok().or_else(|| unix_user::find(user));
            return uid.map(Self::Unix).ok_or_else(|| {
                let user = user.escape_debug();
                format!("there is no user \"{user}\" for \"unix:{user}\"; give the name of a user of this machine, or a uid")
            });
        }
        let (ip, bits) = text.split_once('/').map_or((text, None), |(ip, bits)| (ip, Some(bits)));
        let ip: IpAddr = ip.parse().map_err(|_| wrong())?;
        let most = if ip.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| wrong()))?;
        match bits {
            0 => {
                Err(format!("{text} is everybody, who could all claim to be somebody else; name the proxies"))
            }
            bits if bits > most => Err(wrong()),
            bits => Ok(Self::Net { ip, bits }),
        }
    }
}

impl fmt::Display for TrustedProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Net { ip, bits } => write!(f, "{ip}/{bits}"),
            Self::Unix(uid) => write!(f, "unix:{uid}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_known_by_its_network_or_its_user() {
        let net = |address: &str| Peer::Net(address.parse().unwrap());
        let user = |uid| Peer::Unix { uid, operator: false };
        for (trusted, peer, is) in [
            ("127.0.0.1", net("127.0.0.1:9"), true),
            ("127.0.0.1", net("[::ffff:127.0.0.1]:9"), true),
            ("127.0.0.1", net("127.0.0.2:9"), false),
            ("127.0.0.1", net("[::1]:9"), false),
            ("10.1.0.0/16", net("10.1.255.255:9"), true),
            ("10.1.0.0/16", net("10.2.0.0:9"), false),
            ("10.1.2.3/1", net("127.0.0.1:9"), true),
            ("2001:db8::/32", net("[2001:db8:ffff::1]:9"), true),
            ("2001:db8::/32", net("[2001:db9::1]:9"), false),
            ("unix:113", user(113), true),
            ("unix:root", user(0), true),
            ("unix:root", user(113), false),
            ("unix:113", user(114), false),
            ("127.0.0.1", user(113), false),
            ("127.0.0.1", Peer::Local, false),
        ] {
            assert_eq!(trusted.parse::<TrustedProxy>().unwrap().is(peer), is, "{trusted} {peer}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_named() {
        for text in ["here", "10.0.0.0/33", "10.0.0.0/x", "::/129", ""] {
            let why = text.parse::<TrustedProxy>().unwrap_err();
            assert!(why.contains(&format!("\"{text}\" is no proxy")), "{why}");
        }
        for text in ["unix:", "unix:no-such-user-here", "unix:-1"] {
            let why = text.parse::<TrustedProxy>().unwrap_err();
            assert!(why.contains("there is no user") && why.contains(text), "{why}");
        }
        assert!("0.0.0.0/0".parse::<TrustedProxy>().unwrap_err().contains("is everybody"));
        for text in ["10.0.0.0/8", "::1/128", "unix:0"] {
            assert_eq!(text.parse::<TrustedProxy>().unwrap().to_string(), text);
        }
    }
}
