//! What is in the files that the settings name: the password and the message of the day. They are read and checked as a
//! whole before anything is opened or changed, at a start and at every reload.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use shared::Fingerprint;

use super::{Config, Live};
use crate::password::Password;
use crate::small_file;
use crate::tls;
use crate::unix_group::Group;

/// The most bytes of a message of the day.
const MOTD_BYTES: usize = 4096;

/// What the files say that the settings name.
#[derive(Clone)]
pub struct Files {
    /// What a greeting must bring along, if anything.
    pub password: Option<Password>,
    /// The message of the day; empty when there is none.
    pub motd: String,
    /// The key of the certificate that is served next, if it is announced.
    pub next_key: Option<Fingerprint>,
}

impl Files {
    /// The settings whose files say something else.
    #[must_use]
    pub fn changed(&self, now: &Self) -> Vec<&'static str> {
        let differ = [
            ("password-file", self.password != now.password),
            ("motd-file", self.motd != now.motd),
            ("tls-next-cert", self.next_key != now.next_key),
        ];
        differ.into_iter().filter_map(|(setting, differs)| differs.then_some(setting)).collect()
    }
}

impl std::fmt::Debug for Files {
    /// The password is not to be seen, in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files")
            .field("motd", &self.motd)
            .field("next_key", &self.next_key)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// What is no mistake for sure, and should be told before a start.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.cluster.warnings(&self.listen)
    }

    /// Reads every file the settings name, and checks what no single setting can be checked for: whatever can be wrong
    /// is found here, before anything is opened or changed.
    pub fn load(&self) -> Result<Files> {
        self.socket()?;
        self.state_dir()?;
        self.cluster.check()?;
        check_once(self.listen.iter()).context(OfSetting("listen"))?;
        check_once(self.listen.iter().chain(&self.irc)).context(OfSetting("irc"))?;
        if let Some(address) = self.metrics
            && !address.ip().is_loopback()
            && !self.metrics_exposed
        {
            bail!(
                "other machines could read the metrics at {address}; use 127.0.0.1, or add --metrics-exposed"
            );
        }
        self.operator_group.as_deref().map(Group::find).transpose().context(OfSetting("operator-group"))?;
        if let Some(files) = self.live.certificate()? {
            tls::read_certificate(files.cert).context(OfSetting("tls-cert"))?;
            tls::check(files).context(OfSetting("tls-key"))?;
        }
        let next = self.live.tls_next_cert.as_deref().map(tls::read_certificate).transpose();
        let next_key = next.context(OfSetting("tls-next-cert"))?.map(|certificate| certificate.key);
        let password = self.live.password().context(OfSetting("password-file"))?;
        let motd = self.live.motd().context(OfSetting("motd-file"))?;
        Ok(Files { password, motd, next_key })
    }
}

/// An address that is there twice would be taken for one that another server has.
fn check_once<'a>(addresses: impl Iterator<Item = &'a SocketAddr>) -> Result<()> {
    let fixed: Vec<_> = addresses.filter(|address| address.port() != 0).collect();
    for (at, address) in fixed.iter().enumerate() {
        if fixed.iter().skip(at + 1).any(|other| other == address) {
            bail!("{address} is there twice; give each address once");
        }
    }
    Ok(())
}

/// The setting that names what is wrong, as the context of an error: whoever knows where the setting was given says that,
/// too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfSetting(pub &'static str);

impl fmt::Display for OfSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Live {
    fn password(&self) -> Result<Option<Password>> {
        let Some(path) = &self.password_file else { return Ok(None) };
        let password = Password::parse(&read(path)?).with_context(|| path.display().to_string())?;
        Ok(Some(password))
    }

    fn motd(&self) -> Result<String> {
        let Some(path) = &self.motd_file else { return Ok(String::new()) };
        let motd = read(path)?;
        let motd = motd.trim_end();
        if motd.len() > MOTD_BYTES {
            bail!("{} has more than {MOTD_BYTES} bytes; shorten it", path.display());
        }
        if let Some(bad) = motd.chars().find(|&c| c != '\n' && !shared::text::is_safe(c)) {
            bail!("{} has the control character U+{:04X}; remove it", path.display(), u32::from(bad));
        }
        Ok(motd.to_owned())
    }
}

fn read(path: &Path) -> Result<String> {
    small_file::read_text(path).with_context(|| format!("cannot read {}", path.display()))
}
