//! Opening a connection: the address is connected to, encrypted as `--tls` says, and the server's key checked (trust on
//! first use, or an authority of the system). Speaking the protocol begins in [`super::link`].

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, Error};
use shared::Fingerprint;
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::known_hosts::{Known, KnownHosts};
use super::stream::{self, Stream};
use super::trust;
use crate::address::Address;
use crate::clock;
use crate::event::{Lost, NewServerKey, TrustError};
use crate::tls_mode::TlsMode;

/// Connecting may take this long, and the TLS handshake as long again.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A stream to the server that is being opened, and the server's key if it was met for the first time.
pub type Dialing =
    Pin<Box<dyn Future<Output = Result<(Box<dyn Stream>, Option<NewServerKey>), Lost>> + Send>>;

/// Opens streams to one server. Each shell is given its own; over the network that is [`Dialer`], and code that has the
/// server in its process may hand over one end of a pipe.
pub trait Dial: Send {
    /// Begins to connect. Every attempt to connect or reconnect calls it once.
    fn dial(&self) -> Dialing;

    /// The server welcomed us, and told the key it will have next or none. Must not wait for a disk.
    fn welcomed(&self, _next_key: Option<Fingerprint>) {}
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
}

/// The key that the last connection was verified by; none where keys are not what the server is known by.
#[derive(Clone, Debug, Default)]
pub struct VerifiedKey(Arc<Mutex<Option<Fingerprint>>>);

impl VerifiedKey {
    fn set(&self, key: Option<Fingerprint>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = key;
    }

    fn get(&self) -> Option<Fingerprint> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl From<Address> for Dialer {
    /// By the default `--tls`, remembering nothing.
    fn from(address: Address) -> Self {
        Self { address, tls: TlsMode::default(), known_hosts: None, verified: VerifiedKey::default() }
    }
}

impl Dial for Dialer {
    fn dial(&self) -> Dialing {
        let dialer = self.clone();
        dialer.verified.set(None);
        Box::pin(async move { dialer.connect().await })
    }

    /// Remembers the next key. Where that fails the change of the key will be an alarm, as it was before it was announced.
    fn welcomed(&self, next_key: Option<Fingerprint>) {
        if let (Some(hosts), Some(shown)) = (self.known_hosts.clone(), self.verified.get()) {
            let (address, now) = (self.address.clone(), clock::wall() / 1000);
            tokio::task::spawn_blocking(move || hosts.follow(&address, &shown, next_key.as_ref(), now));
        }
    }
}

impl Dialer {
    async fn connect(&self) -> Result<(Box<dyn Stream>, Option<NewServerKey>), Lost> {
        let (host, port) = match &self.address {
            Address::Unix(path) => {
                let unix = with_timeout(UnixStream::connect(path)).await?;
                return Ok((Box::new(unix), None));
            }
            Address::Net { host, port } => (host.as_str(), *port),
        };
        let tcp = with_timeout(TcpStream::connect((host, port))).await?;
        // Small lines go out at once; a system that cannot is no reason not to talk.
        tcp.set_nodelay(true).ok();
        match self.tls {
            TlsMode::Off => Ok((Box::new(tcp), None)),
            TlsMode::Auto if self.address.is_local() => Ok((Box::new(tcp), None)),
            TlsMode::Auto | TlsMode::Trust => self.trust_on_first_use(tcp, host).await,
            TlsMode::Verify => Ok((verify_by_authority(tcp, host).await?, None)),
        }
    }

    /// TLS with a server that is known by its key, or about which nothing is known yet.
    async fn trust_on_first_use(
        &self,
        tcp: TcpStream,
        host: &str,
    ) -> Result<(Box<dyn Stream>, Option<NewServerKey>), Lost> {
        let known = {
            let now = clock::wall() / 1000;
            self.known_hosts.as_ref().map_or(Ok(Known::Nothing), |hosts| hosts.look_up(&self.address, now))
        };
        let known = known.map_err(|error| self.unreadable(&error))?;
        let keys = if let Known::Keys(keys, _) = &known { keys.clone() } else { Vec::new() };
        let (config, verifier) = trust::by_key(keys).map_err(|error| tls_error(&error))?;
        // Its name is not verified, so a host that is no valid name will do.
        let name = ServerName::try_from(host.to_owned()).or_else(|_| ServerName::try_from("localhost"));
        let name = name.map_err(|_| TrustError::WrongName)?;
        let stream = handshake(tcp, config, name).await;
        let Some(shown) = verifier.shown() else { return Ok((stream?, None)) };
        self.compare(&known, &shown)?;
        let stream = stream?;
        if known != Known::Nothing {
            self.verified.set(Some(shown));
            return Ok((stream, None));
        }
        let remembered = self.remember(&shown).await?;
        self.verified.set(remembered.then(|| shown.clone()));
        Ok((stream, Some(NewServerKey { key: shown, remembered })))
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
        let (address, key) = (self.address.clone(), shown.clone());
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

/// TLS with a server whose certificate an authority of the system has issued for its name.
async fn verify_by_authority(tcp: TcpStream, host: &str) -> Result<Box<dyn Stream>, Lost> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| TrustError::WrongName)?;
    let config = tokio::task::spawn_blocking(trust::by_authority).await;
    let config =
        config.map_err(|error| Lost::Broken(error.to_string()))?.map_err(|error| tls_error(&error))?;
    handshake(tcp, config, name).await
}

async fn handshake(
    tcp: TcpStream,
    config: ClientConfig,
    name: ServerName<'static>,
) -> Result<Box<dyn Stream>, Lost> {
    let connector = TlsConnector::from(Arc::new(config));
    match timeout(TIMEOUT, Box::pin(connector.connect(name, tcp))).await {
        Ok(Ok(tls)) => Ok(Box::new(tls)),
        Ok(Err(error)) => Err(handshake_error(&error)),
        Err(_) => Err(Lost::Silent),
    }
}

async fn with_timeout<T>(connecting: impl Future<Output = io::Result<T>>) -> Result<T, Lost> {
    match timeout(TIMEOUT, connecting).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(Lost::Unreachable(error.to_string())),
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
