//! The settings of a server that is one of several: where NATS is, what this node is called, and where clients find it.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use shared::{NodeAddress, NodeName};

use crate::byte_size::ByteSize;
use crate::private_files::open_to_others;

/// The settings of a node of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Several servers as one; a change needs a restart")]
pub struct Cluster {
    /// Be one of several servers that are one chat: the NATS servers with `JetStream` that they share, nats://HOST:PORT, or
    /// tls://HOST:PORT; several as for listen
    #[arg(long = "cluster", value_name = "URL", value_delimiter = ',')]
    pub servers: Vec<String>,

    /// What this server is called among them, the same at each start: letters, digits, '-', '_' and '.'
    #[arg(long, value_name = "NAME", value_parser = parse_node)]
    pub node: Option<NodeName>,

    /// Which cluster it is, where NATS has several: letters, digits, '-' and '_'
    #[arg(long, value_name = "NAME", default_value = "chinwag")]
    pub cluster_name: String,

    /// Where clients of the other nodes find this one, HOST:PORT; several as for listen [default: the addresses of listen
    /// that other machines can reach]
    #[arg(long, value_name = "HOST:PORT", value_delimiter = ',', value_parser = parse_address)]
    pub cluster_advertise: Vec<NodeAddress>,

    /// A file with the user and the password for NATS, in two lines: `user NAME` and `password WORD`
    #[arg(long, value_name = "FILE")]
    pub cluster_credentials: Option<PathBuf>,

    /// The certificate authority of tls:// addresses, PEM [default: those of the system]
    #[arg(long, value_name = "FILE")]
    pub cluster_ca: Option<PathBuf>,

    /// On how many NATS servers the order is stored, if this node makes it: 1 to 5 [default: 3 where three or more are
    /// named, otherwise 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    pub cluster_replicas: Option<u8>,

    /// How large the order may grow on NATS before it forgets what it began with, if this node makes it, such as 4G: NATS sets
    /// so much aside
    #[arg(long, value_name = "SIZE", default_value = "4G")]
    pub cluster_max_bytes: ByteSize,

    /// Let the nodes talk to NATS without TLS to other machines
    #[arg(long)]
    pub cluster_plaintext: bool,

    /// Take a NATS older than 2.10.23, which may lose everything when it is killed
    #[arg(long)]
    pub cluster_old_nats: bool,

    /// Found the cluster anew from what this node has, though it belonged to another order before: after a restore of a backup,
    /// under another cluster-name
    #[arg(long)]
    pub cluster_found: bool,
}

impl Cluster {
    /// What this node is called, if it is one.
    ///
    /// # Errors
    /// When one of the two settings that make a node is missing.
    pub fn node(&self) -> Result<Option<&NodeName>> {
        match (&self.node, self.servers.is_empty()) {
            (Some(node), false) => Ok(Some(node)),
            (None, true) => Ok(None),
            (None, false) => bail!("cluster needs node: what this server is called among the others"),
            (Some(_), true) => bail!(
                "node needs cluster: the NATS servers that the nodes share, such as nats://127.0.0.1:4222"
            ),
        }
    }

    /// Checks what can be checked without NATS: this program is built without clusters.
    ///
    /// # Errors
    /// When the settings make a node.
    #[cfg(not(feature = "cluster"))]
    pub fn check(&self) -> Result<()> {
        if self.node()?.is_some() {
            bail!(
                "this chinwagd was built without the feature cluster; leave the settings cluster and node out"
            );
        }
        Ok(())
    }

    /// What is no mistake for sure and should be told, of a node that listens at these addresses.
    #[must_use]
    pub fn warnings(&self, listen: &[SocketAddr]) -> Vec<String> {
        let readable =
            self.cluster_credentials.as_deref().filter(|file| open_to_others(file).unwrap_or(false));
        let readable = readable.map(|file| {
            format!(
                "cluster-credentials: other users of this machine can read {0}, and write the chat with what is in it; close it \
                 with chmod 600 {0}",
                file.display()
            )
        });
        let is_found = |address: &SocketAddr| !address.ip().is_unspecified();
        let is_lost =
            self.node.is_some() && self.cluster_advertise.is_empty() && !listen.iter().any(is_found);
        let lost = is_lost.then(|| {
            "cluster-advertise: clients of the other nodes are not told where this one is, for it listens at all addresses of \
             this machine; set cluster-advertise to the one they can reach, such as seoul.example:7667"
                .to_owned()
        });
        readable.into_iter().chain(lost).collect()
    }

    /// On how many NATS servers the order is stored, if this node makes it.
    #[must_use]
    pub fn replicas(&self) -> usize {
        let usual = if self.servers.len() >= 3 { 3 } else { 1 };
        self.cluster_replicas.map_or(usual, usize::from)
    }
}

/// Without the code that a client would be refused with.
fn parse_node(given: &str) -> Result<NodeName, String> {
    NodeName::parse(given).map_err(|invalid| invalid.why)
}

/// The same.
fn parse_address(given: &str) -> Result<NodeAddress, String> {
    NodeAddress::parse(given).map_err(|invalid| invalid.why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_has_a_name_and_a_nats_and_either_alone_is_a_mistake() {
        let node = Some("seoul".parse().unwrap());
        let with = |servers: &[&str], node| Cluster {
            servers: servers.iter().map(|&server| server.to_owned()).collect(),
            node,
            ..Cluster::default()
        };
        assert_eq!(with(&[], None).node().unwrap(), None);
        assert_eq!(with(&["nats://a"], node.clone()).node().unwrap(), node.as_ref());
        assert!(with(&["nats://a"], None).node().unwrap_err().to_string().contains("needs node"));
        assert!(with(&[], node).node().unwrap_err().to_string().contains("needs cluster"));
    }

    #[test]
    fn three_nats_servers_store_the_order_three_times() {
        let of = |count, replicas| {
            Cluster { servers: vec![String::new(); count], cluster_replicas: replicas, ..Cluster::default() }
                .replicas()
        };
        assert_eq!((of(1, None), of(2, None), of(3, None), of(5, None), of(5, Some(5))), (1, 1, 3, 3, 5));
    }

    #[test]
    fn credentials_that_others_can_read_are_warned_of() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("nats.credentials");
        std::fs::write(&file, "user ann\npassword sesame\n").unwrap();
        let cluster = Cluster { cluster_credentials: Some(file.clone()), ..Cluster::default() };
        let with = |mode| {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            cluster.warnings(&[]).pop()
        };
        let said = with(0o644).unwrap();
        assert!(said.contains("chmod 600") && !said.contains("sesame"), "{said}");
        assert_eq!(with(0o600), None);
    }

    #[test]
    fn a_node_that_listens_everywhere_is_asked_where_it_is() {
        let node = Cluster { node: Some("seoul".parse().unwrap()), ..Cluster::default() };
        let at = |address: &str| node.warnings(&[address.parse().unwrap()]);
        assert!(at("0.0.0.0:7667")[0].starts_with("cluster-advertise: "));
        assert!(at("[::]:7667")[0].starts_with("cluster-advertise: "));
        assert!(at("192.0.2.1:7667").is_empty());
        let told = Cluster { cluster_advertise: vec!["seoul.example:7667".parse().unwrap()], ..node.clone() };
        assert!(told.warnings(&["0.0.0.0:7667".parse().unwrap()]).is_empty());
    }
}
