//! `typing`: sent on as presence, so it is never stored and may be dropped.

use shared::server_msg::PresenceState;
use shared::{Millis, RoomName};

use super::{CommandResult, Requester};
use crate::chat::Chat;

impl Chat {
    pub(super) fn typing(&mut self, now: Millis, requester: &Requester, room: RoomName) -> CommandResult {
        self.check_member(requester, &room)?;
        // Accepted and ignored for somebody who may not speak: no message will follow.
        if self.check_may_speak(now, requester, &room).is_ok() {
            self.presence(requester.uid(), Some(room), PresenceState::Typing);
        }
        self.reply_ok(requester);
        Ok(())
    }
}
