//! `cluster`: the servers that are one chat, as the one that is asked sees them, and taking one out that does not come back.
//! What is wrong is what the server says is wrong.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use shared::{Millis, NodeAddress, NodeName};

use super::columns;
use super::output::{Output, Unwell};
use super::size::size;
use super::socket_client::SocketClient;
use crate::admin::cluster::{ClusterReport, NodeReport, Standing};
use crate::admin::status::Status;
use crate::clock;
use crate::order::report::{NatsReplica, OrderReport};
use crate::transfers::stats::NodeFilesReport;
use crate::utc;

/// From here on it is said how long ago a node was heard: longer than between two signs of life.
const SILENT_S: Millis = 8;

/// What to do with the cluster.
#[derive(Clone, Debug, Args)]
pub struct Cluster {
    /// What to do.
    #[command(subcommand)]
    pub verb: ClusterVerb,
}

/// What can be done with a cluster.
#[derive(Clone, Debug, Subcommand)]
pub enum ClusterVerb {
    /// How the nodes, the order and NATS are; ends with 1 when something is wrong
    Status,
    /// Take a node out that does not come back, so that the order is no longer kept for it
    Remove(Remove),
}

/// Which node.
#[derive(Clone, Debug, Args)]
pub struct Remove {
    /// The node; when it starts again, it joins again
    pub node: NodeName,

    /// Also if it runs: its people are away, and it joins anew
    #[arg(long)]
    pub force: bool,
}

impl Cluster {
    pub(super) fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        match &self.verb {
            ClusterVerb::Status => status(client, output),
            ClusterVerb::Remove(remove) => remove.run(client, output),
        }
    }
}

impl Remove {
    fn run(&self, client: &mut SocketClient, output: &mut Output) -> Result<()> {
        let Self { node, force } = self;
        let is_asked = *force && {
            let status: Status = client.ask_for(&json!({"type": "status"}), "status")?;
            status.cluster.is_some_and(|report| report.node == *node)
        };
        client.ask(&json!({"type": "remove_node", "node": node, "force": force}))?;
        if output.json {
            return output.object(&json!({"type": "ok", "act": "remove_node", "node": node}));
        }
        let and = if is_asked { "; it is this server, which stops" } else { "" };
        output.line(&format!("{node} belongs to the cluster no more{and}"))
    }
}

fn status(client: &mut SocketClient, output: &mut Output) -> Result<()> {
    let status: Status = client.ask_for(&json!({"type": "status"}), "status")?;
    let Some(report) = status.cluster else { bail!("this server is no node of a cluster") };
    let troubles = report.troubles();
    if output.json {
        let mut object = serde_json::to_value(&report)?;
        object["troubles"] = json!(troubles);
        output.object(&object)?;
    } else {
        show(&report, &troubles, output)?;
    }
    output.finish()?;
    if troubles.is_empty() { Ok(()) } else { Err(Unwell.into()) }
}

/// The line about the cluster in `status`.
pub(super) fn summary(report: &ClusterReport) -> String {
    let lag = report.order.as_ref().map_or(0, |order| order.lag);
    let (running, all) = (report.running(), report.nodes.len());
    let and = if lag == 0 { String::new() } else { format!(", {lag} messages behind") };
    format!(
        "node {}, {}; {running} of {all} nodes run{and}; `chinwagd ctl cluster status` says more",
        report.node,
        stands(report.standing)
    )
}

fn stands(standing: Standing) -> &'static str {
    match standing {
        Standing::CatchingUp => "catching up",
        Standing::Entered => "in",
        Standing::Diverged => "DIVERGED",
        Standing::Outdated => "TOO OLD",
        Standing::NameTaken => "NAME TAKEN",
    }
}

fn show(report: &ClusterReport, troubles: &[String], output: &mut Output) -> Result<()> {
    let health =
        if troubles.is_empty() { "healthy".to_owned() } else { format!("UNWELL: {}", troubles.join("; ")) };
    let mut facts = vec![("health", health), ("node", node(report))];
    if let Some(order) = &report.order {
        facts.extend(order_facts(order));
    }
    facts.push((
        "snapshot",
        format!("at message {}; all nodes have all up to {}", report.snapshot, report.all_have),
    ));
    facts.extend(report.awaited().map(|awaited| ("upgrade", awaited)));
    facts.push(("files", files(report.files)));
    facts.extend(report.warning().map(|warning| ("warning", warning)));
    output.facts(&facts)?;
    output.line("")?;
    let rows: Vec<_> = report.nodes.iter().map(row).collect();
    output.table(&columns::lines(&["NODE", "STATE", "VERSION", "LAG", "HAS", "ADDRESSES"], &rows))
}

