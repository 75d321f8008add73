//! What the settings of a node say about NATS, checked as a whole: `--check-config` and a start find the same mistakes here,
//! before anything is opened. Each names the setting, so that the line can be said where it was given.

use anyhow::{Context as _, Result};

use super::cluster::Cluster;
use super::files::OfSetting;
use crate::order::jetstream::options::{Credentials, Options, OptionsError};
use crate::tls;

impl Cluster {
    /// Checks what can be checked without NATS.
    ///
    /// # Errors
    /// As [`Self::options`].
    pub fn check(&self) -> Result<()> {
        self.options().map(drop)
    }

    /// What NATS is told of this node, if it is one. Reads the files that the settings name.
    ///
    /// # Errors
    /// When the settings do not make a node, a file cannot be used, or what is said to NATS could be read on the way.
    pub fn options(&self) -> Result<Option<Options>> {
        let missing = if self.servers.is_empty() { "node" } else { "cluster" };
        let Some(name) = self.node().context(OfSetting(missing))? else { return Ok(None) };
        let credentials = self
            .cluster_credentials
            .as_deref()
            .map(|file| Credentials::read(file).with_context(|| file.display().to_string()));
        let options = Options {
            servers: self.servers.clone(),
            name: self.cluster_name.clone(),
            client_name: format!("chinwagd {name}"),
            identity: None,
            credentials: credentials.transpose().context(OfSetting("cluster-credentials"))?,
            ca: self.cluster_ca.clone(),
            replicas: self.replicas(),
            max_bytes: self.cluster_max_bytes.0,
            old_nats: self.cluster_old_nats,
        };
        options.check().map_err(|error| {
            let setting = OfSetting(setting(&error));
            anyhow::Error::new(error).context(setting)
        })?;
        if let Some(server) = options.exposed()?.filter(|_| !self.cluster_plaintext) {
            let why = format!(
                "whoever is between here and {server} could read and write the chat; use tls://, or add --cluster-plaintext"
            );
            return Err(anyhow::Error::msg(why).context(OfSetting("cluster")));
        }
        if let Some(ca) = &self.cluster_ca {
            tls::check_authority(ca).context(OfSetting("cluster-ca"))?;
        }
        Ok(Some(options))
    }
}

/// Which setting it is that options are refused for.
fn setting(error: &OptionsError) -> &'static str {
    match error {
        OptionsError::NoServer
        | OptionsError::Server(_)
        | OptionsError::MixedTls
        | OptionsError::PasswordInAddress => "cluster",
        OptionsError::Name(_) => "cluster-name",
        OptionsError::Replicas(_) => "cluster-replicas",
        OptionsError::MaxBytes(_) => "cluster-max-bytes",
        OptionsError::Ca(..) => "cluster-ca",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn of(server: &str) -> Cluster {
        let mut cluster = Config::defaults().unwrap().cluster;
        cluster.servers = vec![server.to_owned()];
        cluster.node = Some("seoul".parse().unwrap());
        cluster
    }

    fn refusal(cluster: &Cluster) -> String {
        format!("{:#}", cluster.check().unwrap_err())
    }

    #[test]
    fn other_machines_are_spoken_to_over_tls() {
        for good in
            ["nats://127.0.0.1:4222", "nats://127.0.0.1", "nats://[::1]:4222", "nats://localhost", "tls://a"]
        {
            of(good).check().unwrap();
        }
        for bad in ["nats://a", "nats://10.0.0.1:4222", "nats://[2001:db8::1]:4222"] {
            let said = refusal(&of(bad));
            assert!(said.starts_with("cluster: whoever is between here and nats://"), "{said}");
            Cluster { cluster_plaintext: true, ..of(bad) }.check().unwrap();
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_setting_and_without_a_password() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "user ann\n").unwrap();
        let (here, gone) = ("nats://127.0.0.1", dir.path().join("gone"));
        for (cluster, wants) in [
            (of("http://foo"), "cluster: http://foo is no address of a NATS server: write nats://HOST:4222"),
            (of("nats://127.0.0.1:99999"), "cluster: nats://127.0.0.1:99999 is no address"),
            (of("nats://ann:sesame@127.0.0.1:4222"), "cluster: an address of a NATS server has no user"),
            (of("nats://ann:sesame@127.0.0.1:99999"), "cluster: an address of a NATS server has no user"),
            (Cluster { node: None, ..of(here) }, "cluster: cluster needs node"),
            (Cluster { servers: Vec::new(), ..of(here) }, "node: node needs cluster"),
            (Cluster { cluster_name: "a b".into(), ..of(here) }, "cluster-name: \"a b\" cannot be the name"),
            (
                Cluster { cluster_max_bytes: "1M".parse().unwrap(), ..of(here) },
                "cluster-max-bytes: a stream of 1048576 bytes forgets too soon",
            ),
            (Cluster { cluster_credentials: Some(file.clone()), ..of(here) }, "it must have two lines"),
            (Cluster { cluster_ca: Some(gone), ..of(here) }, "cluster-ca: "),
            (Cluster { cluster_ca: Some(file.clone()), ..of(here) }, "cluster-ca: "),
        ] {
            let said = refusal(&cluster);
            assert!(said.contains(wants) && !said.contains("sesame"), "wants {wants}\nsays  {said}");
        }
    }
}
