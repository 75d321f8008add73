//! A line from the server, as far as a soak looks at it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::Deserialize;

/// Any line. What a line does not have is empty.
#[derive(Deserialize)]
pub(crate) struct Received {
    #[serde(rename = "type")]
    pub(crate) what: String,
    pub(crate) id: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) retry_ms: Option<u64>,
    pub(crate) after_ms: Option<u64>,
    pub(crate) after: Option<u64>,
    pub(crate) before: Option<u64>,
    pub(crate) secret: Option<String>,
    pub(crate) state: Option<RoomState>,
    /// Of a `welcome` a list, of a `resumed` an object.
    rooms: Option<serde_json::Value>,
    pub(crate) events: Option<Vec<Happened>>,
    pub(crate) more: Option<bool>,
    pub(crate) room: Option<String>,
    pub(crate) seq: Option<u64>,
    prev: Option<u64>,
    kind: Option<String>,
    from: Option<Sender>,
    nonce: Option<String>,
}

/// An event.
#[derive(Deserialize)]
pub(crate) struct Happened {
    pub(crate) room: String,
    pub(crate) seq: u64,
    pub(crate) prev: u64,
    kind: String,
    from: Sender,
    nonce: Option<String>,
}

#[derive(Deserialize)]
struct Sender {
    uid: u64,
}

/// A room as a `welcome` or the answer to a `join` has it.
#[derive(Deserialize)]
pub(crate) struct RoomState {
    pub(crate) name: String,
    pub(crate) head: u64,
}

impl Received {
    /// Reads a line.
    pub(crate) fn parse(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }

    /// The rooms of a `welcome`, with their heads.
    pub(crate) fn heads(&mut self) -> BTreeMap<String, u64> {
        let states: Vec<RoomState> =
            self.rooms.take().and_then(|rooms| serde_json::from_value(rooms).ok()).unwrap_or_default();
        states.into_iter().map(|state| (state.name, state.head)).collect()
    }

    /// The event it is.
    pub(crate) fn into_event(self) -> Option<Happened> {
        let Self { room, seq, prev, kind, from, nonce, .. } = self;
        Some(Happened { room: room?, seq: seq?, prev: prev?, kind: kind?, from: from?, nonce })
    }
}

impl Happened {
    /// The number of the message, if it is one of the soak's.
    pub(crate) fn message(&self) -> Option<usize> {
        self.nonce.as_ref()?.strip_prefix('n')?.parse().ok()
    }

    /// What tells one event from another.
    pub(crate) fn mark(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.prev, &self.kind, self.from.uid, &self.nonce).hash(&mut hasher);
        hasher.finish()
    }
}
