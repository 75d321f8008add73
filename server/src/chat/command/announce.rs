//! `announce`: an admin tells everyone something. It must not be missed: it is an event of the lobby.

use shared::{Kind, Line, Millis, Role, RoomName, Text};

use super::{Asker, Outcome};
use crate::chat::Chat;

impl Chat {
    pub(super) fn announce(&mut self, now: Millis, asker: &Asker, text: Text) -> Outcome {
        asker.need(Role::Admin)?;
        self.audit(now, asker, "announce", None, &Line::default());
        let seq = self.publish(now, &RoomName::lobby(), asker.by.clone(), None, Kind::Announce(text.into()));
        self.stored(asker, seq);
        Ok(())
    }
}
