//! A connection ended without `quit`: its identity is away and may resume until the resume window is over.

use shared::Millis;
use shared::server_msg::PresenceState;

use crate::chat::Chat;
use crate::chat::conn_id::ConnId;
use crate::chat::roster::Presence;

impl Chat {
    pub(in crate::chat) fn connection_lost(&mut self, now: Millis, conn: ConnId) {
        let Some(uid) = self.roster.by_conn(conn).map(|identity| identity.uid) else { return };
        if !self.defer_loss(uid, conn) {
            self.set_away(now, conn);
        }
    }

    pub(super) fn set_away(&mut self, now: Millis, conn: ConnId) {
        let Some(uid) = self.roster.by_conn(conn).map(|identity| identity.uid) else { return };
        let until = now + self.rules.resume_ms();
        self.roster.set_presence(uid, Presence::Away { until });
        self.presence(uid, None, PresenceState::Away);
    }
}
