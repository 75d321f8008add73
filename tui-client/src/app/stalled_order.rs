//! What follows from the nodes of a cluster not reaching each other: what is said waits, and is sent again by itself; anything else
//! that is refused meanwhile is told with the reason, and may be tried again.

use shared::server_msg::{Order, OrderState};
use shared::{ClientMsg, Code, Millis, Refusal};

use super::App;
use super::pending_requests::Purpose;
use super::timeline::Level;

/// How long what is refused waits where the server does not say so, in milliseconds.
const AGAIN: u64 = 5_000;

impl App {
    /// The nodes of the cluster agree again, or do not: then what is sent waits. The status line says it after a while; who has
    /// none is told when it says so, and again.
    pub(super) fn on_order(&mut self, order: &Order) {
        let since = match order.state {
            OrderState::Stalled => {
                let lasted = Millis::try_from(order.for_ms.unwrap_or(0)).unwrap_or(Millis::MAX);
                Some(self.now.saturating_sub(lasted))
            }
            OrderState::Flowing => None,
            OrderState::Unknown => return,
        };
        let is_news = self.connection.set_stalled(since, self.now);
        if is_news && !self.has_screen() {
            let (lang, is_stalled) = (self.lang(), since.is_some());
            let level = if is_stalled { Level::Warning } else { Level::Info };
            self.notice(if is_stalled { lang.stalled_at_length() } else { lang.flows_again() }, level);
        }
        if since.is_none() {
            // What was refused meanwhile is not waited for any longer, and what nobody was told is told anew.
            self.outbox.release();
            self.session.forget_read_told();
            self.withdraw_that_it_waits();
        }
    }

    /// Whether something is refused because the nodes do not reach each other.
    pub(super) fn is_for_stall(&self, code: Code) -> bool {
        code == Code::Storage && self.connection.is_order_stalled()
    }

    /// Why the server refused something, and what to do about it.
    pub(super) fn why_refused(&self, refusal: &Refusal) -> String {
        let lang = self.lang();
        if self.is_for_stall(refusal.code) { lang.refused_in_stall() } else { lang.server_refusal(refusal) }
    }

    /// How long the server wants a message to wait, if it wants it at all.
    pub(super) fn wait_asked(&self, refusal: &Refusal) -> Option<u64> {
        let is_later = matches!(refusal.code, Code::RateLimited | Code::Storage);
        let in_stall = self.is_for_stall(refusal.code).then_some(AGAIN);
        refusal.retry_ms.filter(|_| is_later).or(in_stall)
    }

    /// Something was asked for that waits while the nodes do not reach each other: whoever asked is told so.
    pub(super) fn tell_that_it_waits(&mut self, purpose: &Purpose, msg: &ClientMsg) {
        let is_wish = purpose.is_asked() || matches!(purpose, Purpose::Join(_) | Purpose::Part(_));
        if is_wish && !msg.changes_nothing() && self.connection.is_stalled(self.now) {
            self.hint(self.lang().waits_for_order(), Level::Warning);
        }
    }

    /// What waited is done, or was refused.
    pub(super) fn withdraw_that_it_waits(&mut self) {
        self.screen.withdraw_hint(self.lang().waits_for_order());
    }
}
