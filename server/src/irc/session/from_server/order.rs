//! Whether the nodes of a cluster agree: told when that changes, in a notice of the server.

use shared::server_msg::{Order, OrderState};

use crate::irc::session::state::State;

impl State {
    pub(super) fn on_order(&mut self, order: &Order) {
        let stands = match order.state {
            OrderState::Stalled => true,
            OrderState::Flowing => false,
            OrderState::Unknown => return,
        };
        if std::mem::replace(&mut self.order_stands, stands) == stands {
            return;
        }
        self.notice(if stands {
            "The servers of this chat do not reach each other: what you send waits, and is carried out when they do"
        } else {
            "The servers of this chat reach each other again: what waited is carried out"
        });
    }
}
