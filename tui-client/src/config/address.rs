//! Where a server is: a host and a port. It must not look the host up.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// A host name or IP address, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The host, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Default for Address {
    fn default() -> Self {
        Self { host: "127.0.0.1".into(), port: shared::DEFAULT_PORT }
    }
}

impl From<SocketAddr> for Address {
    fn from(addr: SocketAddr) -> Self {
        Self { host: addr.ip().to_string(), port: addr.port() }
    }
}

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "an address is HOST, HOST:PORT or [IPv6]:PORT";
        let (host, port) = if let Some(rest) = raw.strip_prefix('[') {
            let (host, after) = rest.split_once(']').ok_or(WRONG)?;
            (host, if after.is_empty() { None } else { Some(after.strip_prefix(':').ok_or(WRONG)?) })
        } else {
            match raw.split_once(':') {
                // More than one colon without brackets is an IPv6 address alone.
                Some((_, rest)) if rest.contains(':') => (raw, None),
                Some((host, port)) => (host, Some(port)),
                None => (raw, None),
            }
        };
        if host.is_empty() || host.chars().any(|c| c.is_whitespace() || c.is_control() || c == '/') {
            return Err(WRONG);
        }
        let port = port.map_or(Ok(shared::DEFAULT_PORT), |port| {
            port.parse().map_err(|_| "a port is a number from 0 to 65535")
        })?;
        Ok(Self { host: host.into(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_may_be_written_in_every_usual_way() {
        for (raw, shown) in [
            ("localhost", "localhost:7667"),
            ("10.0.0.5:7000", "10.0.0.5:7000"),
            ("::1", "[::1]:7667"),
            ("[::1]", "[::1]:7667"),
            ("[fe80::1]:80", "[fe80::1]:80"),
        ] {
            assert_eq!(raw.parse::<Address>().map(|a| a.to_string()), Ok(shown.to_owned()), "{raw}");
        }
        for wrong in ["", ":80", "host:", "host:http", "host:70000", "[::1", "[::1]80", "a b", "http://x"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
