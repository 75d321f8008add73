//! Forgetting: identities that never spoke are deleted when they have been gone for the resume window, or when there are too many.

use shared::{Millis, Uid};

use super::Roster;
use crate::chat::identity::Identity;
use crate::chat::presence::Presence;

/// The most identities that are kept though they never spoke and are gone; the one gone longest is forgotten first.
const MAX_FORGETTABLE: usize = 4096;

impl Roster {
    /// If too many are forgettable, forgets the one gone longest that need not be kept.
    pub(in crate::chat) fn forget_one(&mut self, is_sanctioned: impl Fn(Uid) -> bool) -> Option<Uid> {
        while self.forgettable.len() > MAX_FORGETTABLE {
            let (_, uid) = self.forgettable.pop_front()?;
            if self.forget(uid, &is_sanctioned) {
                return Some(uid);
            }
        }
        None
    }

    /// Forgets those whose time is over, except those that must be kept; returns them.
    pub(in crate::chat) fn forget_overdue(
        &mut self,
        now: Millis,
        is_sanctioned: impl Fn(Uid) -> bool,
    ) -> Vec<Uid> {
        let mut forgotten = Vec::new();
        while let Some((_, uid)) = self.forgettable.pop_front_if(|(at, _)| *at <= now) {
            if self.forget(uid, &is_sanctioned) {
                forgotten.push(uid);
            }
        }
        forgotten
    }

    /// Forgets one who is gone before their time is over, unless they must be kept.
    pub(in crate::chat) fn forget_at_once(&mut self, uid: Uid, is_sanctioned: impl Fn(Uid) -> bool) -> bool {
        let is_forgotten = self.forget(uid, is_sanctioned);
        if is_forgotten {
            self.forgettable.retain(|(_, forgettable)| *forgettable != uid);
        }
        is_forgotten
    }

    fn forget(&mut self, uid: Uid, is_sanctioned: impl Fn(Uid) -> bool) -> bool {
        let must_be_kept = self.get(uid).is_some_and(Identity::must_be_kept) || is_sanctioned(uid);
        if !must_be_kept {
            self.drop_identity(uid);
        }
        !must_be_kept
    }

    /// Removes an identity.
    pub(in crate::chat) fn remove(&mut self, uid: Uid) {
        self.set_presence(uid, Presence::Gone);
        self.forgettable.retain(|(_, forgettable)| *forgettable != uid);
        self.drop_identity(uid);
    }

    /// Removes an identity that is gone and not among those to be forgotten any more.
    fn drop_identity(&mut self, uid: Uid) {
        for room in self.rooms_of(uid) {
            self.remove_room(uid, &room);
        }
        let Some(identity) = self.identities.remove(&uid) else { return };
        for secret in identity.secrets() {
            self.by_secret.remove(&secret);
        }
        for secret in identity.taken_out() {
            self.taken_out.remove(&secret);
        }
        self.release(&identity.name, uid);
    }
}
