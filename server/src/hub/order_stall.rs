//! While the nodes of a cluster cannot agree on what comes next, what people say waits. They are told so after a while; after a longer
//! while whatever else they ask for is refused before it is proposed, since nobody knows when it would be carried out. What was
//! proposed before that goes on waiting: its outcome is not known, so it must not be said to have failed.
//!
//! Whoever greets meanwhile is sent away, to another node if there is one, which may be one that is not cut off: the welcome would wait.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use shared::codec::to_line;
use shared::server_msg::{Goodbye, GoodbyeCode, Order as Agreement, OrderState};
use shared::{Code, Line, ServerMsg};

use super::Hub;
use super::stall_notices::LOOK_EVERY;
use crate::chat::conn_id::ConnId;
use crate::goodbye::spread;
use crate::order::Order;
use crate::order::report::STANDS_AFTER;
use crate::store::Store;

/// After so long nothing new is taken: longer than the nodes of NATS need to choose another leader.
const REFUSE_AFTER: Duration = Duration::from_secs(15);
/// Whoever is sent to another node goes within this time, in milliseconds.
const ELSEWHERE_MS: u64 = 300;

impl<O: Order, S: Store> Hub<O, S> {
    /// When it is looked next; never on a server of its own.
    pub(super) fn stalled_at(&self) -> Option<Instant> {
        self.stalled.as_ref().map(|stalled| stalled.look_at)
    }

    /// Looks whether the order stands, and tells everybody when that changes, and again while it stands.
    pub(super) fn look_at_order(&mut self, now: Instant) {
        let Some(stalled) = self.stalled.as_mut().filter(|stalled| stalled.look_at <= now) else { return };
        stalled.look_at = now + LOOK_EVERY;
        let stands_for = self.parts.order.stalled().filter(|&stands| stands >= STANDS_AFTER);
        self.parts.stall_flags.set_refuses_changes(stands_for.is_some_and(|stands| stands >= REFUSE_AFTER));
        self.parts.stall_flags.set_sends_away(stands_for.is_some());
        // First, so that whoever is sent elsewhere or refused knows why.
        self.tell_of_order(stands_for, now);
        if stands_for.is_some() {
            let greeting: Vec<ConnId> = self.fresh_secrets.keys().copied().collect();
            for conn in greeting {
                self.send_away(conn);
            }
        }
    }

    /// A connection that was not welcomed is closed, with the nodes to go to if there are others. It is not left waiting: whoever is
    /// new, gives up and greets anew would be somebody each time.
    pub(super) fn send_away(&mut self, conn: ConnId) {
        self.parts.stats.refused(Code::Storage);
        let try_next = self.other_addresses();
        let what_next = if try_next.is_empty() { "try again" } else { "connect to another one" };
        let goodbye = Goodbye {
            code: GoodbyeCode::Error(Code::Storage),
            message: format!("this server does not reach the others of this chat at the moment; {what_next}"),
            reason: Line::default(),
            by: None,
            until: None,
            reconnect: true,
            after_ms: Some(spread(conn, ELSEWHERE_MS)),
            try_next,
        };
        self.fresh_secrets.remove(&conn);
        self.close(conn, &goodbye);
    }

    /// Tells everybody whether the order stands when that changes, and every now and then while it stands.
    fn tell_of_order(&mut self, stands_for: Option<Duration>, now: Instant) {
        let Some(stalled) = &mut self.stalled else { return };
        let Some(changes) = stalled.tells(stands_for.is_some(), now) else { return };
        if let Some(stands) = stands_for.filter(|_| changes) {
            let for_s = stands.as_secs();
            tracing::warn!(for_s, "the order stands still: what people say here waits until NATS goes on");
        } else if changes {
            tracing::info!("the order goes on: what people said meanwhile is carried out");
        }
        self.delivery.tell_all(&agreement(stands_for), |_| true);
    }

    /// A connection that is opened while the order stands is told so: its welcome waits.
    pub(super) fn tell_if_stalled(&mut self, conn: ConnId) {
        if self.stalled.as_ref().is_some_and(|stalled| stalled.told_at.is_some()) {
            let line = agreement(self.parts.order.stalled());
            self.delivery.tell(conn, line);
        }
    }
}

/// What connections are told: for how long the order stands, or that it goes on.
fn agreement(stands_for: Option<Duration>) -> Bytes {
    let (state, for_ms) = match stands_for {
        Some(stands) => (OrderState::Stalled, u64::try_from(stands.as_millis()).ok()),
        None => (OrderState::Flowing, None),
    };
    to_line(&ServerMsg::Order(Agreement { state, for_ms }))
}
