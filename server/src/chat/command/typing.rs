//! `typing`: somebody is writing. It must not become history.

use shared::server_msg::PresenceState;
use shared::{Millis, RoomName};

use super::{Asker, Outcome};
use crate::chat::Chat;

impl Chat {
    pub(super) fn typing(&mut self, now: Millis, asker: &Asker, room: RoomName) -> Outcome {
        self.need_member(asker, &room)?;
        // Nobody waits for the word of somebody who is muted.
        if self.need_voice(now, asker.uid()).is_ok() {
            self.presence(asker.uid(), Some(room), PresenceState::Typing);
        }
        self.done(asker);
        Ok(())
    }
}
