//! Reads a certificate and its key from PEM files, and says in one sentence what is wrong with them.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use rustls::pki_types::pem::{Error as PemError, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ParsedCertificate;

use shared::Fingerprint;

use super::certificate::{Certificate, expiry};
use crate::small_file;

/// A certificate with those that vouch for it, and its key.
pub(super) struct Pair {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
    pub(super) certificate: Certificate,
}

/// Reads both files.
pub(super) fn read(cert: &Path, key: &Path) -> Result<Pair> {
    let (chain, certificate) = read_certificate(cert)?;
    let pem = read_file(key)?;
    let secret = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| {
        if matches!(error, PemError::NoItemsFound) {
            let none = "has no private key in it; give a PEM file with an unencrypted key";
            return anyhow::anyhow!("{} {none}", key.display());
        }
        broken(key, &error)
    })?;
    Ok(Pair { chain, key: secret, certificate })
}

/// Reads a certificate and those that vouch for it.
pub(super) fn read_certificate(cert: &Path) -> Result<(Vec<CertificateDer<'static>>, Certificate)> {
    let chain = read_chain(cert)?;
    let Some(first) = chain.first() else {
        bail!(
            "{} has no certificate in it; give a PEM file with the server's certificate first",
            cert.display()
        )
    };
    let parsed = ParsedCertificate::try_from(first).with_context(|| {
        format!("the first certificate in {} is damaged; give another with --tls-cert", cert.display())
    })?;
    let key = Fingerprint::of(&parsed.subject_public_key_info());
    let whole = chain.iter().map(|one| one.to_vec()).collect();
    let certificate = Certificate { key, expires: expiry(first), chain: whole };
    Ok((chain, certificate))
}

/// Whether a file has certificates, of those who vouch for others.
pub(super) fn check_authority(file: &Path) -> Result<()> {
    if read_chain(file)?.is_empty() {
        bail!("{} has no certificate in it; give a PEM file with that of the authority", file.display());
    }
    Ok(())
}

fn read_chain(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let all = CertificateDer::pem_slice_iter(&read_file(file)?).collect::<Result<_, _>>();
    all.map_err(|error| broken(file, &error))
}

fn read_file(path: &Path) -> Result<Vec<u8>> {
    small_file::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn broken(path: &Path, error: &PemError) -> anyhow::Error {
    anyhow::anyhow!("{} is no PEM file: {error}; write it anew", path.display())
}
