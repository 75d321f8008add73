//! Administration: the admin key, who is an operator, and the data types of `status` and `reload`. What an admin may do
//! is decided by the chat's commands.

pub mod cluster;
pub mod operators;
pub mod reload;
pub mod request;
pub mod status;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use shared::Secret;

use crate::{constant_time, private_files, small_file};

/// The file in the state directory.
pub const KEY_FILE: &str = "admin.key";

/// The admin key: random, created at the first start, mode 0600 in the state directory.
#[derive(Clone)]
pub struct AdminKey(String);

impl AdminKey {
    /// Reads the key, or creates one.
    pub fn load_or_create(dir: &Path) -> Result<Self> {
        Self::load_or_create_as(dir, KEY_FILE)
    }

    /// The same for another key, in a file of this name.
    pub fn load_or_create_as(dir: &Path, file: &str) -> Result<Self> {
        let path = dir.join(file);
        Self::load(&path)?.map_or_else(|| Self::create(&path), Ok)
    }

    /// Whether a start could read the key; none is made.
    pub fn check(dir: &Path) -> Result<()> {
        Self::load(&dir.join(KEY_FILE)).map(drop)
    }

    fn load(path: &Path) -> Result<Option<Self>> {
        let key = match small_file::read_text(path) {
            Ok(key) => key,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let key = key.trim();
        if key.len() < 16 {
            bail!("{} has no key in it; delete it to have a new one made", path.display());
        }
        Ok(Some(Self(key.to_owned())))
    }

    /// A new one, which is kept nowhere.
    pub fn random() -> Result<Self> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).context("the system has no randomness")?;
        Ok(Self(Secret::from_bytes(random).as_str().to_owned()))
    }

    fn create(path: &Path) -> Result<Self> {
        let key = Self::random()?;
        let make = || -> std::io::Result<()> {
            let mut file =
                OpenOptions::new().write(true).create_new(true).mode(private_files::FILE_MODE).open(path)?;
            writeln!(file, "{}", key.reveal())?;
            file.sync_all()
        };
        make().with_context(|| format!("cannot write {}", path.display()))?;
        Ok(key)
    }

    /// Whether this is the key; compares in constant time.
    #[must_use]
    pub fn is(&self, given: &str) -> bool {
        constant_time::equal(given.as_bytes(), self.0.as_bytes())
    }

    /// The key itself, for a client that hosts the server.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for AdminKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AdminKey(…)")
    }
}
