//! The fields of the requests about a room: entering and leaving it, what it is about, how it is set up, and what its owner does
//! to those in it.

use serde::{Deserialize, Serialize};

use super::given::given;
use crate::id::{Seq, Uid};
use crate::room_name::RoomName;
use crate::text::Line;
use crate::word::Word;

/// Enter a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Join {
    /// The room.
    pub room: RoomName,
    /// Its word, where it is private. With one, no room is made.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub word: Option<Word>,
}

/// A request about a room: `part`, `typing`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomOnly {
    /// The room.
    pub room: RoomName,
}

/// What a room is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    /// The room.
    pub room: RoomName,
    /// The topic; empty clears it.
    pub topic: Line,
}

/// How a room is set up from now on; what is left out stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetRoom {
    /// The room.
    pub room: RoomName,
    /// Whether only those enter who were invited or know its word. Its word goes, unless one is given.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// The word that lets people in; makes it private.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub word: Option<Word>,
    /// Whether only its owner and moderators speak.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// The message to pin; 0 for none.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub pin: Option<Seq>,
    /// What newcomers are told; empty for nothing.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub notice: Option<Line>,
    /// Whose it is.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub owner: Option<Uid>,
    /// Whom to invite.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub invite: Option<Uid>,
}

impl SetRoom {
    /// A request that changes nothing of a room yet.
    #[must_use]
    pub fn new(room: RoomName) -> Self {
        let (private, word, read_only, pin) = (None, None, None, None);
        Self { room, private, word, read_only, pin, notice: None, owner: None, invite: None }
    }
}

/// Remove somebody from a room, not from the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomKick {
    /// The room.
    pub room: RoomName,
    /// Whom.
    pub uid: Uid,
    /// Why.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
}

/// Take somebody's voice in a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomMute {
    /// The room.
    pub room: RoomName,
    /// Whose.
    pub uid: Uid,
    /// Why.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
    /// For how many seconds; without it, for good.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub for_s: Option<u64>,
}

/// A request about a person in a room: `room_unmute`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomUid {
    /// The room.
    pub room: RoomName,
    /// Whom.
    pub uid: Uid,
}
