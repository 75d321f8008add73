//! What an ssh door is to do, as a plain value: the command line, or whoever hosts a server, makes it.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::limits::{KEYS_MAX, Limits};
use crate::host::HostedEntrance;

/// The port of a door by default: the server's is 7667.
pub const DEFAULT_PORT: u16 = 7722;

/// What a door is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens; at least one address.
    pub listen: Vec<SocketAddr>,
    /// How it reaches the server.
    pub server: Server,
    /// Where it keeps its host key and the profiles of the keys it knows; nothing else on this machine's disk is written.
    pub state_dir: PathBuf,
    /// The host key, in OpenSSH's format; without it one is made and kept in the state directory.
    pub host_key: Option<PathBuf>,
    /// Whether people without a key may come in, as `guest`.
    pub guests: bool,
    /// The file that says whose keys are admins'.
    pub admins: Option<PathBuf>,
    /// The file with the server's admin key, for these. Of a hosted server it is known without a file.
    pub admin_key_file: Option<PathBuf>,
    /// For how many keys a profile is kept; whoever comes later is a guest with a key.
    pub keys_max: u32,
    /// How much it takes on.
    pub limits: Limits,
}

/// How a door reaches the server.
#[derive(Clone, Debug)]
pub enum Server {
    /// By the Unix socket of a server that trusts this user to say for whom it connects (`proxy-from`); of several nodes of a cluster
    /// by those that answer, the first one first. At least one.
    Sockets(Vec<PathBuf>),
    /// In memory: it runs in this process.
    Hosted(HostedEntrance),
}

/// Reads an address to listen on: an IP address, or `localhost`, with a port or without.
pub fn parse_listen(given: &str) -> Result<SocketAddr, String> {
    let text = given.trim().replace("localhost", "127.0.0.1");
    let without = || text.trim_matches(['[', ']']).parse::<IpAddr>().map(|ip| (ip, DEFAULT_PORT).into());
    text.parse().or_else(|_| without()).map_err(|_| {
        let given = given.escape_debug();
        format!("\"{given}\" is no address; give an IP address and a port, such as 0.0.0.0:{DEFAULT_PORT}")
    })
}

impl Options {
    /// A door with the defaults.
    #[must_use]
    pub fn new(listen: Vec<SocketAddr>, server: Server, state_dir: PathBuf) -> Self {
        Self {
            listen,
            server,
            state_dir,
            host_key: None,
            guests: true,
            admins: None,
            admin_key_file: None,
            keys_max: KEYS_MAX,
            limits: Limits::default(),
        }
    }

    /// The host key's file.
    #[must_use]
    pub fn host_key_path(&self) -> PathBuf {
        self.host_key.clone().unwrap_or_else(|| self.state_dir.join(HOST_KEY))
    }

    /// What stands after `ssh` to come here, as far as it is known: by which name, only those who come know.
    #[must_use]
    pub fn destination(&self) -> String {
        match self.listen.first().map(SocketAddr::port) {
            None | Some(0 | 22) => "HOST".to_owned(),
            Some(port) => format!("-p {port} HOST"),
        }
    }

    /// The directory with the profiles of the keys that are kept, each in one named by the key's SHA-256 in hexadecimal.
    #[must_use]
    pub fn keys_dir(&self) -> PathBuf {
        self.state_dir.join(Path::new("keys"))
    }
}

/// The host key in the state directory.
const HOST_KEY: &str = "host_key";
