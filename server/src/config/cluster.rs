//! The settings of a server that is one of several: where NATS is, what this node is called, and where clients find it.

use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use shared::{NodeAddress, NodeName};

/// The settings of a node of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Several servers as one; a change needs a restart")]
pub struct Cluster {
    /// Be one of several servers that are one chat: the NATS servers with `JetStream` that they share, nats://HOST:PORT, or
    /// tls://HOST:PORT; several as for listen
    #[arg(long = "cluster", value_name = "URL", value_delimiter = ',')]
    pub servers: Vec<String>,

    /// What this server is called among them, the same at each start: letters, digits, '-', '_' and '.'
    #[arg(long, value_name = "NAME")]
    pub node: Option<NodeName>,

    /// Which cluster it is, where NATS has several: letters, digits, '-' and '_'
    #[arg(long, value_name = "NAME", default_value = "chinwag")]
    pub cluster_name: String,

    /// Where clients of the other nodes find this one, HOST:PORT; several as for listen [default: the addresses of listen
    /// that other machines can reach]
    #[arg(long, value_name = "HOST:PORT", value_delimiter = ',')]
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

    /// Checks what can be checked without NATS.
    ///
    /// # Errors
    /// When the settings do not make a node, or what is said to NATS could be read on the way.
    pub fn check(&self) -> Result<()> {
        self.node()?;
        let in_clear = |server: &&String| server.starts_with("nats://") && !is_here(server);
        if let Some(server) = self.servers.iter().find(in_clear)
            && !self.cluster_plaintext
        {
            bail!(
                "whoever is between here and {server} could read and write the chat; use tls://, or add --cluster-plaintext"
            );
        }
        Ok(())
    }

    /// On how many NATS servers the order is stored, if this node makes it.
    #[must_use]
    pub fn replicas(&self) -> usize {
        let usual = if self.servers.len() >= 3 { 3 } else { 1 };
        self.cluster_replicas.map_or(usual, usize::from)
    }
}

/// Whether a NATS is on this machine.
fn is_here(server: &str) -> bool {
    let host = server.trim_start_matches("nats://");
    let host =
        host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(host, _)| host);
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
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
    fn other_machines_are_spoken_to_over_tls() {
        let check = |server: &str| {
            let node = Some("seoul".parse().unwrap());
            Cluster { servers: vec![server.to_owned()], node, ..Cluster::default() }.check().is_ok()
        };
        for good in
            ["nats://127.0.0.1:4222", "nats://127.0.0.1", "nats://[::1]:4222", "nats://localhost", "tls://a"]
        {
            assert!(check(good), "{good}");
        }
        for bad in ["nats://a", "nats://10.0.0.1:4222", "nats://[2001:db8::1]:4222"] {
            assert!(!check(bad), "{bad}");
        }
    }

    #[test]
    fn three_nats_servers_store_the_order_three_times() {
        let of = |count, replicas| {
            Cluster { servers: vec![String::new(); count], cluster_replicas: replicas, ..Cluster::default() }
                .replicas()
        };
        assert_eq!((of(1, None), of(2, None), of(3, None), of(5, None), of(5, Some(5))), (1, 1, 3, 3, 5));
    }
}
