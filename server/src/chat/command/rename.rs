//! `rename`: the same person, another name. It must not change anything else of the identity.

use shared::{Kind, Millis, Name, Seq, Uid};

use super::{Asker, Outcome};
use crate::chat::Chat;

impl Chat {
    pub(super) fn rename(&mut self, now: Millis, asker: &Asker, name: &Name) -> Outcome {
        self.need_voice(now, asker.uid())?;
        self.check_free(name, Some(asker.uid()))?;
        let seq = self.change_name(now, asker.uid(), name);
        self.stored(asker, seq);
        Ok(())
    }

    /// Renames somebody and tells every room they are in; returns the last of those events.
    pub(super) fn change_name(&mut self, now: Millis, uid: Uid, name: &Name) -> Seq {
        let Some(identity) = self.roster.get(uid) else { return Seq::ZERO };
        if identity.name == *name {
            return self.last_seq;
        }
        let from = identity.to_sender();
        let present = identity.is_present();
        self.roster.rename(uid, name);
        self.save(uid);
        let mut seq = self.last_seq;
        for room in self.roster.rooms_of(uid) {
            if present {
                seq = self.publish(now, &room, from.clone(), None, Kind::Rename(name.clone()));
            }
        }
        seq
    }
}
