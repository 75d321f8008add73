//! `absent`: somebody says that they are away, or back. It is no event: it is told as presence in the lobby, where everybody is,
//! kept until they leave the server, and holds for all their connections.

use shared::client_msg::Absent;
use shared::server_msg::{Absence, PresenceState};
use shared::{Millis, RoomName};

use super::{CommandResult, Requester};
use crate::chat::Chat;

impl Chat {
    pub(super) fn absent(&mut self, now: Millis, requester: &Requester, absent: Absent) -> CommandResult {
        let (uid, Absent { why, back }) = (requester.uid(), absent);
        if !why.is_empty() {
            // Others read it.
            self.check_not_muted(now, uid)?;
        }
        let before = self.roster.get(uid).and_then(|identity| identity.absent.as_deref());
        let is_so = before.map(|before| &before.why) == (!back).then_some(&why);
        if !is_so {
            let state = if back { PresenceState::Back } else { PresenceState::Absent };
            let absence = (!back).then(|| Box::new(Absence { since: now, why }));
            self.roster.set_absent(uid, absence);
            self.save(uid);
            self.presence(uid, Some(RoomName::lobby()), state);
        }
        self.reply_ok(requester);
        Ok(())
    }
}
