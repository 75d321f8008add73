//! What clients of this node are told of the nodes: with their welcome, and again when there are others than it said, since whoever
//! came when there was one node must find the others when it dies.

use shared::codec::to_line;
use shared::server_msg::{ClusterInfo, Welcome};
use shared::{NodeAddress, ServerMsg};

use super::Hub;
use crate::admin::cluster::Standing;
use crate::order::Order;
use crate::store::Store;

impl<O: Order, S: Store> Hub<O, S> {
    /// Tells everybody, if what they would be told is not what was told last.
    pub(super) fn tell_of_nodes(&mut self) {
        let Some(info) = self.cluster_info() else { return };
        let Some(replica) = &mut self.replica else { return };
        // Before, nobody has come.
        if *replica.standing.borrow() != Standing::Entered || replica.told.as_ref() == Some(&info) {
            return;
        }
        replica.told = Some(info.clone());
        // Whoever is not welcomed yet is told with the welcome.
        self.delivery.tell_all(&to_line(&ServerMsg::Cluster(info)), |socket| socket.uid().is_some());
    }

    /// A welcome tells which node it is from, and what differs among nodes.
    pub(super) fn add_node(&self, welcome: &mut Welcome, cluster: ClusterInfo) {
        let facts = &self.parts.facts;
        welcome.server.version.clone_from(&facts.server.version);
        welcome.server.key.clone_from(&facts.server.key);
        welcome.durability = facts.durability;
        welcome.cluster = Some(cluster);
    }

    /// What clients are told of the cluster.
    pub(super) fn cluster_info(&self) -> Option<ClusterInfo> {
        let replica = self.replica.as_ref()?;
        let nodes = self.parts.chat.nodes().addresses().cloned().collect();
        let keys = self.parts.chat.nodes().keys().collect();
        Some(ClusterInfo { node: Some(replica.entry.node.clone()), nodes, keys })
    }

    /// Where the clients of this node find the others.
    pub(super) fn other_addresses(&self) -> Vec<NodeAddress> {
        let Some(replica) = &self.replica else { return vec![] };
        let others = self.parts.chat.nodes().running().iter().filter(|one| one.start != replica.start);
        others.flat_map(|one| &one.entry.addresses).cloned().collect()
    }
}
