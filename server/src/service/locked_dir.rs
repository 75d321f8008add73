//! The state directory of a server that runs.

use std::fs::File;
use std::path::PathBuf;

use anyhow::Result;

use crate::config::Config;
use crate::state_dir;

/// The state directory, and the lock on it, so that no second server opens the same store.
#[derive(Debug)]
pub(super) struct LockedDir {
    pub(super) path: PathBuf,
    pub(super) lock: File,
}

impl LockedDir {
    pub(super) fn of(config: &Config) -> Result<Self> {
        let path = config.state_dir()?;
        state_dir::make(&path)?;
        let lock = state_dir::lock(&path)?;
        Ok(Self { path, lock })
    }
}
