//! `rename`: changes the name of an identity and nothing else; published in every room it is in, and charged for each.

use std::time::Duration;

use shared::{Kind, Millis, Name, Seq, Uid};

use super::{CommandResult, Requester};
use crate::chat::Chat;

impl Chat {
    pub(super) fn rename(&mut self, now: Millis, requester: &Requester, name: &Name) -> CommandResult {
        self.check_not_muted(now, requester.uid())?;
        self.check_free(name, Some(requester.uid()))?;
        self.check_owes_no_events(now, requester.uid(), Duration::ZERO)?;
        if requester.by.name != *name {
            self.charge_events(now, requester.uid());
        }
        let seq = self.change_name(now, requester.uid(), name);
        self.reply_stored(requester, seq);
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
                seq = self.publish(now, &room, from.clone(), Kind::Rename(name.clone()));
            }
        }
        seq
    }
}
