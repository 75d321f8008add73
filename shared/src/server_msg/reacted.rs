//! Reactions in a room that follow one another, coalesced into one line: for clients that ask for that in their `hello`. To
//! everybody else each of them is an event. A line takes the place of all events after `prev` up to `seq`.

use serde::ser::SerializeTuple as _;
use serde::{Deserialize, Serialize, Serializer};

use crate::event::{Event, Kind, React, Sender};
use crate::id::{Millis, Seq, Uid};
use crate::name::Name;
use crate::reaction::Reaction;
use crate::room_name::RoomName;
use crate::server_number;
use crate::style::{CompactStyle, Style};

/// Consecutive reactions in one room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reacted {
    /// Where.
    pub room: RoomName,
    /// The seq of the last of the events.
    pub seq: Seq,
    /// The seq of the event before the first of them.
    pub prev: Seq,
    /// When the last of them happened; the others were at most a second before.
    #[serde(deserialize_with = "server_number::whole")]
    pub at: Millis,
    /// Who reacts otherwise than before, in the order of the events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reacts>,
}

/// A reaction, or one taken back: `[814,9,"bold-fox",[9,true],811,"\u{1f44d}"]`, with `true` at the end where it is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reacts {
    /// The seq of the event.
    pub seq: Seq,
    /// Who.
    pub uid: Uid,
    /// Their name.
    pub name: Name,
    /// Their style.
    pub style: Style,
    /// To which message.
    pub of: Seq,
    /// The reaction.
    pub with: Reaction,
    /// Whether it is taken back.
    #[serde(default)]
    pub off: bool,
}

impl Reacted {
    /// The events it tells of, in their order. Where the last of them is not told, an event of an unknown kind keeps its place.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        let told = self.reactions.iter().filter(|reacts| reacts.seq > self.prev).map(|reacts| {
            let Reacts { seq, uid, name, style, of, with, off } = reacts;
            let from = Sender { uid: *uid, name: name.clone(), style: *style };
            (*seq, from, Kind::React(React { of: *of, with: with.clone(), off: *off }))
        });
        Event::in_run(&self.room, (self.prev, self.seq), self.at, told.collect())
    }
}

impl Serialize for Reacts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut values = serializer.serialize_tuple(6 + usize::from(self.off))?;
        values.serialize_element(&self.seq)?;
        values.serialize_element(&self.uid)?;
        values.serialize_element(&self.name)?;
        values.serialize_element(&CompactStyle(&self.style))?;
        values.serialize_element(&self.of)?;
        values.serialize_element(&self.with)?;
        if self.off {
            values.serialize_element(&self.off)?;
        }
        values.end()
    }
}
