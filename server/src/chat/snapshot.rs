//! A snapshot of the whole state at one place in the order: with idempotency keys, token buckets, deferred requests,
//! deadlines, a shutdown countdown and the rules. A chat set up from it applies the following proposals exactly as the
//! original does. The same state has the same bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use shared::server_msg::Sanction;
use shared::{Millis, RoomName, Seq};

use super::creation_limit::CreationCounters;
use super::dedupe::{Dedupe, Remembered};
use super::level::LEVEL;
use super::linked::Offer;
use super::nodes::Nodes;
use super::nonce_queue::NonceQueue;
use super::place::Place;
use super::proposal::SecretHash;
use super::room::Room;
use super::room_settings::SettingsIndex;
use super::roster::Roster;
use super::roster::snapshot::RosterSnapshot;
use super::rules::Rules;
use super::sanction::Sanctions;
use super::{Chat, Stopping};

/// The state of a chat.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// The level of the chat: what an older version could not read is in none before all nodes know it.
    v: u32,
    /// The place of the last proposal that is in it.
    pub applied: Place,
    now: Millis,
    rules: Rules,
    roster: RosterSnapshot,
    rooms: BTreeMap<RoomName, Room>,
    sanctions: Vec<Sanction>,
    remembered: Vec<Remembered>,
    deferred: NonceQueue,
    creation: CreationCounters,
    last_seq: Seq,
    stopping: Option<Stopping>,
    /// Codes for other machines.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    offers: BTreeMap<SecretHash, Offer>,
    /// The servers of the cluster.
    #[serde(default, skip_serializing_if = "Nodes::is_default")]
    nodes: Nodes,
}

/// Why a snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// A newer server wrote it.
    #[error("a snapshot has version {0}, this server knows up to {LEVEL}; upgrade this server")]
    Version(u32),
    /// It is damaged.
    #[error("a snapshot cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
}

impl Snapshot {
    /// The snapshot as JSON.
    ///
    /// # Errors
    /// Never in practice: all its maps have strings for keys.
    pub fn encode(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// When it was written by a newer server, or is damaged.
    pub fn decode(text: &str) -> Result<Self, SnapshotError> {
        #[derive(Deserialize)]
        struct Version {
            v: u32,
        }
        match serde_json::from_str(text)? {
            Version { v } if v > LEVEL => Err(SnapshotError::Version(v)),
            Version { .. } => Ok(serde_json::from_str(text)?),
        }
    }
}

impl Snapshot {
    /// The time of the last proposal that is in it.
    #[must_use]
    pub fn at(&self) -> Millis {
        self.now
    }
}

impl Chat {
    /// An order begins, at this place, with this chat as it is.
    pub fn begin_order(&mut self, at: Place) {
        self.applied = at;
        self.nodes.begin();
    }

    /// The whole state, between two proposals.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            v: self.level(),
            applied: self.applied,
            now: self.now,
            rules: self.rules.clone(),
            roster: self.roster.snapshot(),
            rooms: self.rooms.iter().map(|(name, room)| (name.clone(), room.clone())).collect(),
            sanctions: self.sanctions.to_vec(),
            remembered: self.dedupe.to_vec(),
            deferred: self.deferred.clone(),
            creation: self.creation.clone(),
            last_seq: self.last_seq,
            stopping: self.stopping.clone(),
            offers: self.offers.clone(),
            nodes: self.nodes.clone(),
        }
    }

    /// A chat with the state of a snapshot.
    #[must_use]
    pub fn from_snapshot(snapshot: Snapshot) -> Self {
        let mut chat = Self {
            rules: snapshot.rules,
            roster: Roster::from_snapshot(snapshot.roster),
            rooms: snapshot.rooms.into_iter().collect(),
            settings_index: SettingsIndex::default(),
            sanctions: Sanctions::new(snapshot.sanctions),
            dedupe: Dedupe::from_vec(snapshot.remembered),
            deferred: snapshot.deferred,
            creation: snapshot.creation,
            last_seq: snapshot.last_seq,
            stopping: snapshot.stopping,
            offers: snapshot.offers,
            nodes: snapshot.nodes,
            applied: snapshot.applied,
            now: snapshot.now,
            effects: Vec::new(),
        };
        chat.index_settings();
        chat
    }
}
