//! The key by which people know the door: made at the first start, kept in a file that only the door's user can read, and on the
//! disk before anybody has seen it. A key that another server has can be given instead.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use russh::keys::ssh_key::LineEnding;
use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::keys::{HashAlg, PrivateKey};

/// Reads the key, or makes it.
pub fn open_or_make(path: &Path) -> Result<PrivateKey> {
    match read(path) {
        Ok(key) => return Ok(key),
        Err(error) if is_missing(&error) => {}
        Err(error) => return Err(error),
    }
    let dir = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .with_context(|| format!("cannot make {}", dir.display()))?;
    let key = make()?;
    let text = key.to_openssh(LineEnding::LF).map_err(|error| anyhow!("cannot write a key: {error}"))?;
    match keep(dir, path, text.as_bytes()) {
        Ok(()) => Ok(key),
        // Another door has made it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}

/// Reads a key that is there.
pub fn read(path: &Path) -> Result<PrivateKey> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let key = PrivateKey::from_openssh(&text)
        .map_err(|error| anyhow!("{} is no private key as ssh-keygen writes it: {error}", path.display()))?;
    if key.is_encrypted() {
        bail!("{} has a passphrase; a host key must have none", path.display());
    }
    Ok(key)
}

/// The fingerprint as ssh shows it: `SHA256:…`.
#[must_use]
pub fn fingerprint(key: &PrivateKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

fn make() -> Result<PrivateKey> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| anyhow!("the system has no random numbers: {error}"))?;
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&seed));
    PrivateKey::new(pair, "chinwag").map_err(|error| anyhow!("cannot make a key: {error}"))
}

/// Writes the file at once or not at all, and only where there is none.
fn keep(dir: &Path, path: &Path, text: &[u8]) -> io::Result<()> {
    // Made with 0600.
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    File::open(dir)?.sync_all()
}

fn is_missing(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::{fingerprint, open_or_make};

    #[test]
    fn the_key_is_made_once_and_only_its_user_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state/host_key");
        let made = open_or_make(&path).unwrap();
        assert_eq!(fingerprint(&open_or_make(&path).unwrap()), fingerprint(&made));
        let file = std::fs::metadata(&path).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        assert!(fingerprint(&made).starts_with("SHA256:"));
    }

    #[test]
    fn a_file_that_is_no_key_is_an_error_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("host_key");
        std::fs::write(&path, "no key").unwrap();
        let why = format!("{:#}", open_or_make(&path).unwrap_err());
        assert!(why.contains("no private key"), "{why}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "no key");
    }
}
