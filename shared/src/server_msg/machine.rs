//! The machines of one person: the list, the code for another one, and how far the person has read.

use serde::{Deserialize, Serialize};

use crate::id::{Millis, Seq};
use crate::link_code::LinkCode;
use crate::room_name::RoomName;
use crate::server_number;
use crate::text::Line;

/// One of several machines by which somebody is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Its number, for `unlink`.
    pub number: u32,
    /// What it is called; may be empty.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub name: Line,
    /// When it was linked, in milliseconds since 1970; of the first machine, when the second was.
    #[serde(deserialize_with = "server_number::whole")]
    pub since: Millis,
    /// When it connected last, as far as the server knows.
    #[serde(default, deserialize_with = "server_number::optional", skip_serializing_if = "Option::is_none")]
    pub connected: Option<Millis>,
    /// Whether it is connected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub here: bool,
    /// Whether it is the one that is told this.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
}

/// The machines there are now: told to each of them when one was linked or taken out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machines {
    /// All of them, in the order they were linked.
    pub machines: Vec<Machine>,
}

/// The code for another machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkOffer {
    /// The code; it works once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<LinkCode>,
    /// For how many milliseconds from now.
    #[serde(deserialize_with = "server_number::whole")]
    pub valid_ms: u64,
}

/// How far another machine or window of the same person has read a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadTo {
    /// The room.
    pub room: RoomName,
    /// The newest event that was read.
    pub seq: Seq,
}
