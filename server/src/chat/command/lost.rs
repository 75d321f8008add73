//! A connection that ended without a word, and time that has passed. It must not log; the hub does.

use shared::event::Leave;
use shared::server_msg::PresenceState;
use shared::{Kind, Line, Millis};

use crate::chat::Chat;
use crate::chat::effect::{Effect, Record};
use crate::chat::proposal::ConnId;
use crate::chat::roster::Presence;

impl Chat {
    pub(in crate::chat) fn lost(&mut self, now: Millis, conn: ConnId) {
        let Some(uid) = self.roster.by_conn(conn).map(|identity| identity.uid) else { return };
        let until = now + self.rules.resume_ms();
        self.roster.set_presence(uid, Presence::Away { until });
        self.presence(uid, None, PresenceState::Away);
    }

    pub(in crate::chat) fn tick(&mut self, now: Millis) {
        for uid in self.roster.overdue(now) {
            self.depart(now, uid, Some(&Kind::Leave(Leave::Lost)));
        }
        for uid in self.roster.forget_overdue(now, |uid| self.sanctions.concern(uid)) {
            self.effects.push(Effect::Save(Record::Forget(uid)));
        }
        self.tidy_sanctions(now);
        if let Some(stop) = self.stopping.clone().filter(|stop| stop.at <= now) {
            self.effects.push(Effect::Stop {
                reason: stop.reason,
                by: Some(stop.by),
                restart: stop.restart,
                reconnect: stop.restart,
            });
        }
    }

    pub(in crate::chat) fn stop(&mut self, restart: bool) {
        self.effects.push(Effect::Stop { reason: Line::default(), by: None, restart, reconnect: true });
    }
}
