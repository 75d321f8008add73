//! Idempotency keys: the latest messages by sender and nonce, so that a message that a client sends again is not
//! published twice. The oldest of more than [`Dedupe::KEPT`] is forgotten; for those the store is asked, unless a nonce is
//! new for certain (see [`forgotten_nonces`](super::forgotten_nonces)).

use std::collections::VecDeque;
use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use shared::event::{self, Edit};
use shared::{Attachment, Event, Kind, Line, Nonce, RoomName, Seq, Text, Uid};

/// A message that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The seq of its event.
    pub seq: Seq,
    /// What it was, as far as that can still be told.
    #[serde(flatten)]
    known: Option<Known>,
}

/// What is known of a message that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Known {
    /// All of it: only the same message is it.
    Digest(u64),
    /// Only where it was said, for its text was changed or deleted since.
    Place(u64),
}

impl Said {
    /// A message with this seq.
    #[must_use]
    pub fn new(
        seq: Seq,
        room: &RoomName,
        kind: &Kind,
        reply_to: Option<Seq>,
        file: Option<&Attachment>,
    ) -> Self {
        Self { seq, known: Some(Known::Digest(digest(room, kind, reply_to, file))) }
    }

    /// A message as the store has it.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        let Event { seq, room, kind, reply_to, file, edited, .. } = event;
        let is_gone = matches!(kind, Kind::Deleted(_) | Kind::Edit(Edit { text: None, .. }));
        if is_gone || edited.is_some() {
            return Self { seq: *seq, known: Some(Known::Place(place(room, kind))) };
        }
        Self::new(*seq, room, kind, *reply_to, file.as_deref())
    }

    /// Whether it is the same message.
    #[must_use]
    pub fn is(&self, room: &RoomName, kind: &Kind, reply_to: Option<Seq>, file: Option<&Attachment>) -> bool {
        match self.known {
            Some(Known::Digest(said)) => said == digest(room, kind, reply_to, file),
            Some(Known::Place(said)) => said == place(room, kind),
            None => true,
        }
    }
}

/// Identifies room, kind and the message that is changed. A message that was deleted may have been spoken or an action.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is said has nothing but its room")]
fn place(room: &RoomName, kind: &Kind) -> u64 {
    let kind = match kind {
        Kind::Edit(Edit { of, .. }) => Kind::Edit(Edit { of: *of, text: None }),
        Kind::Delete(event::Delete { of, .. }) => {
            Kind::Delete(event::Delete { of: *of, reason: Line::default() })
        }
        _ => Kind::Deleted(None),
    };
    digest(room, &kind, None, None)
}

