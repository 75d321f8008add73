//! Deletes what every node has from the stream. One node does it for all, the first of those that run, every few minutes.
//!
//! What all nodes had at the look before is where it cuts, not what they have now, so that a node which starts again from an
//! older state, or is copied meanwhile, still finds what comes next. The message of that place stays: a node reads it once more.
//! A node that does not run keeps the stream from being trimmed, until the stream has grown to three quarters of its bound: then
//! the one that has least is evicted by name, and sets itself up anew when it comes back.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::admin::cluster::{ClusterReport, NodeReport};
use crate::chat::proposal::Proposal;
use crate::order::Proposer;
use crate::order::jetstream::stream::Trimmer;

/// Between two looks.
const EVERY: Duration = Duration::from_mins(10);

/// Trims until it is dropped.
#[derive(Debug)]
pub(super) struct Trims(AbortHandle);

impl Trims {
    /// Begins to.
    pub(super) fn start(
        trimmer: Trimmer,
        proposer: Proposer,
        report: watch::Receiver<Option<ClusterReport>>,
    ) -> Self {
        Self(tokio::spawn(run(trimmer, proposer, report)).abort_handle())
    }
}

impl Drop for Trims {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What the looks before decided.
#[derive(Debug, Default)]
struct Trimming {
    /// What all nodes had at the look before.
    had: u64,
    /// Where the stream was cut last.
    cut: u64,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Nothing,
    /// Delete all messages before this one.
    TrimBefore(u64),
    /// A node must do without.
    Evict(shared::NodeName),
}

impl Trimming {
    fn look(&mut self, report: &ClusterReport) -> Decision {
        let had = std::mem::replace(&mut self.had, report.all_have);
        let Some(order) = report.order.as_ref().filter(|_| report.rank == Some(0)) else {
            return Decision::Nothing;
        };
        // Messages are deleted up to what all have, so where little is kept behind that, the others are what fills it.
        let is_large = order.max_bytes > 0 && order.bytes >= order.max_bytes / 4 * 3;
        let hinders = |node: &&NodeReport| !node.running && node.evicted_at.is_none();
        let hindered = report.nodes.iter().filter(hinders).min_by_key(|node| node.has);
        if is_large && let Some(node) = hindered.filter(|node| node.has <= report.all_have) {
            return Decision::Evict(node.node.clone());
        }
        // What all have never goes back but where a node joins anew, which then has a copy that is newer.
        let before = had.min(report.all_have);
        if before > self.cut.max(order.first) {
            self.cut = before;
            return Decision::TrimBefore(before);
        }
        Decision::Nothing
    }
}

async fn run(trimmer: Trimmer, proposer: Proposer, report: watch::Receiver<Option<ClusterReport>>) {
    let mut trimming = Trimming::default();
    loop {
        tokio::time::sleep(EVERY).await;
        let now = report.borrow().clone();
        let Some(now) = now.map(|now| ClusterReport { order: proposer.report(), ..now }) else { continue };
        match trimming.look(&now) {
            Decision::Nothing => {}
            Decision::TrimBefore(message) => match trimmer.trim_before(message).await {
                Ok(()) => tracing::info!(before = message, "trimmed the stream of what all nodes have"),
                Err(error) => tracing::warn!(%error, "the stream is trimmed later"),
            },
            Decision::Evict(node) => {
                // The queue is full only while the order stands still; the next look is soon enough.
                proposer.try_propose(Proposal::EvictNode { node }).ok();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::Line;

    use super::*;
    use crate::admin::cluster::Standing;
    use crate::order::report::OrderReport;
    use crate::transfers::stats::NodeFilesReport;

    fn report(all_have: u64, rank: usize, bytes: u64, nodes: &[(&str, bool, u64)]) -> ClusterReport {
        let nodes = nodes.iter().map(|&(name, running, has)| NodeReport {
            node: name.parse().unwrap(),
            version: Line::default(),
            level: 1,
            running,
            heard_at: 0,
            addresses: vec![],
            lag: None,
            has,
            evicted_at: None,
            differs: false,
        });
        ClusterReport {
            node: "seoul".parse().unwrap(),
            standing: Standing::Entered,
            rank: Some(rank),
            applied: 900,
            snapshot: all_have,
            all_have,
            level: 1,
            files: NodeFilesReport::default(),
            nodes: nodes.collect(),
            settings: vec![],
            order: Some(OrderReport {
                bytes,
                max_bytes: 1000,
                first: 1,
                last: 900,
                ..OrderReport::default()
            }),
        }
    }

    #[test]
    fn the_stream_is_cut_where_all_nodes_were_at_the_look_before() {
        let mut trimming = Trimming::default();
        let looks = [100, 300, 300, 300, 800].map(|have| trimming.look(&report(have, 0, 10, &[])));
        assert_eq!(
            looks,
            [
                Decision::Nothing,
                Decision::TrimBefore(100),
                Decision::TrimBefore(300),
                Decision::Nothing,
                Decision::Nothing
            ]
        );
    }

    #[test]
    fn only_the_first_node_trims_and_the_next_one_goes_on() {
        let mut trimming = Trimming::default();
        assert_eq!(trimming.look(&report(100, 1, 10, &[])), Decision::Nothing);
        assert_eq!(trimming.look(&report(200, 1, 10, &[])), Decision::Nothing);
        assert_eq!(trimming.look(&report(300, 0, 10, &[])), Decision::TrimBefore(200));
    }

    #[test]
    fn a_node_that_is_gone_is_evicted_by_name_once_the_stream_is_large() {
        let nodes = [("seoul", true, 800), ("busan", false, 100), ("jeju", false, 50)];
        let mut trimming = Trimming::default();
        assert_eq!(trimming.look(&report(50, 0, 749, &nodes)), Decision::Nothing);
        assert_eq!(trimming.look(&report(50, 0, 750, &nodes)), Decision::Evict("jeju".parse().unwrap()));
        // One that runs is not.
        let nodes = [("seoul", true, 100), ("busan", true, 90)];
        assert_eq!(trimming.look(&report(90, 0, 999, &nodes)), Decision::TrimBefore(50));
    }
}
