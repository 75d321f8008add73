//! What is measured: one server, or several that are one chat over NATS servers of their own, as the members of a
//! [`crowd`](super::crowd) know it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::driver::daemon::Daemon;
use super::driver::process::Process;
use super::driver::wire::Wire;
use super::nats::Nats;

/// Nobody is slowed down.
const SETTINGS: &str = "pace = \"off\"\nmax-users = 20000\nmax-rooms = 20000\n";

/// The stream of a cluster that is not named.
pub(crate) const STREAM: &str = "CHINWAG_chinwag";

/// How many servers over how many NATS servers.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    nodes: usize,
    nats: usize,
}

impl Shape {
    /// One server without NATS.
    pub(crate) const ONE: Self = Self { name: "one server", nodes: 1, nats: 0 };
    /// What a machine has to do that has a node and a NATS server of its own.
    pub(crate) const ONE_OVER_ONE: Self = Self { name: "1 node, 1 NATS", nodes: 1, nats: 1 };
    pub(crate) const THREE_OVER_ONE: Self = Self { name: "3 nodes, 1 NATS", nodes: 3, nats: 1 };
    pub(crate) const TWO_OVER_THREE: Self = Self { name: "2 nodes, 3 NATS", nodes: 2, nats: 3 };
    pub(crate) const THREE_OVER_THREE: Self = Self { name: "3 nodes, 3 NATS", nodes: 3, nats: 3 };
}

/// The servers.
pub(crate) struct Target {
    program: PathBuf,
    nodes: Vec<(Option<Daemon>, TempDir)>,
    pub(crate) nats: Option<Nats>,
}

impl Target {
    /// Servers with empty stores.
    pub(crate) fn start(shape: Shape, program: &Path) -> Self {
        let nats = match shape.nats {
            0 => None,
            1 => Some(Nats::one()),
            _ => Some(Nats::three()),
        };
        let nodes = (0..shape.nodes).map(|_| (None, tempfile::tempdir().unwrap())).collect();
        let mut target = Self { program: program.to_owned(), nodes, nats };
        for node in 0..shape.nodes {
            target.start_node(node);
        }
        target
    }

    /// Starts a node on what it has; says how long it took until it served.
    pub(crate) fn start_node(&mut self, node: usize) -> Duration {
        let mut settings = SETTINGS.to_owned();
        if let Some(nats) = &self.nats {
            let count = nats.count();
            let urls: Vec<String> = (0..count).map(|at| nats.direct_url((node + at) % count)).collect();
            write!(settings, "cluster = {urls:?}\nnode = \"node-{node}\"\ncluster-old-nats = true\n")
                .unwrap();
        }
        let dir = self.nodes[node].1.path();
        let daemon = Daemon::start(&self.program, dir, &settings);
        let took = daemon.ready_after;
        self.nodes[node].0 = Some(daemon);
        took
    }

    /// Stops a node as a service manager does.
    pub(crate) fn stop_node(&mut self, node: usize) {
        let stopped = self.nodes[node].0.take().unwrap().stop();
        assert!(stopped.success(), "node {node} ended with {stopped}");
    }

    fn running(&self) -> impl Iterator<Item = &Daemon> {
        self.nodes.iter().filter_map(|(daemon, _)| daemon.as_ref())
    }

    /// What the threads of all servers ran.
    pub(crate) fn cpu(&self) -> Duration {
        self.running().map(|daemon| daemon.process().cpu()).sum()
    }

    /// What the threads of the NATS servers ran.
    pub(crate) fn nats_cpu(&self) -> Duration {
        let processes = self.nats.iter().flat_map(Nats::processes);
        processes.map(|id| Process::new(id).cpu()).sum()
    }

    /// What stands before the time in a text, as a member hears it.
    #[expect(clippy::unused_self, reason = "as of the target of another benchmark")]
    pub(crate) fn before_stamp(&self) -> &'static [u8] {
        b"\"text\":\"t"
    }

    /// Somebody who is in this room, on one of the servers in turn.
    pub(crate) fn member(&self, number: usize, room: u32) -> Wire {
        let daemons: Vec<_> = self.running().collect();
        let mut wire = Wire::connect(daemons[number % daemons.len()].address);
        wire.send(r#"{"type":"hello","protocol":[1,1],"client":"bench"}"#);
        wire.wait_for(r#""type":"welcome""#);
        if room > 0 {
            wire.send(&format!(r#"{{"type":"join","id":"join","room":"room{room}"}}"#));
            wire.wait_for(r#""id":"join""#);
        }
        wire
    }

    /// What a member says, so that an event with this text comes of it.
    #[expect(clippy::unused_self, reason = "as of the target of another benchmark")]
    pub(crate) fn say(&self, room: u32, number: u64, text: &str) -> String {
        let room = if room == 0 { "lobby".to_owned() } else { format!("room{room}") };
        format!(r#"{{"type":"say","room":"{room}","text":"{text}","nonce":"n{number}"}}"#)
    }
}