/// Identifies room, kind, text, file and the message it is about, which must be the same when a nonce is used again. It is part of
/// snapshots and proposals, so it must be the same on every machine and in every version: the first eight bytes of a SHA-256.
fn digest(room: &RoomName, kind: &Kind, reply_to: Option<Seq>, file: Option<&Attachment>) -> u64 {
    let (tag, text) = match kind {
        Kind::Message(text) => (0_u8, text.as_str()),
        Kind::Action(text) => (1, text.as_str()),
        Kind::Edit(edit) => (3, edit.text.as_ref().map_or("", Text::as_str)),
        Kind::Delete(delete) => (4, delete.reason.as_str()),
        Kind::Join
        | Kind::Leave(_)
        | Kind::Rename(_)
        | Kind::Topic(_)
        | Kind::Kick(_)
        | Kind::Ban(_)
        | Kind::Mute(_)
        | Kind::Announce(_)
        | Kind::Role(..)
        | Kind::Deleted(_)
        | Kind::React(_)
        | Kind::SetRoom(_)
        | Kind::Unknown => (2, ""),
    };
    let mut digest = Sha256::new().chain_update(room.as_str()).chain_update([0, tag]).chain_update(text);
    if let Some(about) = reply_to.or(kind.of()) {
        digest.update(about.get().to_be_bytes());
    }
    if let Some(file) = file.and_then(|file| serde_json::to_vec(file).ok()) {
        // No text has this byte.
        digest.update([0xff]);
        digest.update(file);
    }
    let digest = digest.finalize();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A remembered message with its sender and nonce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remembered {
    uid: Uid,
    nonce: Nonce,
    #[serde(flatten)]
    said: Said,
}

/// The latest messages of everyone. The index has a number of four bytes for each instead of the key: a hash table has up to
/// four places for each entry, and there are thousands.
#[derive(Debug, Default)]
pub struct Dedupe {
    /// The oldest first. They are numbered without a gap; after the greatest number comes zero.
    messages: VecDeque<Remembered>,
    /// The number of the oldest.
    first: u32,
    /// The numbers, by the hash of sender and nonce.
    index: HashTable<u32>,
    hasher: RandomState,
}

impl Dedupe {
    /// The most messages remembered: enough that a client that reconnects and resends usually needs no read of the store.
    pub const KEPT: usize = 8192;

    /// Everything, the oldest first.
    pub(super) fn to_vec(&self) -> Vec<Remembered> {
        self.messages.iter().cloned().collect()
    }

    /// From a list, the oldest first.
    pub(super) fn from_vec(remembered: Vec<Remembered>) -> Self {
        let mut dedupe = Self::default();
        for Remembered { uid, nonce, said } in remembered {
            dedupe.remember(uid, nonce, said);
        }
        dedupe
    }

    fn number(&self, at: usize) -> u32 {
        self.first.wrapping_add(u32::try_from(at).unwrap_or(u32::MAX))
    }

    fn find(&self, uid: Uid, nonce: &Nonce) -> Option<usize> {
        let at = |number: u32| number.wrapping_sub(self.first) as usize;
        let is_it = |&number: &u32| {
            let message = &self.messages[at(number)];
            message.uid == uid && message.nonce == *nonce
        };
        self.index.find(self.hasher.hash_one((uid, nonce)), is_it).map(|&number| at(number))
    }

    /// Looks a nonce up.
    #[must_use]
    pub fn get(&self, uid: Uid, nonce: &Nonce) -> Option<&Said> {
        self.find(uid, nonce).map(|at| &self.messages[at].said)
    }

    /// Whether a nonce is remembered.
    #[must_use]
    pub fn remembers(&self, uid: Uid, nonce: &Nonce) -> bool {
        self.find(uid, nonce).is_some()
    }

    /// Remembers a message; returns the one that was forgotten for it.
    pub fn remember(&mut self, uid: Uid, nonce: Nonce, said: Said) -> Option<(Uid, Nonce, Said)> {
        if let Some(at) = self.find(uid, &nonce) {
            self.messages[at].said = said;
            return None;
        }
        // Before the new one is added, or the list would need memory for twice as many.
        let forgotten = if self.messages.len() < Self::KEPT { None } else { self.remove(0) };
        let (number, hash) = (self.number(self.messages.len()), self.hasher.hash_one((uid, &nonce)));
        self.messages.push_back(Remembered { uid, nonce, said });
        let Self { messages, first, index, hasher } = self;
        index.insert_unique(hash, number, |number| {
            let message = &messages[number.wrapping_sub(*first) as usize];
            hasher.hash_one((message.uid, &message.nonce))
        });
        forgotten.map(|Remembered { uid, nonce, said }| (uid, nonce, said))
    }

    /// Forgets a message whose commit failed.
    pub fn forget(&mut self, uid: Uid, nonce: &Nonce) {
        if let Some(at) = self.find(uid, nonce) {
            self.remove(at);
        }
    }

    fn remove(&mut self, at: usize) -> Option<Remembered> {
        let number = self.number(at);
        let removed = self.messages.remove(at)?;
        let hash = self.hasher.hash_one((removed.uid, &removed.nonce));
        if let Ok(entry) = self.index.find_entry(hash, |&other| other == number) {
            entry.remove();
        }
        if at == 0 {
            self.first = self.number(1);
            return Some(removed);
        }
        // Those behind it move up: few, since it is the newest that a failed commit undoes.
        for at in at..self.messages.len() {
            let (was, is) = (self.number(at + 1), self.number(at));
            let Remembered { uid, nonce, .. } = &self.messages[at];
            if let Some(number) =
                self.index.find_mut(self.hasher.hash_one((uid, nonce)), |&number| number == was)
            {
                *number = is;
            }
        }
        Some(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_found_whatever_was_forgotten_between() {
        // Numbers begin again at zero on the way.
        let mut dedupe = Dedupe { first: u32::MAX - 5000, ..Dedupe::default() };
        let mut kept: VecDeque<(Uid, Nonce)> = VecDeque::new();
        for n in 1..=3 * Dedupe::KEPT as u64 {
            let (uid, nonce) = (Uid::new(1 + n % 3).unwrap(), Nonce::parse(&format!("n{}", n / 3)).unwrap());
            let said = Said { seq: Seq::new(n).unwrap(), known: Some(Known::Digest(n)) };
            let oldest = if kept.len() == Dedupe::KEPT { kept.pop_front() } else { None };
            kept.push_back((uid, nonce.clone()));
            let forgotten = dedupe.remember(uid, nonce, said);
            assert_eq!(forgotten.map(|(uid, nonce, _)| (uid, nonce)), oldest);
            if n % 100 == 0 {
                // One of the newest ten, or, seldom, any.
                let at =
                    if n % 5000 == 0 { kept.len() / 2 } else { kept.len() - 1 - (n / 100 % 10) as usize };
                let (uid, nonce) = kept.remove(at).unwrap();
                dedupe.forget(uid, &nonce);
                assert!(!dedupe.remembers(uid, &nonce));
            }
        }
        assert_eq!(dedupe.index.len(), kept.len());
        for ((uid, nonce), remembered) in kept.iter().zip(dedupe.to_vec()) {
            assert_eq!((*uid, nonce), (remembered.uid, &remembered.nonce));
            assert_eq!(dedupe.get(*uid, nonce), Some(&remembered.said));
        }
    }

    #[test]
    fn a_message_that_is_remembered_again_is_there_once() {
        let mut dedupe = Dedupe::default();
        let (uid, nonce) = (Uid::new(1).unwrap(), Nonce::parse("n1").unwrap());
        for seq in [1, 2] {
            let said = Said { seq: Seq::new(seq).unwrap(), known: None };
            assert_eq!(dedupe.remember(uid, nonce.clone(), said), None);
        }
        assert_eq!(dedupe.get(uid, &nonce).map(|said| said.seq), Seq::new(2));
        assert_eq!(dedupe.to_vec().len(), 1);
    }

    #[test]
    fn of_a_message_that_was_changed_the_room_and_the_kind_are_still_known() {
        let [lobby, den] = ["lobby", "den"].map(|room| room.parse::<RoomName>().unwrap());
        let [hi, other] = ["hi", "other"].map(|text| Kind::Message(text.parse().unwrap()));
        let event = Event::new(
            lobby.clone(),
            (Seq::ZERO, Seq::new(5).unwrap()),
            0,
            shared::Sender::operator(),
            hi.clone(),
        );
        let [of, another] = [1, 2].map(|seq| Seq::new(seq).unwrap());
        let delete = |of| Kind::Delete(event::Delete { of, reason: Line::default() });
        let edit =
            |of, text: Option<&str>| Kind::Edit(Edit { of, text: text.map(|text| text.parse().unwrap()) });
        let as_said = Said::of(&event);
        assert!(as_said.is(&lobby, &hi, None, None) && !as_said.is(&lobby, &other, None, None));
        let edited = Said::of(&Event { edited: Some(1), ..event.clone() });
        let deleted = Said::of(&Event { kind: Kind::Deleted(None), ..event.clone() });
        for gone in [edited, deleted] {
            assert!(gone.is(&lobby, &hi, None, None) && gone.is(&lobby, &other, Some(of), None));
            assert!(!gone.is(&den, &hi, None, None), "in another room");
            assert!(
                !gone.is(&lobby, &delete(of), None, None)
                    && !gone.is(&lobby, &edit(of, Some("hi")), None, None)
            );
        }
        let edit_of_deleted = Said::of(&Event { kind: edit(of, None), ..event });
        assert!(edit_of_deleted.is(&lobby, &edit(of, Some("hi")), None, None));
        assert!(!edit_of_deleted.is(&lobby, &edit(another, Some("hi")), None, None));
        assert!(
            !edit_of_deleted.is(&lobby, &delete(of), None, None)
                && !edit_of_deleted.is(&lobby, &hi, None, None)
        );
        let written = serde_json::to_string(&edit_of_deleted).unwrap();
        assert_eq!(serde_json::from_str::<Said>(&written).unwrap(), edit_of_deleted);
        let old = serde_json::from_str::<Said>(r#"{"seq":5}"#).unwrap();
        assert!(old.is(&den, &hi, None, None), "written by an older server");
    }
}
