//! Opening a connection: each address of the host is tried, encrypted as `--tls` says, and the server's key checked (trust
//! on first use, or an authority of the system). Speaking the protocol begins in [`super::link`].

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, Error};
use shared::{Fingerprint, NodeAddress};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::happy_eyeballs::{Resolve, SystemResolver, race};
use super::known_hosts::{Known, KnownHosts};
use super::stream::{self, Stream};
use super::trust;
use crate::address::Address;
use crate::attempt::Attempt;
use crate::clock;
use crate::event::{Lost, Protection, Reached, SystemError, SystemErrorKind, Tried, TrustError};
use crate::host::HostedKey;
use crate::met::Met;
use crate::tls_mode::TlsMode;

/// Connecting to an address may take this long, and the TLS handshake as long again.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The same for a handshake that is only to prove who a server of this machine is.
const PROOF_TIMEOUT: Duration = Duration::from_secs(3);

/// A stream to a server, and what is known of it.
pub struct Dialed {
    /// The stream.
    pub stream: Box<dyn Stream>,
    /// How it was reached.
    pub reached: Reached,
    /// What tells which server it is.
    pub met: Met,
}

/// A stream to the server that is being opened.
pub type Dialing = Pin<Box<dyn Future<Output = Result<Dialed, Lost>> + Send>>;

/// Opens streams to one server. Each shell is given its own; over the network that is [`Dialer`], and code that has the
/// server in its process may hand over one end of a pipe.
pub trait Dial: Send {
    /// Begins to connect. Every attempt to connect or reconnect calls it once.
    fn dial(&self) -> Dialing;

    /// Where the next connections go, if there is a choice.
    fn head_for(&mut self, _attempt: &Attempt) {}

    /// Whether a connection that ends is followed by one to another node of a cluster, whatever address is headed for.
    fn has_other_nodes(&self) -> bool {
        false
    }

    /// Begins to open another connection to the same server, beside the one of the chat.
    fn dial_beside(&self) -> Dialing {
        self.dial()
    }

    /// The server welcomed us, and told the key it will have next or none. Must not wait for a disk.
    fn welcomed(&self, _next_key: Option<Fingerprint>) {}

    /// The server that welcomed us told the keys of nodes of its cluster. Must not wait for a disk.
    fn told_keys(&self, _keys: &BTreeMap<NodeAddress, Fingerprint>) {}
}

/// Dials a server over the network or a socket of this machine.
#[derive(Clone, Debug)]
pub struct Dialer {
    /// The server.
    pub address: Address,
    /// Whether to encrypt, and whom to trust.
    pub tls: TlsMode,
    /// Where the keys of servers are remembered; without it every server is new.
    pub known_hosts: Option<KnownHosts>,
    /// The key that the server of the connection was verified by.
    pub verified: VerifiedKey,
    /// The addresses of this machine at which a server that would be spoken to in the clear is asked to prove its key first.
    pub proof: Vec<Address>,
    /// Where the next connection goes, if not to `address`, and how long that may take.
    pub attempt: Attempt,
    /// The key of a server in this process, which is trusted whatever the file of known hosts says of its address.
    pub own_key: Option<HostedKey>,
    /// The keys of the server's nodes, as it told them.
    pub node_keys: NodeKeys,
    /// Who looks names up.
    pub resolver: Arc<dyn Resolve>,
}

/// The key that the last connection was verified by; none where keys are not what the server is known by.
#[derive(Clone, Debug, Default)]
pub struct VerifiedKey(Arc<Mutex<Verified>>);

#[derive(Clone, Debug, Default)]
enum Verified {
    #[default]
    No,
    /// By one that the file of known hosts has.
    Known(Fingerprint),
    /// By one that another node told.
    Told,
}

impl VerifiedKey {
    fn set(&self, verified: Verified) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = verified;
    }

    /// The key that the file of known hosts has.
    fn known(&self) -> Option<Fingerprint> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Verified::Known(key) => Some(key.clone()),
            Verified::No | Verified::Told => None,
        }
    }

    fn is_some(&self) -> bool {
        !matches!(&*self.0.lock().unwrap_or_else(PoisonError::into_inner), Verified::No)
    }
}

/// The keys of the nodes of one server, as they told one another's.
#[derive(Clone, Debug, Default)]
pub struct NodeKeys(Arc<Mutex<Vec<(Address, Fingerprint)>>>);

impl From<Vec<(Address, Fingerprint)>> for NodeKeys {
    fn from(keys: Vec<(Address, Fingerprint)>) -> Self {
        Self(Arc::new(Mutex::new(keys)))
    }
}

impl NodeKeys {
    /// What a node tells of the others takes the place of what was told before.
    fn note(&self, keys: impl Iterator<Item = (Address, Fingerprint)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = keys.collect();
    }

