//! A connection ended without `quit`: if it was the last one of its identity, that is away and may resume until the resume
//! window is over.

use shared::Millis;
use shared::server_msg::PresenceState;

use crate::chat::Chat;
use crate::chat::conn_id::ConnId;
use crate::chat::effect::Effect;
use crate::chat::presence::Presence;

impl Chat {
    pub(in crate::chat) fn connection_lost(&mut self, now: Millis, conn: ConnId) {
        let uid = self.roster.by_conn(conn).map(|identity| identity.uid);
        if !uid.is_some_and(|uid| self.defer_loss(uid, conn)) {
            self.let_go(now, conn);
        }
    }

    /// Nothing more will come over a connection, and what did come was carried out.
    pub(super) fn let_go(&mut self, now: Millis, conn: ConnId) {
        self.effects.push(Effect::Finish { conn });
        let Some(uid) = self.roster.by_conn(conn).map(|identity| identity.uid) else { return };
        if self.roster.detach(uid, conn) {
            return;
        }
        let until = now + self.rules.resume_ms();
        self.roster.set_presence(uid, Presence::Away { until });
        self.presence(uid, None, PresenceState::Away);
    }
}
