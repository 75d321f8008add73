//! The nodes of a cluster, as they are told on the wire: [`NodeName`] and [`NodeAddress`]. Both are plain ASCII, so that they
//! can be drawn and written into a log or a file as they are.

use std::net::Ipv6Addr;
use std::sync::Arc;

use crate::code::{Code, Invalid};
use crate::newtype::{shown_string, wire_string};

/// What a node of a cluster is called: 1 to 32 letters, digits, `-`, `_` and `.`, a letter or digit first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeName(Arc<str>);

impl NodeName {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 32;

    /// Checks a name.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let is_first = |c: char| c.is_ascii_alphanumeric();
        let is_part = |c: char| is_first(c) || matches!(c, '-' | '_' | '.');
        if raw.len() > Self::MAX_BYTES || !raw.starts_with(is_first) || !raw.chars().all(is_part) {
            let why = "a node's name has 1 to 32 letters, digits, '-', '_' and '.', a letter or digit first";
            return Err(Invalid::new(Code::BadRequest, why));
        }
        Ok(Self(raw.into()))
    }
}

wire_string!(NodeName);
shown_string!(NodeName);

/// Where clients reach a node: `HOST:PORT` or `[IPv6]:PORT`. Never the path of a socket: what a server tells leads to no file
/// of the client's machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeAddress(Arc<str>);

impl NodeAddress {
    /// The longest address, in bytes.
    pub const MAX_BYTES: usize = 255;

    /// Checks an address. Whether there is such a host is not looked up.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let is_address = raw.len() <= Self::MAX_BYTES
            && raw.rsplit_once(':').is_some_and(|(host, port)| is_host(host) && is_port(port));
        if !is_address {
            let why = "a node's address is HOST:PORT or [IPv6]:PORT, of at most 255 bytes of ASCII";
            return Err(Invalid::new(Code::BadRequest, why));
        }
        Ok(Self(raw.into()))
    }
}

wire_string!(NodeAddress);
shown_string!(NodeAddress);

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(ip) => ip.parse::<Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        }
    }
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}
