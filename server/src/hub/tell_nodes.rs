//! Tells the clients of this node which nodes there are, when these are others than their welcome said: whoever came when there
//! was one node must find the others when it dies.

use shared::ServerMsg;
use shared::codec::to_line;

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
}
