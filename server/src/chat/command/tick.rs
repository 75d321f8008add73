//! What time passing causes: whose resume window is over leaves, expired bans and mutes are removed, unneeded identities
//! are forgotten, a shutdown countdown ends.

use shared::event::Leave;
use shared::{Kind, Millis};

use crate::chat::Chat;
use crate::chat::effect::{Effect, Record};

impl Chat {
    pub(in crate::chat) fn tick(&mut self, now: Millis) {
        for uid in self.roster.overdue(now) {
            self.leave_server(now, uid, Some(&Kind::Leave(Leave::Lost)));
        }
        for uid in self
            .roster
            .forget_overdue(now, |uid| self.sanctions.has_any(uid) || self.settings_index.owns_private(uid))
        {
            self.effects.push(Effect::Save(Record::Forget(uid)));
        }
        self.remove_expired_sanctions(now);
        if let Some(stop) = self.stopping.clone().filter(|stop| stop.at <= now) {
            if !self.nodes.is_empty() {
                // The nodes start again with this chat.
                self.stopping = None;
            }
            self.effects.push(Effect::Stop {
                reason: stop.reason,
                by: Some(stop.by),
                restart: stop.restart,
                reconnect: stop.restart,
            });
        }
    }
}
