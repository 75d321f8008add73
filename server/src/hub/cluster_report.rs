//! Tells how this node and its cluster are: for `ctl cluster status`, for the metrics, and for whatever one node does for all.

use super::Hub;
use crate::admin::cluster::{ClusterReport, NodeReport};
use crate::chat::proposal::Proposal;
use crate::order::{Order, place};
use crate::store::Store;

impl<O: Order, S: Store> Hub<O, S> {
    /// How the cluster is, if this is a node of one.
    pub(super) fn cluster_report(&self) -> Option<ClusterReport> {
        let replica = self.replica.as_ref()?;
        let nodes = self.parts.chat.nodes();
        let known = nodes.known().map(|(name, known)| {
            let running = nodes.running().iter().find(|one| one.entry.node == *name);
            NodeReport {
                node: name.clone(),
                version: known.version.clone(),
                level: known.level,
                running: running.is_some(),
                heard_at: known.heard_at,
                addresses: running.map(|one| one.entry.addresses.clone()).unwrap_or_default(),
                lag: running.and_then(|_| replica.lag(name)),
                has: place::sequence(known.has),
                evicted_at: known.evicted_at,
                differs: running.is_some() && replica.differs(name),
            }
        });
        let in_force = self.parts.chat.rules();
        let settings = replica.rules.as_ref().map(|own| in_force.differing(own)).unwrap_or_default();
        Some(ClusterReport {
            node: replica.entry.node.clone(),
            standing: *replica.standing.borrow(),
            rank: nodes.rank(replica.start),
            applied: place::sequence(self.parts.chat.applied()),
            snapshot: place::sequence(replica.has),
            level: nodes.level(),
            all_have: place::sequence(nodes.all_have()),
            nodes: known.collect(),
            settings: settings.into_iter().map(str::to_owned).collect(),
            order: self.proposer.report(),
            files: self.parts.transfers.stats().of_node(),
        })
    }

    /// Publishes it after a proposal that changed what is known of the nodes. Each node proposes one every few seconds.
    pub(super) fn publish_cluster(&self) {
        if let Some(replica) = &self.replica {
            replica.report.send_replace(self.cluster_report());
        }
    }
}

/// Whether a proposal changes what is known of the nodes.
pub(super) fn concerns_nodes(proposal: &Proposal) -> bool {
    matches!(
        proposal,
        Proposal::Enter(_)
            | Proposal::Alive(_)
            | Proposal::Exit
            | Proposal::RemoveNode(_)
            | Proposal::EvictNode { .. }
    )
}
