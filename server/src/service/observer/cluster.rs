//! The numbers of a node of a cluster, and of the order that it shares with the others. A server of its own has none of them: the
//! metrics are there, without a sample.

use super::{Observer, known};
use crate::admin::cluster::{ClusterReport, Standing};
use crate::order::report::{NatsReplica, OrderReport, OrderTotals};
use crate::stats::family::{Family, MetricKind, number};
use crate::transfers::stats::TransferStats;

impl Observer {
    pub(super) fn cluster(&self) -> Vec<Family> {
        let report = self.cluster.as_ref().and_then(|report| report.borrow().clone());
        let files = report.as_ref().map(|_| self.transfers.stats());
        [nodes(report.as_ref()), order(self.proposer.report().as_ref()), files_of_node(files)].concat()
    }
}

fn nodes(report: Option<&ClusterReport>) -> Vec<Family> {
    let states = report.into_iter().flat_map(|report| {
        let (running, all) = (report.running() as u64, report.nodes.len() as u64);
        [("running", running), ("gone", all - running)].map(|(state, count)| (state, number(count)))
    });
    let diverged = |report: &ClusterReport| {
        let others = report.nodes.iter().filter(|node| node.differs).count() as u64;
        others + u64::from(report.standing == Standing::Diverged)
    };
    vec![
        Family::by(
            (
                MetricKind::Gauge,
                "chinwagd_cluster_nodes",
                "Nodes that belong to the cluster, as this one sees them.",
            ),
            "state",
            states,
        ),
        known(
            "chinwagd_cluster_catching_up",
            "Whether this node follows what was proposed while it was away, and lets no clients in.",
            report.map(|report| u64::from(report.standing == Standing::CatchingUp)),
        ),
        known(
            "chinwagd_cluster_diverged",
            "Nodes that have another chat than this one, or 1 if it is this one.",
            report.map(diverged),
        ),
        known(
            "chinwagd_cluster_settings_differ",
            "Settings of this node that are otherwise in force.",
            report.map(|report| report.settings.len() as u64),
        ),
    ]
}

fn files_of_node(stats: Option<&TransferStats>) -> Vec<Family> {
    let total = |name, help, of: fn(&TransferStats) -> u64| {
        let family = known(name, help, stats.map(of));
        Family { kind: MetricKind::Counter, ..family }
    };
    vec![
        known(
            "chinwagd_cluster_files_missing",
            "Contents of files that messages bring and that are not on this node yet.",
            stats.map(|stats| stats.missing.get()),
        ),
        known(
            "chinwagd_cluster_files_missing_seconds",
            "For how long the first of them has been missing.",
            stats.map(|stats| stats.missing_for_s.get()),
        ),
        total("chinwagd_cluster_files_pulled_total", "Contents that came from other nodes.", |stats| {
            stats.pulled.get()
        }),
        total("chinwagd_cluster_files_pulled_bytes_total", "Bytes that came from other nodes.", |stats| {
            stats.pulled_bytes.get()
        }),
        total(
            "chinwagd_cluster_files_failures_total",
            "Times a content did not come from a node that has it, was damaged, or had no room.",
            |stats| stats.pulls_failed.get(),
        ),
        total(
            "chinwagd_cluster_files_uncopied_total",
            "Messages that were acknowledged though no other node had their content.",
            |stats| stats.uncopied.get(),
        ),
    ]
}

fn order(order: Option<&OrderReport>) -> Vec<Family> {
    let replicas = order.into_iter().flat_map(|order| {
        let count = |wanted: fn(&NatsReplica) -> bool| {
            number(order.replicas.iter().filter(|replica| wanted(replica)).count() as u64)
        };
        [
            ("current", count(|replica| replica.current && !replica.offline)),
            ("behind", count(|replica| !replica.current && !replica.offline)),
            ("gone", count(|replica| replica.offline)),
        ]
    });
    let get = |of: fn(&OrderReport) -> u64| order.map(of);
    let total = |name, help, of: fn(&OrderTotals) -> u64| {
        let family = known(name, help, order.map(|order| of(&order.totals)));
        Family { kind: MetricKind::Counter, ..family }
    };
    let seconds = order.map(|order| number(order.totals.round_trip_us) / 1e6);
    let trips = "chinwagd_order_round_trip_seconds_total";
    let help = "What it took from sending a frame until it came back, for all of them together.";
    let mut round_trip = Family::one(MetricKind::Counter, trips, help, seconds.unwrap_or_default());
    round_trip.samples.truncate(usize::from(seconds.is_some()));
    let stalled = order.map(|order| number(order.stalled_ms.unwrap_or(0)) / 1e3);
    let help = "How long the oldest proposal is under way that has not come back.";
    let mut standing =
        Family::one(MetricKind::Gauge, "chinwagd_order_stalled_seconds", help, stalled.unwrap_or_default());
    standing.samples.truncate(usize::from(stalled.is_some()));
    vec![
        known(
            "chinwagd_order_connected",
            "Whether this node is connected to a NATS server.",
            get(|order| u64::from(order.nats.is_some())),
        ),
        known(
            "chinwagd_order_applied",
            "The message of the stream that was applied last.",
            get(|order| order.applied),
        ),
        known("chinwagd_order_last", "The last message of the stream.", get(|order| order.last)),
        known(
            "chinwagd_order_lag",
            "Messages of the stream that were not applied yet.",
            get(|order| order.lag),
        ),
        standing,
        total(
            "chinwagd_order_proposals_total",
            "Proposals that were sent, those sent again not counted.",
            |totals| totals.proposals_sent,
        ),
        total("chinwagd_order_frames_total", "Messages that they were sent in.", |totals| totals.frames_sent),
        total("chinwagd_order_resent_total", "Messages that were sent again.", |totals| totals.frames_resent),
        total("chinwagd_order_repeats_total", "Own messages that came a second time.", |totals| {
            totals.repeats
        }),
        total("chinwagd_order_tails_remade_total", "Times reading the stream was begun anew.", |totals| {
            totals.tails_remade
        }),
        total("chinwagd_order_connections_lost_total", "Times the connection to NATS was lost.", |totals| {
            totals.connections_lost
        }),
        total("chinwagd_order_round_trips_total", "Messages that came back.", |totals| totals.round_trips),
        round_trip,
        known("chinwagd_order_stream_bytes", "The size of the stream.", get(|order| order.bytes)),
        known(
            "chinwagd_order_stream_limit_bytes",
            "How large it may grow before it forgets its oldest messages; 0 for any size.",
            get(|order| order.max_bytes),
        ),
        Family::by(
            (
                MetricKind::Gauge,
                "chinwagd_order_replicas",
                "NATS servers that store the stream, beside the leader.",
            ),
            "state",
            replicas,
        ),
    ]
}
