//! Whose keys are admins', and what makes them such at the server: files that are read at the start, and again when the
//! operator says so (SIGHUP). What is wrong with them is said with its line, and what was read before stays.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use anyhow::{Context as _, Result, anyhow, bail};

use super::identity::{self, KeyId};

/// The keys of admins.
#[derive(Debug)]
pub struct Admins {
    file: Option<PathBuf>,
    server_key_file: Option<PathBuf>,
    read: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    keys: BTreeSet<KeyId>,
    /// The server's admin key.
    server_key: Option<String>,
}

impl Admins {
    /// Reads the files: the admins' keys, and the server's admin key.
    pub fn open(file: Option<PathBuf>, server_key_file: Option<PathBuf>) -> Result<Self> {
        let read = RwLock::new(read(file.as_deref(), server_key_file.as_deref())?);
        Ok(Self { file, server_key_file, read })
    }

    /// Reads them again; how many admins there are.
    pub fn reload(&self) -> Result<usize> {
        let known = read(self.file.as_deref(), self.server_key_file.as_deref())?;
        let count = known.keys.len();
        *self.read.write().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(count)
    }

    /// Whether whoever has this key is an admin.
    #[must_use]
    pub fn is_admin(&self, key: KeyId) -> bool {
        self.known().keys.contains(&key)
    }

    /// The server's admin key, where a file has it.
    #[must_use]
    pub fn server_key(&self) -> Option<String> {
        self.known().server_key.clone()
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.read.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(file: Option<&Path>, server_key_file: Option<&Path>) -> Result<Known> {
    let keys = file.map(read_keys).transpose()?.unwrap_or_default();
    Ok(Known { keys, server_key: server_key_file.map(first_line).transpose()? })
}

fn read_keys(path: &Path) -> Result<BTreeSet<KeyId>> {
    let text = read_text(path)?;
    let keys = identity::admins(&text).map_err(|line| {
        let path = path.display();
        anyhow!(
            "{path}, line {line}: neither a public key, as `cat ~/.ssh/id_ed25519.pub` shows it, nor SHA256:…"
        )
    })?;
    Ok(keys.into_iter().collect())
}

fn first_line(path: &Path) -> Result<String> {
    let text = read_text(path)?;
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        Some(_) | None => {
            bail!("{} is empty; its first line should be the server's admin key", path.display())
        }
    }
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::Admins;
    use crate::ssh_door::identity::KeyId;

    const ANN: &str = "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ";

    #[test]
    fn what_is_read_again_counts_and_what_is_wrong_leaves_what_was() {
        let dir = tempfile::tempdir().unwrap();
        let (file, key_file) = (dir.path().join("admins"), dir.path().join("admin.key"));
        std::fs::write(&key_file, "open-sesame\n").unwrap();
        std::fs::write(&file, "# nobody yet\n").unwrap();
        let admins = Admins::open(Some(file.clone()), Some(key_file.clone())).unwrap();
        let ann = KeyId::parse(ANN).unwrap();
        assert!(!admins.is_admin(ann));
        assert_eq!(admins.server_key().as_deref(), Some("open-sesame"));
        std::fs::write(&file, format!("{ANN} ann\n")).unwrap();
        assert_eq!(admins.reload().unwrap(), 1);
        assert!(admins.is_admin(ann));
        std::fs::write(&file, format!("{ANN}\n\nssh-rsa nonsense\n")).unwrap();
        let error = format!("{:#}", admins.reload().unwrap_err());
        assert!(error.contains("admins, line 3") && error.contains("SHA256:"), "{error}");
        std::fs::write(&file, "").unwrap();
        std::fs::write(&key_file, "\n").unwrap();
        assert!(format!("{:#}", admins.reload().unwrap_err()).contains("admin.key is empty"));
        std::fs::remove_file(&file).unwrap();
        assert!(format!("{:#}", admins.reload().unwrap_err()).contains("cannot read"));
        assert!(admins.is_admin(ann), "it stays as it was");
    }
}
