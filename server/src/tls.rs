//! Who the server is to those who connect over TLS: its certificate, made at the first start or given, and read again
//! when told to. It must not touch a connection.

mod files;
mod mint;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, bail};
use rustls::crypto::ring;
use rustls::version::TLS13;
use rustls::{ServerConfig, ServerConnection};

use shared::Fingerprint;

use self::files::Pair;
use crate::config::{Config, Live};

/// The certificate's file in the state directory.
pub const CERT_FILE: &str = "tls.crt";
/// The key's file in the state directory.
pub const KEY_FILE: &str = "tls.key";

/// Makes the server's side of TLS connections.
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
    fingerprint: Fingerprint,
}

/// Reads the files that the settings name, if they do, and says what is wrong with them.
pub fn check(live: &Live) -> Result<()> {
    given(live)?.map_or(Ok(()), |(cert, key)| load(cert, key).map(drop))
}

impl Tls {
    /// Reads the files that the settings name, or else those in the state directory, which are made when missing.
    pub fn open(config: &Config, dir: &Path) -> Result<Self> {
        if given(&config.live)?.is_none() {
            mint::unless_there(&dir.join(CERT_FILE), &dir.join(KEY_FILE), config.listen.ip())?;
        }
        Ok(Self { dir: dir.to_owned(), current: Mutex::new(load_all(&config.live, dir)?) })
    }

    /// Reads the files again; connections from now on get what is in them, those that exist stay as they are.
    ///
    /// # Errors
    /// When the files will not do. Nothing changes then.
    pub fn reload(&self, live: &Live) -> Result<Fingerprint> {
        let fresh = load_all(live, &self.dir).context("the certificate stays as it was")?;
        let fingerprint = fresh.fingerprint.clone();
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(fingerprint)
    }

    /// The file with the key, which is to be a secret.
    #[must_use]
    pub fn key_file(&self, live: &Live) -> PathBuf {
        live.tls_key.clone().unwrap_or_else(|| self.dir.join(KEY_FILE))
    }

    /// By what people know this server.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.current().fingerprint
    }

    /// The server's side of one more connection.
    pub fn session(&self) -> Result<ServerConnection, rustls::Error> {
        ServerConnection::new(self.current().config)
    }

    fn current(&self) -> Current {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The files that the settings name: both, or neither.
fn given(live: &Live) -> Result<Option<(&Path, &Path)>> {
    match (&live.tls_cert, &live.tls_key) {
        (Some(cert), Some(key)) => Ok(Some((cert, key))),
        (None, None) => Ok(None),
        (Some(_), None) => bail!("--tls-cert needs --tls-key; give both files, or neither"),
        (None, Some(_)) => bail!("--tls-key needs --tls-cert; give both files, or neither"),
    }
}

fn load_all(live: &Live, dir: &Path) -> Result<Current> {
    match given(live)? {
        Some((cert, key)) => load(cert, key),
        None => load(&dir.join(CERT_FILE), &dir.join(KEY_FILE)),
    }
}

fn load(cert: &Path, key: &Path) -> Result<Current> {
    let Pair { chain, key: secret, fingerprint } = files::read(cert, key)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .with_context(|| {
            format!(
                "the key in {} does not belong to the certificate in {}; give the two that were made together",
                key.display(),
                cert.display()
            )
        })?;
    // No tickets: nothing is remembered of a session, so nothing that is stolen later opens it; coming back costs one
    // more signature.
    config.send_tls13_tickets = 0;
    Ok(Current { config: Arc::new(config), fingerprint })
}

#[cfg(test)]
mod tests;
