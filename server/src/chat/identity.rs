//! A person, as the chat and the store have them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use shared::server_msg::{Absence, Member, You};
use shared::{Millis, Name, Role, RoomName, SecretHash, Sender, Seq, Style, Uid};

use super::conn_id::ConnId;
use super::forgotten_nonces::ForgottenNonces;
use super::linked::Linked;
use super::presence::{Presence, Seen};
use super::sorted::{SortedMap, SortedSet};

/// A person, present or not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// Their number; never reused.
    pub uid: Uid,
    /// The hash of the secret that authenticates them.
    pub secret: SecretHash,
    /// Their name.
    pub name: Name,
    /// Their colour.
    pub style: Style,
    /// Their role.
    pub role: Role,
    /// Whether they are connected, and by what; or away, or gone.
    pub presence: Presence,
    /// The rooms they are in, or will be in when they come back.
    pub rooms: SortedSet<RoomName>,
    /// The event by which they came into a room, where there may be something before it that newcomers may not read.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub since: SortedMap<RoomName, Seq>,
    /// When they left, if they are gone and it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Millis>,
    /// Whether they ever sent a message; their name stays reserved if so.
    pub spoke: bool,
    /// Which of their nonces may be only in the store.
    #[serde(default = "ForgottenNonces::unread")]
    pub forgotten: ForgottenNonces,
    /// Whether a rollback may have left the stored row behind this one.
    pub unsaved: bool,
    /// Their machines, where they linked several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked: Option<Box<Linked>>,
    /// That they are away, as they said; until they leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<Box<Absence>>,
    /// Where they connected from last. Not stored: lost on restart.
    #[serde(skip)]
    pub seen: Option<Arc<Seen>>,
}

impl Identity {
    /// As the sender of an event.
    #[must_use]
    pub fn to_sender(&self) -> Sender {
        Sender { uid: self.uid, name: self.name.clone(), style: self.style }
    }

    /// As an entry of a member list.
    #[must_use]
    pub fn to_member(&self) -> Member {
        let away = self.presence.connections().is_empty();
        Member { uid: self.uid, name: self.name.clone(), style: self.style, role: self.role, away }
    }

    /// As their own welcome has them.
    #[must_use]
    pub fn to_you(&self) -> You {
        You { uid: self.uid, name: self.name.clone(), style: self.style, role: self.role }
    }

    /// The hashes of the secrets that authenticate them.
    pub(super) fn secrets(&self) -> impl Iterator<Item = SecretHash> {
        let machines = self.linked.iter().flat_map(|linked| &linked.machines);
        machines.map(|machine| machine.secret).chain([self.secret])
    }

    /// The secrets of machines of theirs that were taken out.
    pub(super) fn taken_out(&self) -> impl Iterator<Item = SecretHash> {
        self.linked.iter().flat_map(|linked| linked.taken_out())
    }

    /// The machine that a secret of theirs is for; zero if none are linked.
    pub(super) fn machine_with(&self, secret: SecretHash) -> u32 {
        self.linked.as_ref().and_then(|linked| linked.by_secret(secret)).unwrap_or(0)
    }

    /// Whether they count as a user: connected or away.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.presence != Presence::Gone
    }

    /// Their connections, in the order they came.
    pub fn conns(&self) -> impl Iterator<Item = ConnId> {
        self.presence.connections().iter().map(|connection| connection.conn)
    }

    /// Where one of their connections comes from, or where they came from last.
    pub(super) fn seen_on(&self, conn: ConnId) -> Option<&Seen> {
        let on = self.presence.connections().iter().find(|connection| connection.conn == conn);
        on.map(|connection| &connection.seen).or(self.seen.as_deref())
    }

    /// Whether somebody must be kept though they never spoke: for their role, their machines, or because of a direct room.
    pub(super) fn must_be_kept(&self) -> bool {
        self.role > Role::Member
            || self.linked.is_some()
            || self.rooms.iter().any(|room| room.pair().is_some())
    }

    /// Whether nobody else may have their name.
    pub(super) fn keeps_name(&self) -> bool {
        self.spoke || self.is_present() || self.role > Role::Member
    }
}