    fn of(&self, address: &Address) -> Option<Fingerprint> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|(known, _)| known == address).map(|(_, key)| key.clone())
    }
}

impl From<Address> for Dialer {
    /// By the default `--tls`, remembering nothing.
    fn from(address: Address) -> Self {
        Self {
            address,
            tls: TlsMode::default(),
            known_hosts: None,
            verified: VerifiedKey::default(),
            proof: Vec::new(),
            attempt: Attempt::default(),
            own_key: None,
            node_keys: NodeKeys::default(),
            resolver: Arc::new(SystemResolver),
        }
    }
}

impl Dial for Dialer {
    fn head_for(&mut self, attempt: &Attempt) {
        self.attempt = attempt.clone();
    }

    fn dial(&self) -> Dialing {
        let dialer = self.clone();
        dialer.verified.set(Verified::No);
        Box::pin(async move { dialer.connect().await })
    }

    /// What the chat was verified by stays as it is.
    fn dial_beside(&self) -> Dialing {
        let dialer = Self { verified: VerifiedKey::default(), ..self.clone() };
        Box::pin(async move { dialer.connect().await })
    }

    /// Remembers the next key. Where that fails the change of the key will be an alarm, as it was before it was announced.
    fn welcomed(&self, next_key: Option<Fingerprint>) {
        if let (Some(hosts), Some(shown)) = (self.known_hosts.clone(), self.verified.known()) {
            let (address, now) = (self.at().clone(), clock::wall() / 1000);
            tokio::task::spawn_blocking(move || hosts.follow(&address, &shown, next_key.as_ref(), now));
        }
    }

    /// Notes the keys of the other nodes, where the server that tells them was verified: the first meeting with one is none with
    /// a stranger then. They count for this server alone, and where nothing else is known of the address.
    fn told_keys(&self, keys: &BTreeMap<NodeAddress, Fingerprint>) {
        if self.verified.is_some() {
            let keys = keys.iter().filter_map(|(told, key)| Some((told.as_str().parse().ok()?, key.clone())));
            self.node_keys.note(keys);
        }
    }
}

impl Dialer {
    async fn connect(&self) -> Result<Dialed, Lost> {
        let (host, port) = match self.at() {
            Address::Unix(path) => return self.connect_unix(path).await,
            Address::Net { host, port } => (host.as_str(), *port),
        };
        let addresses = self.look_up_name(host, port).await?;
        let never_clear = self.attempt.is_told && !self.at().is_local();
        let tls = if never_clear && self.tls == TlsMode::Off { TlsMode::Trust } else { self.tls };
        match tls {
            TlsMode::Off => self.in_the_clear(addresses).await,
            TlsMode::Auto if self.at().is_local() => {
                if self.proof.contains(self.at())
                    && let Ok(proved) = self.prove(addresses.clone(), host).await
                {
                    return Ok(proved);
                }
                self.in_the_clear(addresses).await
            }
            TlsMode::Auto | TlsMode::Trust => self.trust_on_first_use(addresses, host).await,
            TlsMode::Verify => self.verify_by_authority(addresses, host).await,
        }
    }

