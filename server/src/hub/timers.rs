//! The hub's timers: what is due when, though nothing comes.

use std::time::Duration;

use tokio::time::Instant;

use super::Hub;
use crate::chat::proposal::Proposal;
use crate::order::Order;
use crate::store::Store;

/// How long joins, leaves and presence are coalesced: when a thousand people reconnect, each of them gets one write.
const COALESCE_DELAY: Duration = Duration::from_millis(100);
/// How often it is looked which heartbeats are due, admins are told whom a limit kept out, and the wall clock is compared with the monotonic one.
const IDLE_CHECK_INTERVAL: Duration = Duration::from_secs(5);

impl<O: Order, S: Store> Hub<O, S> {
    /// The earliest of all timers.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        let chat = self.until_tick().filter(|_| !self.tick_proposed).map(|left| Instant::now() + left);
        [
            chat,
            self.coalesce_at,
            self.idle_check_at,
            self.rollback_retry_at(),
            self.alive_at(),
            self.stalled_at(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    pub(super) fn on_timer(&mut self) {
        let now = Instant::now();
        self.say_alive(now);
        self.look_at_order(now);
        if self.until_tick().is_some_and(|left| left.is_zero()) {
            self.propose_tick();
        }
        if self.coalesce_at.is_some_and(|at| at <= now) {
            self.coalesce_at = None;
            self.delivery.flush_coalesced();
        }
        if self.rollback_retry_at().is_some_and(|at| at <= now) {
            self.read_committed();
        }
        if self.idle_check_at.is_some_and(|at| at <= now) {
            self.idle_check_at = None;
            self.check_heartbeats();
            self.lists.forget_unused();
            self.tell_kept_out();
            if let Some(by) = self.parts.clock.observe().filter(|_| self.replica.is_none()) {
                tracing::warn!(by_ms = by, "the wall clock was set; the chat follows it");
                self.propose(Proposal::ClockStepped { by });
            }
        }
    }

    /// Sets the timers of what is there to be done later.
    pub(super) fn set_timers(&mut self) {
        if self.coalesce_at.is_none() && self.delivery.has_coalesced() {
            self.coalesce_at = Some(Instant::now() + COALESCE_DELAY);
        }
        if self.idle_check_at.is_none() && self.delivery.connections() > 0 {
            self.idle_check_at = Some(Instant::now() + IDLE_CHECK_INTERVAL);
        }
    }
}
