//! What all connections of a door share: what it was told, its key, the keys it knows, and who is here.

use std::fmt;
use std::sync::Arc;

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use super::admins::Admins;
use super::counts::Counts;
use super::identity::KeyId;
use super::keys::Keys;
use super::options::{Options, Server};
use super::spool::Spool;
use super::{host_key, protocol};
use crate::fair_share::FairShare;

/// What all connections of a door share.
pub struct Door {
    /// What it was told.
    pub options: Options,
    /// What is kept of each key.
    pub keys: Arc<Keys>,
    /// Whose keys are admins'.
    pub admins: Admins,
    pub(super) config: Arc<russh::server::Config>,
    fingerprint: String,
    pub(super) counts: Counts,
    pub(super) spool: Spool,
    /// How the sessions share the process.
    pub(super) share: FairShare,
    log: Box<dyn Fn(&str) + Send + Sync>,
    pub(super) stop: CancellationToken,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Door {
    /// Reads the files of a door, and makes its host key at the first start. `log` takes lines and must not wait; the door
    /// runs until `stop`. May wait for a disk.
    pub fn open(
        options: Options,
        log: impl Fn(&str) + Send + Sync + 'static,
        stop: CancellationToken,
    ) -> Result<Arc<Self>> {
        let host_key = match &options.host_key {
            Some(path) => host_key::read(path)?,
            None => host_key::open_or_make(&options.host_key_path())?,
        };
        let admins = Admins::open(options.admins.clone(), options.admin_key_file.clone())?;
        let fingerprint = host_key::fingerprint(&host_key);
        let config = Arc::new(protocol::config(host_key, &options.limits));
        let (log, counts) = (Box::new(log), Counts::new(options.limits));
        let spool = Spool::default();
        let keys = Arc::new(Keys::new(options.keys_dir(), options.keys_max));
        let share = FairShare::of_many();
        Ok(Arc::new(Self { options, keys, admins, config, fingerprint, counts, spool, share, log, stop }))
    }

    /// What people compare when they come for the first time: `SHA256:…`.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The sessions there are.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.counts.sessions()
    }

    /// What makes whoever has this key an admin at the server, if it is an admin's.
    #[must_use]
    pub fn admin_key_for(&self, key: Option<KeyId>) -> Option<String> {
        if !key.is_some_and(|key| self.admins.is_admin(key)) {
            return None;
        }
        match &self.options.server {
            Server::Hosted(entrance) => entrance.admin_key(),
            Server::Sockets(_) => self.admins.server_key(),
        }
    }

    pub(super) fn log(&self, line: &str) {
        (self.log)(line);
    }
}
