//! What a server must be told to join an order over NATS.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use async_nats::ServerAddr;

use crate::chat::node_identity::NodeIdentity;
use crate::small_file;

/// How large the stream may grow before it forgets its oldest messages.
pub const DEFAULT_MAX_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Which NATS, and which order on it.
#[derive(Clone, Debug)]
pub struct Options {
    /// `nats://HOST:PORT`, or `tls://HOST:PORT` for TLS. The first is tried first. Only these are connected to, also if NATS
    /// announces others.
    pub servers: Vec<String>,
    /// The name of the whole: of the stream and of its subjects.
    pub name: String,
    /// What this server is called in NATS' lists of connections.
    pub client_name: String,
    /// Which server it is among the others, the same after each start, where that is known.
    pub identity: Option<NodeIdentity>,
    /// With which user and password to log in.
    pub credentials: Option<Credentials>,
    /// The file of the certificate authority that `tls://` is checked against, in place of the system's.
    pub ca: Option<PathBuf>,
    /// On how many NATS servers the stream is stored, if this server makes it.
    pub replicas: usize,
    /// [`DEFAULT_MAX_BYTES`], or otherwise; if this server makes the stream.
    pub max_bytes: u64,
    /// Whether to take a NATS older than 2.10.23.
    pub old_nats: bool,
}

/// A user of NATS and the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
}

/// Why options are refused.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// No server was named.
    #[error("name at least one NATS server, as nats://HOST:4222 or tls://HOST:4222")]
    NoServer,
    /// A server's address cannot be used.
    #[error("{0} is no address of a NATS server: write nats://HOST:4222 or tls://HOST:4222")]
    Server(String),
    /// Some with TLS, some without.
    #[error(
        "write tls:// for all NATS servers or for none: credentials would be sent in clear to the others"
    )]
    MixedTls,
    /// A password in an address is seen in lists of processes.
    #[error("an address of a NATS server has no user and no password: write them into a file of credentials")]
    PasswordInAddress,
    /// The name cannot be part of a subject.
    #[error("{0:?} cannot be the name of a cluster: take at most 64 of a-z, A-Z, 0-9, - and _")]
    Name(String),
    /// NATS keeps 1 to 5 replicas.
    #[error("a stream has 1 to 5 replicas, not {0}; 3 survive the loss of one server")]
    Replicas(usize),
    /// Too small to be of use.
    #[error("a stream of {0} bytes forgets too soon: give it 64 MiB or more")]
    MaxBytes(u64),
    /// The file of the certificate authority cannot be used.
    #[error("the certificate authority {0} cannot be read: {1}")]
    Ca(String, std::io::Error),
}

/// Why a file is no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] std::io::Error),
    /// It is a NATS `.creds` file.
    #[error(
        "it holds a NATS JWT, which is not supported: give NATS a user with a password, and write two lines, \"user NAME\" and \"password WORD\""
    )]
    Jwt,
    /// It has other lines, or not both.
    #[error("it must have two lines, \"user NAME\" and \"password WORD\"")]
    Lines,
}

impl Options {
    /// Whether they can be used at all.
    ///
    /// # Errors
    /// When not, with what to do.
    pub fn check(&self) -> Result<(), OptionsError> {
        let valid = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if self.name.is_empty() || self.name.len() > 64 || !self.name.chars().all(valid) {
            return Err(OptionsError::Name(self.name.clone()));
        }
        if !(1..=5).contains(&self.replicas) {
            return Err(OptionsError::Replicas(self.replicas));
        }
        if self.max_bytes < 64 * 1024 * 1024 {
            return Err(OptionsError::MaxBytes(self.max_bytes));
        }
        if let Some(ca) = &self.ca {
            std::fs::metadata(ca).map_err(|error| OptionsError::Ca(ca.display().to_string(), error))?;
        }
        let addresses = self.addresses()?;
        if addresses.is_empty() {
            return Err(OptionsError::NoServer);
        }
        if addresses.iter().any(|address| address.tls_required() != addresses[0].tls_required()) {
            return Err(OptionsError::MixedTls);
        }
        Ok(())
    }

    /// The first server on another machine that is spoken to without TLS.
    ///
    /// # Errors
    /// When an address cannot be used.
    pub fn exposed(&self) -> Result<Option<String>, OptionsError> {
        let mut addresses = self.addresses()?.into_iter();
        let exposed = addresses.find(|address| !address.tls_required() && !is_here(address.host()));
        Ok(exposed.as_ref().map(shown))
    }

    pub(super) fn addresses(&self) -> Result<Vec<ServerAddr>, OptionsError> {
        self.servers.iter().map(|server| address(server)).collect()
    }
}

