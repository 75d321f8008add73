//! The rooms one is in, with who is in them.

use std::collections::BTreeMap;

use shared::server_msg::RoomState;
use shared::{Line, Millis, RoomName, RoomSettings, Seq, Uid};

/// A room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    /// What it is about.
    pub(crate) topic: Line,
    /// Who said so (a mask) and when, where that was heard.
    pub(crate) topic_by: Option<(String, Millis)>,
    /// Who is in it, and the event they came with.
    pub(crate) members: BTreeMap<Uid, Seq>,
    /// How it is set up.
    pub(crate) settings: RoomSettings,
    /// Up to here the members and the topic are what the room state said.
    pub(crate) head: Seq,
    /// The last event that was seen.
    pub(crate) seen: Seq,
    /// Whether the client is told that it is in it: in the lobby only after its own `JOIN`.
    pub(crate) shown: bool,
    /// That what was missed is being paged, and the newest event that came meanwhile: it is shown when its page comes.
    pub(crate) missed_up_to: Option<Seq>,
}

impl Room {
    /// As the server tells it.
    pub(crate) fn from_state(state: &RoomState, seen: Seq) -> Self {
        Self {
            topic: state.topic.clone(),
            members: state.members.iter().map(|member| (member.uid, state.head)).collect(),
            settings: state.settings.clone(),
            head: state.head,
            seen,
            ..Self::default()
        }
    }
}

/// The rooms, by name; direct ones among them.
pub(crate) type Rooms = BTreeMap<RoomName, Room>;

/// A room's name on IRC: a direct room has none.
pub(crate) fn channel(room: &RoomName) -> String {
    format!("#{room}")
}

/// The room that a channel's name means, where one can be called so.
pub(crate) fn room_of(channel: &str) -> Option<RoomName> {
    channel.strip_prefix('#').and_then(|name| RoomName::parse(name).ok()).filter(|name| name.pair().is_none())
}
