//! The nodes that the server tells of, in its welcome, while the connection lasts and in its goodbye: which of them are used and
//! kept. [`nodes`] decides which one is tried next.

use shared::NodeAddress;
use shared::server_msg::ClusterInfo;

use super::{App, nodes};
use crate::address::Address;

impl App {
    /// The nodes of the cluster are others now. Before the welcome it says nothing that the welcome does not.
    pub(super) fn on_nodes(&mut self, cluster: ClusterInfo) {
        if self.connection.is_online() {
            self.on_cluster(cluster);
        }
    }

    /// The server says of which cluster it is a node, or of none.
    pub(super) fn on_cluster(&mut self, cluster: ClusterInfo) {
        let told = self.usable_nodes(&cluster.nodes);
        self.session.note_nodes(nodes::to_keep(&told, &cluster));
        self.nodes.set_told(told);
        self.nodes.welcomed();
        self.connection.set_node(cluster.node);
    }

    /// Whether a connection that ends is followed by one to another node: by its address, or by the way that a door has.
    #[must_use]
    pub fn has_other_nodes(&self) -> bool {
        self.nodes.has_others() || self.elsewhere().is_some_and(|elsewhere| elsewhere.has_other_nodes)
    }

    /// Which of the addresses are used that the server of this connection tells.
    pub(super) fn usable_nodes(&self, told: &[NodeAddress]) -> Vec<Address> {
        if self.place().is_elsewhere() {
            // The way there is the door's.
            return Vec::new();
        }
        let protection = self.connection.reached().map(|reached| reached.protection);
        nodes::usable(told, self.nodes.current(), protection)
    }
}