fn address(server: &str) -> Result<ServerAddr, OptionsError> {
    // Before anything is said of it: what is said repeats the address.
    if server.contains('@') {
        return Err(OptionsError::PasswordInAddress);
    }
    let parsed: ServerAddr = server.parse().map_err(|_| OptionsError::Server(server.to_owned()))?;
    if !matches!(parsed.scheme(), "nats" | "tls") || parsed.host().is_empty() {
        return Err(OptionsError::Server(server.to_owned()));
    }
    Ok(parsed)
}

/// A server's address as it is shown.
pub(super) fn shown(address: &ServerAddr) -> String {
    let (scheme, host, port) = (address.scheme(), address.host(), address.port());
    if host.contains(':') {
        format!("{scheme}://[{host}]:{port}")
    } else {
        format!("{scheme}://{host}:{port}")
    }
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Credentials {
    /// Those of a file: two lines, `user NAME` and `password WORD`.
    ///
    /// # Errors
    /// When it cannot be read, or holds something else.
    pub fn read(path: &Path) -> Result<Self, CredentialsError> {
        Self::parse(&small_file::read_text(path)?)
    }

    fn parse(text: &str) -> Result<Self, CredentialsError> {
        if text.contains("-----BEGIN NATS") {
            return Err(CredentialsError::Jwt);
        }
        let (mut user, mut password) = (None, None);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (key, value) = line.split_once(char::is_whitespace).ok_or(CredentialsError::Lines)?;
            match key.trim_end_matches([':', '=']) {
                "user" if user.is_none() => user = Some(value.trim().to_owned()),
                "password" if password.is_none() => password = Some(value.trim().to_owned()),
                _ => return Err(CredentialsError::Lines),
            }
        }
        let (Some(user), Some(password)) = (user, password) else { return Err(CredentialsError::Lines) };
        Ok(Self { user, password })
    }
}

/// Without the password: it must not reach a log.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(servers: &[&str]) -> Options {
        Options {
            servers: servers.iter().map(|&server| server.to_owned()).collect(),
            name: "chinwag".to_owned(),
            client_name: "seoul".to_owned(),
            identity: None,
            credentials: None,
            ca: None,
            replicas: 3,
            max_bytes: DEFAULT_MAX_BYTES,
            old_nats: false,
        }
    }

    fn refusal(options: &Options) -> String {
        options.check().unwrap_err().to_string()
    }

    #[test]
    fn servers_are_taken_with_and_without_tls_but_not_mixed() {
        options(&["nats://a:4222", "nats://b"]).check().unwrap();
        options(&["tls://a:4222", "tls://[::1]:4223"]).check().unwrap();
        assert!(refusal(&options(&["tls://a", "nats://b"])).starts_with("write tls:// for all"));
    }

    #[test]
    fn what_is_no_nats_server_is_refused_with_what_to_write() {
        for wrong in ["http://a", "ws://a", "nats://"] {
            assert!(
                refusal(&options(&[wrong])).ends_with("write nats://HOST:4222 or tls://HOST:4222"),
                "{wrong}"
            );
        }
        assert!(refusal(&options(&[])).starts_with("name at least one"));
        assert!(refusal(&options(&["nats://ann:word@a"])).contains("file of credentials"));
    }

    #[test]
    fn a_name_that_would_be_several_subjects_is_refused() {
        for wrong in ["", "a.b", "a b", ">", "*", &"x".repeat(65)] {
            let options = Options { name: wrong.to_owned(), ..options(&["nats://a"]) };
            assert!(refusal(&options).contains("cannot be the name of a cluster"), "{wrong}");
        }
    }

    #[test]
    fn credentials_are_two_lines() {
        let ann = Credentials { user: "ann".to_owned(), password: "s e:c=ret".to_owned() };
        assert_eq!(Credentials::parse("# for NATS\nuser ann\n\npassword s e:c=ret\n").unwrap(), ann);
        assert_eq!(Credentials::parse("user: ann\npassword: s e:c=ret").unwrap(), ann);
        assert!(!format!("{ann:?}").contains("ret"));
    }

    #[test]
    fn other_files_are_no_credentials() {
        for wrong in
            ["", "user ann", "user ann\nuser bob\npassword x", "ann", "user ann\npassword x\ntoken y"]
        {
            assert!(
                Credentials::parse(wrong).unwrap_err().to_string().starts_with("it must have two lines"),
                "{wrong}"
            );
        }
        let jwt = "-----BEGIN NATS USER JWT-----\neyJ0\n------END NATS USER JWT------\n";
        assert!(Credentials::parse(jwt).unwrap_err().to_string().contains("user with a password"));
    }
}
