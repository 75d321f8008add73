//! The rooms one is in, with who is in them.

use std::collections::BTreeMap;

use shared::server_msg::RoomState;
use shared::{Line, Millis, RoomName, RoomSettings, Seq, Uid};

use crate::irc::names;

/// Who is in a room.
#[derive(Clone, Debug)]
pub(crate) enum Members {
    /// In the lobby is everybody, so it stands with what is known of each person: see `Person::in_lobby`.
    Lobby,
    /// In any other room these, each with the event they came with.
    These(BTreeMap<Uid, Seq>),
}

impl Default for Members {
    fn default() -> Self {
        Self::These(BTreeMap::new())
    }
}

/// A room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    /// What it is about.
    pub(crate) topic: Line,
    /// Who said so (a mask) and when, where that was heard.
    pub(crate) topic_by: Option<(String, Millis)>,
    /// Who is in it.
    pub(crate) members: Members,
    /// How it is set up.
    pub(crate) settings: RoomSettings,
    /// Up to here the members and the topic are what the room state said.
    pub(crate) head: Seq,
    /// The last event that was seen.
    pub(crate) seen: Seq,
    /// How far it was read on any machine, where that is known.
    pub(crate) read: Option<Seq>,
    /// Whether the client is told that it is in it: in the lobby only after its own `JOIN`.
    pub(crate) shown: bool,
    /// That what was missed is being paged, and the newest event that came meanwhile: it is shown when its page comes.
    pub(crate) missed_up_to: Option<Seq>,
}

impl Room {
    /// As the server tells it.
    pub(crate) fn from_state(state: &RoomState, members: Members, seen: Seq) -> Self {
        Self {
            topic: state.topic.clone(),
            members,
            settings: state.settings.clone(),
            read: state.read,
            head: state.head,
            seen,
            ..Self::default()
        }
    }
}

/// The rooms, by name; direct ones among them.
pub(crate) type Rooms = BTreeMap<RoomName, Room>;

/// A room's name on IRC. A direct room has none: what is said in it is for a person.
pub(crate) fn channel(room: &RoomName) -> String {
    names::channel(room).unwrap_or_else(|| room.to_string())
}

pub(crate) use names::room as room_of;