    async fn look_up_name(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Lost> {
        match timeout(self.limit(), self.resolver.resolve(host, port)).await {
            Ok(Ok(addresses)) => Ok(addresses),
            Ok(Err(error)) => {
                let said = error.to_string();
                Err(no_address(said.rsplit(": ").next().unwrap_or_default()))
            }
            Err(_) => Err(no_address("no answer")),
        }
    }

    async fn connect_unix(&self, path: &Path) -> Result<Dialed, Lost> {
        let unix = within(self.limit(), UnixStream::connect(path)).await?;
        // Another process of this user, or the superuser's, needs no socket to read what is ours.
        let ours = rustix::process::getuid().as_raw();
        let is_own = self.is_own() || unix.peer_cred().is_ok_and(|peer| [0, ours].contains(&peer.uid()));
        let reached = Reached { key: None, protection: Protection::UnixSocket };
        Ok(Dialed { stream: Box::new(unix), reached, met: Met { is_own, ..Met::default() } })
    }

    async fn in_the_clear(&self, addresses: Vec<SocketAddr>) -> Result<Dialed, Lost> {
        let limit = self.limit();
        let tcp = race(addresses, move |address| connect_tcp(address, limit)).await;
        let tcp = tcp.map_err(|tried| self.none_of(tried))?;
        let met = Met { is_own: self.is_own(), other_address: self.other_address(), ..Met::default() };
        let reached = Reached { key: None, protection: Protection::Clear };
        Ok(Dialed { stream: Box::new(tcp), reached, met })
    }

    /// TLS with a server of this machine, whoever it is: what matters is which key it has.
    async fn prove(&self, addresses: Vec<SocketAddr>, host: &str) -> Result<Dialed, Lost> {
        let (name, limit) = (any_name(host)?, self.limit());
        let attempt = |address| {
            let name = name.clone();
            async move {
                let tcp = connect_tcp(address, limit).await?;
                let (config, _) = trust::by_key(Vec::new()).map_err(|error| tls_error(&error))?;
                handshake(tcp, Arc::new(config), name, PROOF_TIMEOUT).await
            }
        };
        let tls = race(addresses, attempt).await.map_err(|tried| self.none_of(tried))?;
        Ok(self.encrypted(tls, Protection::AnyKey))
    }

    /// Whether the server in this process runs, if there is one.
    fn is_own(&self) -> bool {
        self.own_key().is_some()
    }

    fn own_key(&self) -> Option<Fingerprint> {
        self.own_key.as_ref()?.now()
    }

    /// TLS with a server that is known by its key, or about which nothing is known yet.
    async fn trust_on_first_use(&self, addresses: Vec<SocketAddr>, host: &str) -> Result<Dialed, Lost> {
        let own = self.own_key();
        let is_own = own.is_some();
        let mut known = own.map_or_else(|| self.look_up(), |key| Ok(Known::Keys(vec![key], 0)))?;
        let told = self.attempt.other.as_ref().filter(|_| known == Known::Nothing);
        let told = told.and_then(|address| self.node_keys.of(address));
        let is_told = told.is_some();
        if let Some(key) = told {
            known = Known::Keys(vec![key], 0);
        }
        let name = any_name(host)?;
        let attempt = |address| {
            let (dialer, known, name) = (self.clone(), known.clone(), name.clone());
            async move {
                let tcp = connect_tcp(address, dialer.limit()).await?;
                dialer.shake_hands(tcp, &known, name).await
            }
        };
        let (tls, shown) = race(addresses, attempt).await.map_err(|tried| self.none_of(tried))?;
        let protection = match (known, shown) {
            (Known::Nothing, Some(key)) => {
                let remembered = self.remember(&key).await?;
                self.verified.set(if remembered { Verified::Known(key) } else { Verified::No });
                Protection::NewKey { remembered }
            }
            (Known::Keys(..), _) if is_own => Protection::Own,
            (Known::Keys(..), shown) => {
                self.verified.set(match shown {
                    Some(_) if is_told => Verified::Told,
                    Some(key) => Verified::Known(key),
                    None => Verified::No,
                });
                Protection::KnownKey
            }
            (Known::Nothing, None) => Protection::AnyKey,
        };
        Ok(self.encrypted(tls, protection))
    }

    /// What the file of known hosts says of the server.
    fn look_up(&self) -> Result<Known, TrustError> {
        let Some(hosts) = &self.known_hosts else { return Ok(Known::Nothing) };
        hosts.look_up(self.at(), clock::wall() / 1000).map_err(|error| self.unreadable(&error))
    }

    /// The handshake, and the key the server showed. It must be one of those that are known, if any are.
    async fn shake_hands(
        &self,
        tcp: TcpStream,
        known: &Known,
        name: ServerName<'static>,
    ) -> Result<(TlsStream<TcpStream>, Option<Fingerprint>), Lost> {
        let keys = if let Known::Keys(keys, _) = known { keys.clone() } else { Vec::new() };
        let (config, verifier) = trust::by_key(keys).map_err(|error| tls_error(&error))?;
        let stream = handshake(tcp, Arc::new(config), name, self.limit()).await;
        let Some(shown) = verifier.shown() else { return Ok((stream?, None)) };
        self.compare(known, &shown)?;
        Ok((stream?, Some(shown)))
    }

    /// TLS with a server whose certificate an authority of the system has issued for its name.
    async fn verify_by_authority(&self, addresses: Vec<SocketAddr>, host: &str) -> Result<Dialed, Lost> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| TrustError::WrongName)?;
        let config = tokio::task::spawn_blocking(trust::by_authority).await;
        let config = config
            .map_err(|error| Lost::Broken(error.to_string().as_str().into()))?
            .map_err(|error| tls_error(&error))?;
        let (config, limit) = (Arc::new(config), self.limit());
        let attempt = |address| {
            let (config, name) = (Arc::clone(&config), name.clone());
            async move { handshake(connect_tcp(address, limit).await?, config, name, limit).await }
        };
        let tls = race(addresses, attempt).await.map_err(|tried| self.none_of(tried))?;
        Ok(self.encrypted(tls, Protection::Authority))
    }

    fn encrypted(&self, tls: TlsStream<TcpStream>, protection: Protection) -> Dialed {
        let key = trust::key_of(tls.get_ref().1);
        let other_address = self.other_address();
        let met = Met { key: key.clone(), is_own: self.is_own(), other_address, id: None };
        Dialed { stream: Box::new(tls), reached: Reached { key, protection }, met }
    }

    /// How long one step may take.
    fn limit(&self) -> Duration {
        self.attempt.limit.map_or(TIMEOUT, |limit| limit.min(TIMEOUT))
    }

    /// Where the connection goes.
    fn at(&self) -> &Address {
        self.attempt.other.as_ref().unwrap_or(&self.address)
    }

    fn other_address(&self) -> Option<Address> {
        self.attempt.other.clone()
    }

    /// Why no address came about: a server that is not trusted matters most.
    fn none_of(&self, mut tried: Vec<Tried>) -> Lost {
        if let Some(at) = tried.iter().position(|tried| matches!(tried.why, Lost::Untrusted(_))) {
            return tried.swap_remove(at).why;
        }
        let is_named = |tried: &Tried| Address::from(tried.address) == *self.at();
        match &tried[..] {
            [] => no_address("the name has no address"),
            [one] if is_named(one) => one.why.clone(),
            [..] => Lost::NoneOf(tried),
        }
    }

    fn compare(&self, known: &Known, shown: &Fingerprint) -> Result<(), TrustError> {
        match known {
            Known::Keys(keys, line) if !keys.contains(shown) => {
                let file = self.known_hosts.as_ref().map(|hosts| hosts.path().display().to_string());
                Err(TrustError::Changed {
                    known: keys.clone(),
                    shown: shown.clone(),
                    file: file.unwrap_or_default(),
                    line: *line,
                })
            }
            Known::Keys(..) | Known::Nothing => Ok(()),
        }
    }

    /// Remembers a key that was seen for the first time; whether that was possible.
    async fn remember(&self, shown: &Fingerprint) -> Result<bool, TrustError> {
        let Some(hosts) = self.known_hosts.clone() else { return Ok(false) };
        let (address, key) = (self.at().clone(), shown.clone());
        let remembered =
            tokio::task::spawn_blocking(move || hosts.remember(&address, &key, clock::wall() / 1000)).await;
        let Ok(Ok(known)) = remembered else { return Ok(false) };
        // Another client may have seen another key there at the same time.
        self.compare(&known, shown)?;
        Ok(true)
    }

    fn unreadable(&self, error: &io::Error) -> TrustError {
        let path = self.known_hosts.as_ref().map_or(Path::new(""), KnownHosts::path);
        TrustError::Unreadable(format!("{}: {error}", path.display()))
    }
}

