//! The address of a server: a host and a port, or the path of a Unix socket. A value only: looking a host up is the
//! dialer's work.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// What a server is reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Over the network.
    Net {
        /// The host name or IP address, without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// Over a socket of this machine, by its absolute path.
    Unix(PathBuf),
}

impl Address {
    /// The address without what goes without saying: the usual port, and that a path is one.
    #[must_use]
    pub fn short(&self) -> String {
        match self {
            Self::Net { host, port: shared::DEFAULT_PORT } => host.clone(),
            Self::Net { .. } => self.to_string(),
            Self::Unix(path) => path.display().to_string(),
        }
    }

    /// Whether what is said stays on this machine, whoever answers for a name.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Self::Unix(_) => true,
            Self::Net { host, .. } => {
                // The unspecified address is where a server of ours listens that others reach, too.
                let near = |ip: IpAddr| ip.to_canonical().is_loopback() || ip.is_unspecified();
                host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(near)
            }
        }
    }
}

impl Default for Address {
    fn default() -> Self {
        Self::Net { host: "127.0.0.1".into(), port: shared::DEFAULT_PORT }
    }
}

impl From<SocketAddr> for Address {
    fn from(addr: SocketAddr) -> Self {
        Self::Net { host: addr.ip().to_string(), port: addr.port() }
    }
}

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "an address is HOST, HOST:PORT, [IPv6]:PORT or the path of a Unix socket";
        if raw.contains("://") {
            return Err(WRONG);
        }
        let path = raw.strip_prefix("unix:").or_else(|| raw.contains('/').then_some(raw));
        if let Some(path) = path {
            // The same socket is the same server, wherever we are started.
            return std::path::absolute(path).map(Self::Unix).map_err(|_| WRONG);
        }
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
        if host.is_empty() || host.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(WRONG);
        }
        let port = port.map_or(Ok(shared::DEFAULT_PORT), |port| {
            port.parse().map_err(|_| "a port is a number from 0 to 65535")
        })?;
        Ok(Self::Net { host: host.into(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Net { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Net { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
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
            ("/run/chinwag/ctl.sock", "unix:/run/chinwag/ctl.sock"),
            ("unix:/run/chinwag/ctl.sock", "unix:/run/chinwag/ctl.sock"),
        ] {
            assert_eq!(raw.parse::<Address>().map(|a| a.to_string()), Ok(shown.to_owned()), "{raw}");
        }
        let wrong =
            ["", ":80", "host:", "host:http", "host:70000", "[::1", "[::1]80", "a b", "http://x", "unix:"];
        for wrong in wrong {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_path_is_the_same_socket_from_wherever_it_is_named() {
        let here = std::env::current_dir().unwrap().join("chat.sock");
        assert_eq!("./chat.sock".parse(), Ok(Address::Unix(here.clone())));
        assert_eq!("unix:chat.sock".parse(), Ok(Address::Unix(here)));
    }

    #[test]
    fn only_what_says_so_itself_is_this_machine() {
        let local = |raw: &str| raw.parse::<Address>().unwrap().is_local();
        for near in
            ["localhost", "LOCALHOST:1", "127.0.0.1", "127.9.9.9:1", "::1", "[::ffff:127.0.0.1]", "/s"]
        {
            assert!(local(near), "{near}");
        }
        for far in ["10.0.0.5", "localhost.example.net", "fe80::1", "127.0.0.1.example.net", "chat"] {
            assert!(!local(far), "{far}");
        }
    }
}
