//! Nodes of a cluster come and go. What a node proposes is applied in its order and once; one that is silent for too long is lost,
//! and the connections it held are.

use shared::Millis;

use crate::chat::Chat;
use crate::chat::conn_id::NodeStart;
use crate::chat::nodes::Running;
use crate::chat::proposal::{Alive, Entry, NodeOrigin, Proposal};

impl Chat {
    /// Whether what a node proposes is to be applied. Whoever's lease is over by now is lost before it is.
    pub(in crate::chat) fn takes_from_node(
        &mut self,
        now: Millis,
        origin: NodeOrigin,
        proposal: &Proposal,
    ) -> bool {
        let takes = self.nodes.takes(now, origin, matches!(proposal, Proposal::Enter(_)));
        let overdue = self.nodes.remove_overdue(now);
        self.nodes_lost(now, overdue);
        takes
    }

    pub(in crate::chat) fn node_enters(&mut self, now: Millis, origin: Option<NodeOrigin>, entry: Entry) {
        let Some(NodeOrigin { start, .. }) = origin else { return };
        let was_alone = self.nodes.running().is_empty();
        let replaced = self.nodes.enter(now, start, entry);
        self.nodes_lost(now, replaced);
        if was_alone {
            // What the last one that ran was to look up, nobody has.
            self.ask_again();
        }
    }

    pub(in crate::chat) fn node_is_alive(&mut self, origin: Option<NodeOrigin>, alive: &Alive) {
        if let Some(origin) = origin {
            self.nodes.has(origin.start, alive.has);
        }
    }

    pub(in crate::chat) fn node_exits(&mut self, now: Millis, origin: Option<NodeOrigin>) {
        let exited = origin.and_then(|origin| self.nodes.exit(origin.start));
        self.nodes_lost(now, exited.into_iter().collect());
    }

    /// Whoever was connected to these nodes is away.
    fn nodes_lost(&mut self, now: Millis, lost: Vec<Running>) {
        if lost.is_empty() {
            return;
        }
        for Running { start, .. } in lost {
            self.connections_lost(now, start);
        }
        self.ask_again();
    }

    /// All connections of a start of a node are lost.
    pub(in crate::chat) fn connections_lost(&mut self, now: Millis, start: NodeStart) {
        for conn in self.roster.conns_on(start) {
            self.connection_lost(now, conn);
        }
    }
}