/// The name of the server leads nowhere, as the system says (DNS).
fn no_address(said: &str) -> Lost {
    Lost::Unreachable(SystemError { kind: SystemErrorKind::NoAddress, said: said.to_owned() })
}

/// A name for the handshake that nobody verifies, so a host that is no valid name will do.
fn any_name(host: &str) -> Result<ServerName<'static>, TrustError> {
    let name = ServerName::try_from(host.to_owned()).or_else(|_| ServerName::try_from("localhost"));
    name.map_err(|_| TrustError::WrongName)
}

async fn connect_tcp(address: SocketAddr, limit: Duration) -> Result<TcpStream, Lost> {
    let tcp = within(limit, TcpStream::connect(address)).await?;
    // Small lines go out at once; a system that cannot is no reason not to talk.
    tcp.set_nodelay(true).ok();
    Ok(tcp)
}

async fn handshake(
    tcp: TcpStream,
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
    limit: Duration,
) -> Result<TlsStream<TcpStream>, Lost> {
    let connector = TlsConnector::from(config);
    match timeout(limit, Box::pin(connector.connect(name, tcp))).await {
        Ok(Ok(tls)) => Ok(tls),
        Ok(Err(error)) => Err(handshake_error(&error)),
        Err(_) => Err(Lost::Silent),
    }
}

async fn within<T>(limit: Duration, connecting: impl Future<Output = io::Result<T>>) -> Result<T, Lost> {
    match timeout(limit, connecting).await {
        Ok(Ok(connected)) => Ok(connected),
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => Err(Lost::Refused),
        Ok(Err(error)) => Err(Lost::Unreachable((&error).into())),
        Err(_) => Err(Lost::Silent),
    }
}

/// Why the handshake failed.
fn handshake_error(error: &io::Error) -> Lost {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match tls {
        Some(tls) => tls_error(tls).into(),
        None if error.kind() == io::ErrorKind::UnexpectedEof => Lost::NoHandshake,
        None => stream::lost(error),
    }
}

fn tls_error(error: &Error) -> TrustError {
    let certificate =
        if let Error::InvalidCertificate(certificate) = error { Some(certificate) } else { None };
    if matches!(error, Error::InvalidMessage(_)) {
        return TrustError::NoTls;
    }
    match certificate {
        Some(CertificateError::UnknownIssuer) => TrustError::UnknownIssuer,
        Some(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }) => {
            TrustError::WrongName
        }
        Some(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => TrustError::Expired,
        Some(_) | None => TrustError::Failed(error.to_string()),
    }
}
