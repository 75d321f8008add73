//! Idempotency keys: the latest messages by sender and nonce, so that a message that a client sends again is not
//! published twice. The oldest of more than [`Dedupe::KEPT`] is forgotten; for those the store is asked, unless a nonce is
//! new for certain (see [`forgotten_nonces`](super::forgotten_nonces)).

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use shared::{Kind, Nonce, RoomName, Seq, Uid};

/// A message that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The seq of its event.
    pub seq: Seq,
    digest: u64,
}

impl Said {
    /// A message with this seq.
    #[must_use]
    pub fn new(seq: Seq, room: &RoomName, kind: &Kind) -> Self {
        Self { seq, digest: digest(room, kind) }
    }

    /// Whether it is the same message.
    #[must_use]
    pub fn is(&self, room: &RoomName, kind: &Kind) -> bool {
        self.digest == digest(room, kind)
    }
}

/// Identifies room, kind and text, which must be the same when a nonce is used again. It is part of snapshots and
/// proposals, so it must be the same on every machine and in every version: the first eight bytes of a SHA-256.
fn digest(room: &RoomName, kind: &Kind) -> u64 {
    let (tag, text) = match kind {
        Kind::Message(text) => (0_u8, text.as_str()),
        Kind::Action(text) => (1, text.as_str()),
        Kind::Join
        | Kind::Leave(_)
        | Kind::Rename(_)
        | Kind::Topic(_)
        | Kind::Kick(_)
        | Kind::Ban(_)
        | Kind::Mute(_)
        | Kind::Announce(_)
        | Kind::Role(..)
        | Kind::Unknown => (2, ""),
    };
    let digest =
        Sha256::new().chain_update(room.as_str()).chain_update([0, tag]).chain_update(text).finalize();
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

/// The latest messages of everyone.
#[derive(Debug, Default)]
pub struct Dedupe {
    said: HashMap<(Uid, Nonce), Said>,
    order: VecDeque<(Uid, Nonce)>,
}

impl Dedupe {
    /// The most messages remembered: enough that a client that reconnects and resends usually needs no read of the store.
    pub const KEPT: usize = 8192;

    /// Everything, the oldest first.
    pub(super) fn to_vec(&self) -> Vec<Remembered> {
        let remembered = |(uid, nonce): &(Uid, Nonce)| {
            let said = self.get(*uid, nonce)?.clone();
            Some(Remembered { uid: *uid, nonce: nonce.clone(), said })
        };
        self.order.iter().filter_map(remembered).collect()
    }

    /// From a list, the oldest first.
    pub(super) fn from_vec(remembered: Vec<Remembered>) -> Self {
        let mut dedupe = Self::default();
        for Remembered { uid, nonce, said } in remembered {
            dedupe.remember(uid, nonce, said);
        }
        dedupe
    }

    /// Looks a nonce up.
    #[must_use]
    pub fn get(&self, uid: Uid, nonce: &Nonce) -> Option<&Said> {
        self.said.get(&(uid, nonce.clone()))
    }

    /// Whether a nonce is remembered.
    #[must_use]
    pub fn remembers(&self, uid: Uid, nonce: &Nonce) -> bool {
        self.get(uid, nonce).is_some()
    }

    /// Remembers a message; returns the one that was forgotten for it.
    pub fn remember(&mut self, uid: Uid, nonce: Nonce, said: Said) -> Option<(Uid, Nonce, Said)> {
        self.said.insert((uid, nonce.clone()), said);
        self.order.push_back((uid, nonce));
        if self.order.len() <= Self::KEPT {
            return None;
        }
        let oldest = self.order.pop_front()?;
        let said = self.said.remove(&oldest)?;
        Some((oldest.0, oldest.1, said))
    }

    /// Forgets a message whose commit failed.
    pub fn forget(&mut self, uid: Uid, nonce: &Nonce) {
        let key = (uid, nonce.clone());
        if self.said.remove(&key).is_some() {
            self.order.retain(|kept| *kept != key);
        }
    }
}