fn files(NodeFilesReport { missing, missing_for_s, uncopied }: NodeFilesReport) -> String {
    let here = if missing == 0 {
        "all are here".to_owned()
    } else {
        format!("{missing} are not here yet, the first for {missing_for_s} s")
    };
    format!("{here}; {uncopied} were acknowledged on this node alone since its start")
}

fn node(report: &ClusterReport) -> String {
    let trims = if report.rank == Some(0) { "; it trims the stream" } else { "" };
    format!(
        "{}, {}, {} of {} run{trims}",
        report.node,
        stands(report.standing),
        report.running(),
        report.nodes.len()
    )
}

fn order_facts(order: &OrderReport) -> Vec<(&'static str, String)> {
    let OrderReport { nats, version, stream, leader, replicas, first, last, applied, lag, .. } = order;
    let most = if order.max_bytes == 0 { String::new() } else { format!(" of {}", size(order.max_bytes)) };
    let nats = nats.as_ref().map_or("not connected".to_owned(), |name| format!("{name}, version {version}"));
    let leader = leader.as_ref().map_or(String::new(), |leader| format!("; leader {leader}"));
    let replicas: String = replicas.iter().map(replica).collect();
    let stalled = order.stalled_ms.filter(|&ms| ms >= 1000);
    let totals = &order.totals;
    let trip = totals.round_trip_us.checked_div(totals.round_trips).map_or("none yet".to_owned(), |mean| {
        format!("{} on average, {} at most", millis(mean), millis(totals.longest_round_trip_us))
    });
    vec![
        ("NATS", format!("{nats}{leader}{replicas}")),
        ("stream", format!("{stream}, messages {first} to {last}, {}{most}", size(order.bytes))),
        ("applied", format!("up to message {applied}, {lag} behind")),
        ("stalled", stalled.map_or("no".to_owned(), |ms| format!("for {} s", ms / 1000))),
        ("round trip", trip),
        (
            "since start",
            format!(
                "{} proposals in {} messages, {} sent again; {} came twice, {} connections lost, reading begun anew {} times",
                totals.proposals_sent,
                totals.frames_sent,
                totals.frames_resent,
                totals.repeats,
                totals.connections_lost,
                totals.tails_remade
            ),
        ),
    ]
}

fn replica(NatsReplica { name, current, offline, lag }: &NatsReplica) -> String {
    match (offline, current) {
        (true, _) => format!("; {name} GONE"),
        (false, true) => format!("; {name} has all"),
        (false, false) => format!("; {name} {lag} behind"),
    }
}

fn row(node: &NodeReport) -> Vec<String> {
    let since = || utc::text(node.heard_at);
    let state = match (node.running, node.differs, node.evicted_at) {
        (true, true, _) => "DIFFERS".to_owned(),
        (true, false, _) => runs(clock::wall().saturating_sub(node.heard_at) / 1000),
        (false, _, None) => format!("gone since {}", since()),
        (false, _, Some(_)) => format!("left out; gone since {}", since()),
    };
    let addresses: Vec<_> = node.addresses.iter().map(NodeAddress::as_str).collect();
    vec![
        node.node.to_string(),
        state,
        node.version.to_string(),
        node.lag.map_or("-".to_owned(), |lag| lag.to_string()),
        node.has.to_string(),
        addresses.join(", "),
    ]
}

/// A node is heard every few seconds, and is gone only after many of them.
fn runs(heard_s: Millis) -> String {
    if heard_s < SILENT_S { "runs".to_owned() } else { format!("silent, heard {heard_s} s ago") }
}

fn millis(us: u64) -> String {
    format!("{}.{} ms", us / 1000, us % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_may_be_dead_is_told_by_when_it_was_heard() {
        assert_eq!((runs(3), runs(12)), ("runs".to_owned(), "silent, heard 12 s ago".to_owned()));
    }
}
