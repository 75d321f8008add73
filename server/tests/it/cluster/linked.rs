//! Whole nodes, each with links of its own to each NATS server: what happens to one of them does not happen to the others.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::link::Link;
use super::nats::Nats;
use crate::daemon::Daemon;

/// Some nodes, and what they talk over.
pub(crate) struct Linked {
    pub(crate) nats: Nats,
    /// By node, and by NATS server.
    links: Vec<Vec<Link>>,
    dirs: Vec<TempDir>,
    /// Where each listens: the same after each start, for a node that was silent for too long starts again by itself.
    pub(crate) addresses: Vec<SocketAddr>,
    nodes: Vec<Option<Daemon>>,
}

impl Linked {
    /// Three nodes over these NATS servers, all of which have entered.
    pub(crate) fn three(nats: Nats) -> Self {
        let link = |to| {
            let link = Link::new();
            link.lead_to(nats.clients(to).address());
            link
        };
        let links = (0..3).map(|_| (0..nats.count()).map(link).collect()).collect();
        let mut cluster = Self {
            links,
            dirs: (0..3).map(|_| TempDir::new().unwrap()).collect(),
            addresses: free_addresses(3),
            nodes: (0..3).map(|_| None).collect(),
            nats,
        };
        (0..3).for_each(|number| cluster.start(number));
        cluster
    }

    /// Starts a node, and waits until it is one.
    pub(crate) fn start(&mut self, number: usize) {
        let urls: Vec<String> =
            self.links[number].iter().map(|link| format!("nats://{}", link.address())).collect();
        let (urls, node) = (urls.join(","), format!("node-{number}"));
        let (replicas, listen) = (self.nats.count().to_string(), self.addresses[number].to_string());
        let flags = ["--cluster", &urls, "--node", &node, "--cluster-old-nats", "--pace", "off"];
        let more = ["--cluster-replicas", &replicas, "--listen", &listen];
        let mut daemon = Daemon::start(self.dirs[number].path(), &[&flags[..], &more].concat());
        daemon.wait_log("entered the cluster");
        self.nodes[number] = Some(daemon);
    }

    pub(crate) fn kill(&mut self, number: usize) {
        self.nodes[number] = None;
    }

    /// Ends a node in good order: it sends its people to the others.
    pub(crate) fn stop(&mut self, number: usize) {
        let (status, log) = self.nodes[number].take().unwrap().stop();
        assert!(status.success(), "{log}");
    }

    pub(crate) fn node(&mut self, number: usize) -> &mut Daemon {
        self.nodes[number].as_mut().unwrap()
    }

    /// The ways of a node to NATS.
    pub(crate) fn links(&self, number: usize) -> &[Link] {
        &self.links[number]
    }

    pub(crate) fn mend(&self, number: usize) {
        self.links[number].iter().for_each(Link::mend);
    }

    /// The files of the stores.
    pub(crate) fn stores(&self) -> Vec<PathBuf> {
        self.dirs.iter().map(|dir| dir.path().join("chinwag.db")).collect()
    }

    /// The state directory of a node.
    pub(crate) fn dir(&self, number: usize) -> &Path {
        self.dirs[number].path()
    }
}

/// Addresses that nobody listens on.
fn free_addresses(count: usize) -> Vec<SocketAddr> {
    let listeners: Vec<_> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap()).collect()
}
