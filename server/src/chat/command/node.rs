//! Nodes of a cluster come and go. What a node proposes is applied in its order and once; one that is silent for too long is lost,
//! and the connections it held are.

use shared::{Code, Line, Millis, Refusal, Role, Sender, ServerMsg};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester};

use crate::chat::Chat;
use crate::chat::audit::AuditAction;
use crate::chat::conn_id::NodeStart;
use crate::chat::node_proposal::{Alive, Entry, ProposedRemoval};
use crate::chat::nodes::{LEASE_MS, Running};
use crate::chat::proposal::{NodeOrigin, Proposal};

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

    pub(in crate::chat) fn remove_node(&mut self, now: Millis, proposed: &ProposedRemoval) {
        let (conn, by) = (proposed.conn, Sender::operator());
        let (unix, id) = (Some(proposed.unix), proposed.id.clone());
        let requester = Requester { conn, by, role: Role::Admin, unix, id };
        if let Err(refusal) = self.remove_node_for(now, &requester, proposed) {
            self.tell(conn, ServerMsg::Error(refusal.to(requester.id)));
        }
    }

    fn remove_node_for(
        &mut self,
        now: Millis,
        requester: &Requester,
        proposed: &ProposedRemoval,
    ) -> CommandResult {
        let ProposedRemoval { node, force, .. } = proposed;
        if !self.nodes.knows(node) {
            let known: Vec<_> = self.nodes.known().map(|(known, _)| known.to_string()).collect();
            let message = if known.is_empty() {
                "this server is no node of a cluster".to_owned()
            } else {
                format!("no node is called {node}; there are {}", known.join(", "))
            };
            return Err(Refusal::new(Code::BadRequest, message));
        }
        if self.nodes.runs(node) && !force {
            let heard_at =
                self.nodes.known().find(|(name, _)| *name == node).map_or(now, |(_, known)| known.heard_at);
            let message = format!(
                "{node} runs; stop it first, or ask with --force where it cannot be stopped. It was heard {} s ago, and one that ended \
                 without a word counts as running for {} s",
                now.saturating_sub(heard_at) / 1000,
                LEASE_MS / 1000
            );
            return Err(Refusal::new(Code::BadRequest, message));
        }
        let (reason, detail) = (Line::default(), format!("node={node}"));
        let action = AuditAction::RemoveNode;
        self.audit(now, requester, AuditFields { action, target: None, reason: &reason, detail });
        let removed = self.nodes.remove(node);
        self.nodes_lost(now, removed);
        self.reply_ok(requester);
        Ok(())
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
