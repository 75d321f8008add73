//! How a node enters its cluster, and how it leaves: because its operator wants, because it may not be there, or because the order ended.

use std::time::Duration;

use tokio::time::Instant;

use super::Hub;
use super::following::ALIVE_EVERY;
use super::replica::Standing;
use super::stop::Stop;
use crate::chat::nodes::EntryRefusal;
use crate::chat::proposal::Proposal;
use crate::order::Order;
use crate::store::Store;

/// How long a node that ends waits until the others know.
const EXIT_TIMEOUT: Duration = Duration::from_secs(1);

impl<O: Order, S: Store> Hub<O, S> {
    /// The first thing that a node proposes. From then on it says that it runs, or following what was proposed while it was away
    /// would have to take less time than the others wait for it.
    pub(super) fn enter(&mut self) {
        let Some(replica) = &mut self.replica else { return };
        replica.alive_at = Some(Instant::now() + ALIVE_EVERY);
        let entry = replica.entry();
        self.propose(entry);
    }

    /// Whether this node entered, may not enter, or was taken for lost.
    pub(super) fn look_at_standing(&mut self, enters: bool) {
        let Some(replica) = &mut self.replica else { return };
        let nodes = self.parts.chat.nodes();
        let other = nodes.other(&replica.entry).map(|other| (other.start, other.number));
        if enters && let Err(why) = nodes.admits(&replica.entry) {
            if matches!(why, EntryRefusal::Taken { .. }) {
                tracing::warn!(%why, "this node waits whether the other one is heard again, or gone");
                replica.refused_for = other;
                return;
            }
            tracing::error!(%why, "this node cannot enter the cluster; it stops");
            replica.standing.send_replace(Standing::Outdated);
            self.stop = Some(Stop::on_failure(false));
            return;
        }
        if let Some(before) = replica.refused_for {
            if self.stop.is_some() || other == Some(before) {
                return;
            }
            if let Err(why @ EntryRefusal::Taken { .. }) = nodes.admits(&replica.entry) {
                tracing::error!(%why, "this node cannot enter the cluster; it stops");
                replica.standing.send_replace(Standing::NameTaken);
                self.stop = Some(Stop::on_failure(false));
            } else {
                tracing::info!("the other node by this name is gone; this one enters");
                self.stop = Some(Stop::on_failure(true));
            }
            return;
        }
        let runs = nodes.get(replica.start).is_some();
        let stood = *replica.standing.borrow();
        match (stood, runs) {
            (Standing::CatchingUp, true) => {
                tracing::info!(node = %replica.entry.node, place = self.parts.chat.applied().0, "entered the cluster");
                replica.standing.send_replace(Standing::Entered);
            }
            (Standing::Entered, false)
                if self.stop.is_none() && !self.parts.chat.nodes().knows(&replica.entry.node) =>
            {
                tracing::error!(
                    "this node was removed from the cluster and stops; start it again if it is to belong to it again"
                );
                self.stop = Some(Stop::on_failure(false));
            }
            (Standing::Entered, false) if self.stop.is_none() => {
                tracing::error!("the other nodes did not hear of this one for too long; it enters anew");
                self.stop = Some(Stop::on_failure(true));
            }
            (Standing::CatchingUp, false)
            | (Standing::Entered | Standing::Diverged | Standing::Outdated | Standing::NameTaken, _) => {}
        }
    }

    /// This server ends, as its operator wants; the chat goes on elsewhere.
    pub(super) fn leave(&mut self) {
        if self.replica.is_some() {
            self.stop = Some(Stop::on_failure(false));
        } else {
            self.propose(Proposal::Stop { restart: false });
        }
    }

    /// Nothing more comes from the order. A node that starts again finds out whether it can go on, and says why where it cannot.
    pub(super) fn on_order_end(&mut self) {
        let again = self.parts.order.may_start_again();
        if again {
            tracing::error!("the order ended; this server starts again");
        } else {
            tracing::error!("the order ended, and this server stops; its people are sent to the others");
            if let Some(replica) = &self.replica {
                replica.standing.send_replace(Standing::Outdated);
            }
        }
        self.stop = Some(Stop::on_failure(again));
    }

    /// Tells the other nodes that this one ends, and waits a bounded time until they know. Whatever else comes meanwhile is applied
    /// when it starts again.
    pub(super) async fn exit(&mut self) {
        let Some(replica) = &self.replica else { return };
        let start = replica.start;
        if *replica.standing.borrow() != Standing::Entered
            || self.parts.chat.nodes().get(start).is_none()
            || self.proposer.try_propose(Proposal::Exit).is_err()
        {
            return;
        }
        let order = &mut self.parts.order;
        let told = async {
            while let Some(ordered) = order.next().await {
                if ordered.proposal == Proposal::Exit
                    && ordered.origin.is_some_and(|origin| origin.start == start)
                {
                    return;
                }
            }
        };
        if tokio::time::timeout(EXIT_TIMEOUT, told).await.is_err() {
            tracing::warn!(
                "the other nodes may not know yet that this one ends; they see it when it stays silent"
            );
        }
    }
}
