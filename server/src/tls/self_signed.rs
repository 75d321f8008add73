//! The self-signed certificate, made when none was given and none is there. A key that exists is never replaced, for clients
//! know the server by it; a lost certificate is made again for the same key.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PublicKeyData as _};

use shared::Fingerprint;

use crate::{private_files, small_file};

/// Where the system tells its name.
const HOST_NAME: &str = "/proc/sys/kernel/hostname";

/// Makes what is missing. A new certificate for the key that is there changes nothing for those who know the key.
pub(super) fn make_missing(cert: &Path, key: &Path, listen: &[IpAddr]) -> Result<()> {
    let pair = match (cert.try_exists()?, key.try_exists()?) {
        (true, true) => return Ok(()),
        (true, false) => return Err(missing_key(cert, key)),
        (false, true) => {
            let pem = small_file::read_text(key).with_context(|| format!("cannot read {}", key.display()))?;
            KeyPair::from_pem(&pem).with_context(|| {
                format!(
                    "{} has no usable key in it; bring it back, or delete it to have one made",
                    key.display()
                )
            })?
        }
        (false, false) => {
            let pair = KeyPair::generate().context("cannot make a TLS key")?;
            write(key, &pair.serialize_pem())?;
            pair
        }
    };
    let certificate = params(listen, &pair)?.self_signed(&pair).context("cannot make a TLS certificate")?;
    write(cert, &certificate.pem())
}

pub(super) fn missing_key(cert: &Path, key: &Path) -> anyhow::Error {
    anyhow!(
        "{} is missing, and clients know the server by it; bring it back, or delete {} to have both made anew",
        key.display(),
        cert.display()
    )
}

/// For this machine, by all the names that are known for it, and for as long as dates go: clients know the key, not the
/// date, and a certificate that ran out in the night would only lock them out.
fn params(listen: &[IpAddr], pair: &KeyPair) -> Result<CertificateParams> {
    let mut names = vec!["localhost".to_owned()];
    let host = fs::read_to_string(HOST_NAME).unwrap_or_default();
    let host = host.trim();
    if host != "localhost" && !host.is_empty() && host.is_ascii() {
        names.push(host.to_owned());
    }
    names.extend(listen.iter().filter(|ip| !ip.is_unspecified()).map(IpAddr::to_string));
    names.dedup();
    let mut params = CertificateParams::new(names).context("cannot name a TLS certificate")?;
    params.distinguished_name = DistinguishedName::new();
    // Each certificate has a subject of its own: verifiers look trust anchors up by subject, and two of the same name with
    // different keys fail.
    let key = Fingerprint::of(&pair.subject_public_key_info());
    params.distinguished_name.push(DnType::CommonName, format!("chinwagd {key}"));
    Ok(params)
}

/// Writes a file whole or not at all: it gets its name when it is complete.
fn write(path: &Path, text: &str) -> Result<()> {
    let draft = path.with_extension("new");
    let make = || -> std::io::Result<()> {
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(private_files::FILE_MODE).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, path)
    };
    make().with_context(|| format!("cannot write {}", path.display()))
}
