//! The server's side of TLS: its certificate and key, self-signed at the first start or given, and read again at a reload.
//! Clients know the server by its key's fingerprint (trust on first use), so a certificate with another key is told apart
//! from one that was only renewed.

pub mod certificate;
mod client_certificate;
mod pem;
mod self_signed;
pub mod served_key;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use rustls::crypto::ring;
use rustls::version::TLS13;
use rustls::{ServerConfig, ServerConnection};

use shared::Fingerprint;

use self::certificate::Certificate;
use self::client_certificate::AnyClientCertificate;
use self::pem::Pair;

/// The certificate's file in the state directory.
pub const CERT_FILE: &str = "tls.crt";
/// The key's file in the state directory.
pub const KEY_FILE: &str = "tls.key";

/// The certificate that is served, behind a lock so that a reload replaces it.
#[derive(Debug)]
pub struct Tls {
    /// Where the server keeps its own certificate, for when none is given.
    dir: PathBuf,
    /// Swapped as a whole: a connection has either the old certificate or the new one.
    current: Mutex<Current>,
}

#[derive(Clone, Debug)]
struct Current {
    config: Arc<ServerConfig>,
    /// The same, which also asks for a certificate of the client.
    asking: Arc<ServerConfig>,
    certificate: Certificate,
    /// The file it was read from.
    file: PathBuf,
}

/// How the file of the certificate that is served looks now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnDisk {
    /// It has what is served.
    Served,
    /// It was renewed with the same key; a reload serves it.
    Renewed,
    /// It has another key, which clients do not know.
    OtherKey(Fingerprint),
    /// It cannot be read.
    Unreadable,
}

/// Where a certificate and its key are, in PEM.
#[derive(Clone, Copy, Debug)]
pub struct PemFiles<'a> {
    /// The certificate, followed by those that vouch for it.
    pub cert: &'a Path,
    /// The key of the certificate.
    pub key: &'a Path,
}

impl OnDisk {
    /// What should be told of it, if anything.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        match self {
            Self::Served => None,
            Self::Renewed => Some("a newer certificate is on the disk; a reload serves it".to_owned()),
            Self::OtherKey(key) => Some(format!(
                "a certificate with another key, {key}, is on the disk: a reload serves it, and clients that do not know \
                 that key will refuse to connect"
            )),
            Self::Unreadable => Some("the file of the certificate cannot be read any more".to_owned()),
        }
    }
}

/// Reads a certificate, and says what is wrong with it.
pub fn read_certificate(file: &Path) -> Result<Certificate> {
    Ok(pem::read_certificate(file)?.1)
}

/// Reads the certificates of an authority, and says what is wrong with them.
pub fn check_authority(file: &Path) -> Result<()> {
    pem::check_authority(file)
}

/// Reads a certificate and its key, and says what is wrong with them.
pub fn check(files: PemFiles<'_>) -> Result<()> {
    load(files).map(drop)
}

impl Tls {
    /// Reads the files that were given, or else those in the state directory, which are made when missing, for a server
    /// that listens on this address.
    pub fn open(given: Option<PemFiles<'_>>, listen: &[IpAddr], dir: &Path) -> Result<Self> {
        if given.is_none() {
            self_signed::make_missing(&dir.join(CERT_FILE), &dir.join(KEY_FILE), listen)?;
        }
        Ok(Self { dir: dir.to_owned(), current: Mutex::new(load_or_own(given, dir)?) })
    }

    /// Reads the files again; connections from now on get what is in them, those that exist stay as they are. Returns the
    /// certificate that was served before.
    ///
    /// # Errors
    /// When the files cannot be used; the old certificate stays then.
    pub fn reload(&self, given: Option<PemFiles<'_>>) -> Result<Certificate> {
        let fresh = load_or_own(given, &self.dir).context("the certificate stays as it was")?;
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::replace(&mut *current, fresh).certificate)
    }

    /// The certificate that is served.
    #[must_use]
    pub fn certificate(&self) -> Certificate {
        self.current().certificate
    }

    /// How the file of it looks now.
    #[must_use]
    pub fn on_disk(&self) -> OnDisk {
        let Current { certificate: served, file, .. } = self.current();
        match read_certificate(&file) {
            Ok(read) if read == served => OnDisk::Served,
            Ok(read) if read.key == served.key => OnDisk::Renewed,
            Ok(read) => OnDisk::OtherKey(read.key),
            Err(_) => OnDisk::Unreadable,
        }
    }

    /// The file with the private key.
    #[must_use]
    pub fn key_file(&self, given: Option<PemFiles<'_>>) -> PathBuf {
        given.map_or_else(|| self.dir.join(KEY_FILE), |files| files.key.to_owned())
    }

    /// The fingerprint of the key, by which clients know this server.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.current().certificate.key
    }

    /// The server's side of one more connection.
    pub fn session(&self) -> Result<ServerConnection, rustls::Error> {
        ServerConnection::new(self.current().config)
    }

    /// The same, for clients that may log in by a certificate: any is accepted, and none is asked for in vain.
    pub fn session_asking(&self) -> Result<ServerConnection, rustls::Error> {
        ServerConnection::new(self.current().asking)
    }

    fn current(&self) -> Current {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The certificate a server with these settings would serve; none where it would make one itself.
pub fn to_serve(given: Option<PemFiles<'_>>, dir: &Path) -> Result<Option<Certificate>> {
    let (cert, key) = (dir.join(CERT_FILE), dir.join(KEY_FILE));
    match (given, cert.exists(), key.exists()) {
        (Some(given), ..) => read_certificate(given.cert).map(Some),
        (None, true, true) => load_or_own(None, dir).map(|current| Some(current.certificate)),
        (None, true, false) => Err(self_signed::missing_key(&cert, &key)),
        (None, false, _) => Ok(None),
    }
}

fn load_or_own(given: Option<PemFiles<'_>>, dir: &Path) -> Result<Current> {
    let (cert, key) = (dir.join(CERT_FILE), dir.join(KEY_FILE));
    load(given.unwrap_or(PemFiles { cert: &cert, key: &key }))
}

fn load(PemFiles { cert, key }: PemFiles<'_>) -> Result<Current> {
    let Pair { chain, key: secret, certificate } = pem::read(cert, key)?;
    let provider = Arc::new(ring::default_provider());
    let builder =
        || ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(&[&TLS13]);
    let mut config = builder()?.with_no_client_auth().with_single_cert(chain, secret).with_context(|| {
        format!(
            "the key in {} does not belong to the certificate in {}; give the two that were made together",
            key.display(),
            cert.display()
        )
    })?;
    // No session tickets: a ticket key that is stolen later would open recorded sessions. A reconnect costs one more
    // signature instead.
    config.send_tls13_tickets = 0;
    let verifier = Arc::new(AnyClientCertificate::new(&provider));
    let served = Arc::clone(&config.cert_resolver);
    let mut asking = builder()?.with_client_cert_verifier(verifier).with_cert_resolver(served);
    asking.send_tls13_tickets = 0;
    Ok(Current { config: Arc::new(config), asking: Arc::new(asking), certificate, file: cert.to_owned() })
}

#[cfg(test)]
mod tests;
