//! How a room is set up: whose it is, who may enter, who may speak, its pinned message and its notice. `SettingsIndex` finds the
//! rooms that few need without going through all of them.
//!
//! A private room does not exist for whoever neither belongs to it, owns it nor was invited: what they ask about it is refused
//! like a room that is not there. Of its word only a hash is known, which [`hash_word`] makes before anything is proposed.

use std::collections::{BTreeMap, BTreeSet};

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use shared::{Line, Millis, RoomName, RoomSettings, Seq, Uid, Word};

use super::sorted::SortedMap;
use shared::SecretHash;

/// The most people who are invited to a room and have not come yet.
pub(super) const MAX_INVITED: usize = 100;
/// The most rooms that one person is invited to; the next invitation is refused, so that nobody is flooded with them.
pub(super) const MAX_INVITATIONS: usize = 20;
/// The most people whom the word of a room does not let in again after they were removed; beyond, it lets in again whose removal
/// is the longest ago.
const MAX_REMOVED: usize = 200;
/// The most people who are muted in one room.
pub(super) const MAX_MUTED: usize = 200;

/// What is set about a room. Everything has a start value, and most rooms have an owner at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Who opened it, or was handed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Uid>,
    /// Whether only those enter who were invited or know its word.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// The hash of its word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<SecretHash>,
    /// Whether only its owner and moderators speak.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    /// The pinned message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Seq>,
    /// What newcomers are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Line>,
    /// Who was invited and has not come yet, and by whom.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub invited: SortedMap<Uid, Uid>,
    /// Who was removed and has not been invited since, and the newest event then: the word alone does not let them in.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub removed: SortedMap<Uid, Seq>,
    /// Who may not speak in it, and until when.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub muted: SortedMap<Uid, Option<Millis>>,
}

impl Settings {
    /// As those in the room are told.
    #[must_use]
    pub fn told(&self) -> RoomSettings {
        RoomSettings {
            owner: self.owner,
            private: self.private,
            word: self.word.is_some(),
            read_only: self.read_only,
            pin: self.pin,
            notice: self.notice.clone().unwrap_or_default(),
        }
    }

    /// Until when somebody may not speak in the room, nothing for good, if they may not now.
    pub(super) fn mute(&self, uid: Uid, now: Millis) -> Option<&Option<Millis>> {
        self.muted.get(&uid).filter(|until| until.is_none_or(|until| until > now))
    }

    /// Notes that somebody was removed: an invitation does not hold any more, and the word does not let them in.
    pub(super) fn remove(&mut self, uid: Uid, head: Seq) {
        self.invited.remove(&uid);
        if self.removed.len() >= MAX_REMOVED
            && let Some(first) = self.removed.iter().min_by_key(|(_, at)| *at).map(|(uid, _)| *uid)
        {
            self.removed.remove(&first);
        }
        self.removed.insert(uid, head);
    }

    /// Invites somebody.
    pub(super) fn invite(&mut self, uid: Uid, by: Uid) {
        self.removed.remove(&uid);
        self.invited.insert(uid, by);
    }

    /// Notes that somebody enters, who needs no invitation any more; false where none was kept and nothing else was.
    pub(super) fn enter(&mut self, uid: Uid) -> bool {
        let was_removed = self.removed.remove(&uid);
        self.invited.remove(&uid) || was_removed
    }

    /// Whether somebody who has the word is let in with it.
    pub(super) fn lets_in(&self, uid: Uid, word: SecretHash) -> bool {
        self.word == Some(word) && self.removed.get(&uid).is_none()
    }

    /// Shifts the ends of all mutes; false if none has an end.
    pub(super) fn shift(&mut self, by: Millis) -> bool {
        let ends: Vec<_> = self.muted.iter().filter_map(|(uid, until)| Some((*uid, (*until)?))).collect();
        for (uid, until) in &ends {
            self.muted.insert(*uid, Some(until.saturating_add(by)));
        }
        !ends.is_empty()
    }
}

/// The hash of a room's word, with the room as its salt: argon2id (RFC 9106), since people can guess words. It is made once
/// for each `join` with a word, on the connection's task, so it is cheap enough (about 2 ms) to be of no use to a flood.
#[must_use]
pub fn hash_word(room: &RoomName, word: &Word) -> SecretHash {
    let salt = Sha256::digest(format!("chinwag room {room}"));
    let mut hash = [0; 32];
    let params = Params::new(1024, 2, 1, Some(hash.len())).unwrap_or_default();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::default(), params);
    argon2
        .hash_password_into(word.as_str().as_bytes(), &salt, &mut hash)
        .unwrap_or_else(|error| unreachable!("the lengths are right: {error}"));
    SecretHash(hash)
}

/// Which rooms are private and whose they are, and where somebody is invited. Follows from the rooms.
#[derive(Debug, Default)]
pub(super) struct SettingsIndex {
    private: BTreeMap<RoomName, Option<Uid>>,
    invitations: BTreeMap<Uid, BTreeSet<RoomName>>,
}

impl SettingsIndex {
    pub(super) fn add(&mut self, room: &RoomName, settings: &Settings) {
        if settings.private {
            self.private.insert(room.clone(), settings.owner);
        }
        for (uid, _) in settings.invited.iter() {
            self.invitations.entry(*uid).or_default().insert(room.clone());
        }
    }

    pub(super) fn remove(&mut self, room: &RoomName, settings: &Settings) {
        self.private.remove(room);
        for (uid, _) in settings.invited.iter() {
            if let Some(rooms) = self.invitations.get_mut(uid) {
                rooms.remove(room);
                if rooms.is_empty() {
                    self.invitations.remove(uid);
                }
            }
        }
    }

    /// Whether there is any private room.
    pub(super) fn has_private(&self) -> bool {
        !self.private.is_empty()
    }

    /// Whether somebody owns a private room, which nobody could open after them.
    pub(super) fn owns_private(&self, uid: Uid) -> bool {
        self.private.values().any(|owner| *owner == Some(uid))
    }

    /// The rooms that somebody is invited to, by name.
    pub(super) fn invitations(&self, uid: Uid) -> impl Iterator<Item = &RoomName> {
        self.invitations.get(&uid).into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_word_depends_on_word_and_room_alone() {
        let (room, other): (RoomName, RoomName) = ("kitchen".parse().unwrap(), "attic".parse().unwrap());
        let word = |word: &str| word.parse::<Word>().unwrap();
        let hash = hash_word(&room, &word("sesame"));
        assert!(hash == hash_word(&room, &word(" sesame ")));
        assert!(hash != hash_word(&room, &word("Sesame")) && hash != hash_word(&other, &word("sesame")));
        // However the syllable is put together.
        assert!(hash_word(&room, &word("참깨")) == hash_word(&room, &word("참깨")));
    }
}
