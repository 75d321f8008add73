//! A greeting was carried out after its connection had been closed, which happens where the order stood meanwhile: whoever is new by it
//! cannot come back, for nobody was told their secret. They leave at once and are forgotten, and their name is free for the greeting
//! that the client has sent since.

use shared::event::Leave;
use shared::{Kind, Millis};

use crate::chat::Chat;
use crate::chat::conn_id::ConnId;
use crate::chat::effect::{Effect, Record};
use crate::chat::proposal::SecretHash;

impl Chat {
    pub(in crate::chat) fn not_welcomed(&mut self, now: Millis, conn: ConnId, fresh: SecretHash) {
        // One who came back, by the secret that they have, is away as after any loss.
        let new = self.roster.by_conn(conn).filter(|identity| identity.secret == fresh);
        let Some(uid) = new.map(|identity| identity.uid) else { return self.connection_lost(now, conn) };
        self.effects.push(Effect::Finish { conn });
        self.leave_server(now, uid, Some(&Kind::Leave(Leave::Lost)));
        if self.roster.forget_at_once(uid, |uid| self.sanctions.has_any(uid)) {
            self.effects.push(Effect::Save(Record::Forget(uid)));
        }
    }
}
