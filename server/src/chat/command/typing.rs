//! `typing`: somebody is writing. It must not become history.

use shared::RoomName;
use shared::server_msg::PresenceState;

use super::{Asker, Outcome};
use crate::chat::Chat;

impl Chat {
    pub(super) fn typing(&mut self, asker: &Asker, room: RoomName) -> Outcome {
        self.need_member(asker, &room)?;
        self.presence(asker.uid(), Some(room), PresenceState::Typing);
        self.done(asker);
        Ok(())
    }
}
