//! Joins and leaves of a room that follow one another, coalesced into one line: for clients that ask for that in their
//! `hello`. To everybody else each of them is an event. A line takes the place of all events after `prev` up to `seq`.

use serde::ser::SerializeTuple as _;
use serde::{Deserialize, Serialize, Serializer};

use crate::event::{Event, Kind, Leave, Sender};
use crate::id::{Millis, Seq, Uid};
use crate::name::Name;
use crate::room_name::RoomName;
use crate::server_number;
use crate::style::{CompactStyle, Style};

/// Consecutive joins and leaves of one room. Who is in two of the lists left and came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Where.
    pub room: RoomName,
    /// The seq of the last of the events.
    pub seq: Seq,
    /// The seq of the event before the first of them.
    pub prev: Seq,
    /// When the last of them happened; the others were at most a second before.
    #[serde(deserialize_with = "server_number::whole")]
    pub at: Millis,
    /// Who came and is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub came: Vec<Came>,
    /// Who was there and left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Left>,
    /// Who came and left again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<Uid>,
}

/// A join: `[813,17,"calm-otter",[6]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Came {
    /// The seq of the event.
    pub seq: Seq,
    /// Who.
    pub uid: Uid,
    /// Their name.
    pub name: Name,
    /// Their style.
    pub style: Style,
}

/// A leave: `[814,"quit",9,"bold-fox",[9,true]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Left {
    /// The seq of the event.
    pub seq: Seq,
    /// How they went.
    pub how: Leave,
    /// Who.
    pub uid: Uid,
    /// Their name.
    pub name: Name,
    /// Their style.
    pub style: Style,
}

impl Membership {
    /// The events it tells of, in their order. Where those who came and left again were the last, an event of an unknown kind
    /// keeps their place.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        let came = self.came.iter().map(|Came { seq, uid, name, style }| {
            (*seq, Sender { uid: *uid, name: name.clone(), style: *style }, Kind::Join)
        });
        let left = self.left.iter().map(|Left { seq, how, uid, name, style }| {
            (*seq, Sender { uid: *uid, name: name.clone(), style: *style }, Kind::Leave(*how))
        });
        let mut told: Vec<_> = came.chain(left).filter(|(seq, ..)| *seq > self.prev).collect();
        told.sort_by_key(|(seq, ..)| *seq);
        Event::in_run(&self.room, (self.prev, self.seq), self.at, told)
    }
}

impl Serialize for Came {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut values = serializer.serialize_tuple(4)?;
        values.serialize_element(&self.seq)?;
        values.serialize_element(&self.uid)?;
        values.serialize_element(&self.name)?;
        values.serialize_element(&CompactStyle(&self.style))?;
        values.end()
    }
}

impl Serialize for Left {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut values = serializer.serialize_tuple(5)?;
        values.serialize_element(&self.seq)?;
        values.serialize_element(&self.how)?;
        values.serialize_element(&self.uid)?;
        values.serialize_element(&self.name)?;
        values.serialize_element(&CompactStyle(&self.style))?;
        values.end()
    }
}
