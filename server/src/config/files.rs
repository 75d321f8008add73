//! What is in the files that the settings name: the password and the message of the day. They are read and checked as a
//! whole before anything is opened or changed, at a start and at every reload.

use anyhow::{Context as _, Result, bail};

use super::{Config, Live};
use crate::password::Password;
use crate::tls;

/// The most bytes of a message of the day.
const MOTD_BYTES: usize = 4096;

/// What the files say that the settings name.
#[derive(Clone)]
pub struct Files {
    /// What a greeting must bring along, if anything.
    pub password: Option<Password>,
    /// The message of the day; empty when there is none.
    pub motd: String,
}

impl Files {
    /// The settings whose files say something else.
    #[must_use]
    pub fn changed(&self, now: &Self) -> Vec<&'static str> {
        let differ = [("password-file", self.password != now.password), ("motd-file", self.motd != now.motd)];
        differ.into_iter().filter_map(|(setting, differs)| differs.then_some(setting)).collect()
    }
}

impl std::fmt::Debug for Files {
    /// The password is not to be seen, in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").field("motd", &self.motd).finish_non_exhaustive()
    }
}

impl Config {
    /// Reads every file the settings name, and checks what no single setting can be checked for: whatever can be wrong
    /// is found here, before anything is opened or changed.
    pub fn load(&self) -> Result<Files> {
        self.socket()?;
        self.state_dir()?;
        if let Some(address) = self.metrics
            && !address.ip().is_loopback()
            && !self.metrics_exposed
        {
            bail!(
                "other machines could read the metrics at {address}; use 127.0.0.1, or add --metrics-exposed"
            );
        }
        tls::check(self.live.certificate()?)?;
        Ok(Files { password: self.live.password()?, motd: self.live.motd()? })
    }
}

impl Live {
    fn password(&self) -> Result<Option<Password>> {
        let Some(path) = &self.password_file else { return Ok(None) };
        let password =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let password = Password::parse(&password).with_context(|| path.display().to_string())?;
        Ok(Some(password))
    }

    fn motd(&self) -> Result<String> {
        let Some(path) = &self.motd_file else { return Ok(String::new()) };
        let motd =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
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
