//! How a node of a cluster stands, as data: its part of the answer to `status`, what `ctl cluster status` shows and the metrics
//! count. Positions in the order are told as messages of the stream, which is what NATS counts too.

use serde::{Deserialize, Serialize};

use shared::{Line, Millis, NodeAddress, NodeName};

use crate::order::report::OrderReport;
use crate::transfers::stats::NodeFilesReport;
use crate::utc;

/// How far a NATS server may be behind the leader, in messages.
const REPLICA_LAG: u64 = 1000;

/// From here on files that are not on a node are a trouble, in seconds.
const FILES_MISSING_S: u64 = 900;

/// How a node stands to its cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It follows what was proposed while it was away.
    #[default]
    CatchingUp,
    /// It is one of them.
    Entered,
    /// It has another chat than the others, and must not go on.
    Diverged,
    /// It does not know what the others do, and must not go on.
    Outdated,
    /// Another node runs by its name.
    NameTaken,
}

impl Standing {
    /// Whether a node must not go on, and would be so again if it were started again as it is.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Diverged | Self::Outdated | Self::NameTaken)
    }
}

/// How a cluster is, as one node sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterReport {
    /// The node that tells.
    pub node: NodeName,
    /// How it stands.
    pub standing: Standing,
    /// Its place among those that run; the first one trims the stream.
    pub rank: Option<usize>,
    /// The message that its chat has applied last.
    pub applied: u64,
    /// The message of the state that it kept last: it starts again from there.
    pub snapshot: u64,
    /// Up to this message every node has all.
    pub all_have: u64,
    /// What of the chat is in force, by levels of the program.
    #[serde(default)]
    pub level: u32,
    /// All that belong to the cluster.
    pub nodes: Vec<NodeReport>,
    /// The settings of this node that are otherwise in force.
    pub settings: Vec<String>,
    /// How the order is.
    pub order: Option<OrderReport>,
    /// How the contents of files are.
    #[serde(default)]
    pub files: NodeFilesReport,
}

/// A node of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeReport {
    /// Its name.
    pub node: NodeName,
    /// The version it runs, or ran.
    pub version: Line,
    /// The level of the chat that it knows.
    #[serde(default)]
    pub level: u32,
    /// Whether it runs.
    pub running: bool,
    /// When it was heard last, by the order's time.
    pub heard_at: Millis,
    /// Where clients find it.
    pub addresses: Vec<NodeAddress>,
    /// How many messages of the order it was behind when it said how far it is.
    pub lag: Option<u64>,
    /// It needs nothing of the order up to this message.
    pub has: u64,
    /// When it was left out because the stream grew too large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evicted_at: Option<Millis>,
    /// Whether its chat is another one than that of the node that tells.
    pub differs: bool,
}

impl ClusterReport {
    /// The nodes that run.
    #[must_use]
    pub fn running(&self) -> usize {
        self.nodes.iter().filter(|node| node.running).count()
    }

    /// What is wrong, as text that says what to do.
    #[must_use]
    pub fn troubles(&self) -> Vec<String> {
        let standing = match self.standing {
            Standing::Entered => None,
            Standing::CatchingUp => Some(self.progress()),
            Standing::Outdated => Some("this node is older than the others; install their version here".to_owned()),
            Standing::NameTaken => {
                Some("another node runs by the name of this one; give this one another name".to_owned())
            }
            Standing::Diverged => Some(
                "this node has another chat than the others; stop it, move its state directory away, and start it".to_owned(),
            ),
        };
        let nodes = self.nodes.iter().filter_map(NodeReport::trouble);
        let order = self.order.iter().flat_map(order_troubles);
        standing.into_iter().chain(order).chain(nodes).chain(files_trouble(self.files)).collect()
    }

    /// Which nodes keep the others from what the newest version brings.
    #[must_use]
    pub fn awaited(&self) -> Option<String> {
        let newest = self.nodes.iter().map(|node| node.level).max().filter(|newest| *newest > self.level)?;
        let below = self.nodes.iter().filter(|node| node.level < newest && node.evicted_at.is_none());
        let below: Vec<_> = below.map(|node| node.node.as_str()).collect();
        Some(format!(
            "level {newest} of the chat is known to some nodes; it is used once {} are upgraded, or taken out",
            below.join(", ")
        ))
    }

    /// How far a node is that catches up.
    #[must_use]
    pub fn progress(&self) -> String {
        let last = self.order.as_ref().map_or(self.applied, |order| order.last);
        format!("catching up: message {} of {last}; clients are let in afterwards", self.applied)
    }

    /// What should be known though it is no trouble.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let settings = self.settings.join(", ");
        (!settings.is_empty()).then(|| {
            format!("settings of this node that are otherwise in force: {settings}; a reload of this node sets them for all")
        })
    }
}

impl NodeReport {
    fn trouble(&self) -> Option<String> {
        let Self { node, .. } = self;
        if self.differs {
            return Some(format!(
                "node {node} has another chat than this one; see `chinwagd ctl cluster status` there"
            ));
        }
        if self.running {
            return None;
        }
        let since = utc::text(self.heard_at);
        let then = if self.evicted_at.is_some() {
            "it was left out because the stream grew too large, and sets itself up anew when it comes back"
        } else {
            "the stream is kept for it"
        };
        Some(format!(
            "node {node} is gone since {since}: {then}; start it, or take it out with `chinwagd ctl cluster remove {node}`"
        ))
    }
}

fn files_trouble(files: NodeFilesReport) -> Option<String> {
    let NodeFilesReport { missing, missing_for_s, .. } = files;
    (missing_for_s >= FILES_MISSING_S).then(|| {
        format!(
            "{missing} files are not on this node, the first for {} minutes: start the nodes that are gone; if none of them has it, ask \
             its sender to send it again, and delete its message",
            missing_for_s / 60
        )
    })
}

fn order_troubles(order: &OrderReport) -> Vec<String> {
    let nearly_full = order.max_bytes > 0 && order.bytes >= order.max_bytes / 4 * 3;
    let replica = |replica: &crate::order::report::NatsReplica| {
        let name = &replica.name;
        if replica.offline {
            Some(format!("NATS server {name}, which stores the stream, is gone; start it"))
        } else if replica.lag > REPLICA_LAG {
            Some(format!("NATS server {name} is {} messages behind the leader", replica.lag))
        } else {
            None
        }
    };
    [
        order.why_it_stands(),
        nearly_full.then(|| {
            format!(
                "the stream has {} of at most {} bytes; a node that does not move keeps it from being trimmed",
                order.bytes, order.max_bytes
            )
        }),
    ]
    .into_iter()
    .flatten()
    .chain(order.replicas.iter().filter_map(replica))
    .collect()
}
