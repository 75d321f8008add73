//! What happens in a room: the one message that is numbered (`seq`), stored and delivered to everyone in it.
//!
//! On the wire an event is flat (`kind` beside `room` and `seq`). It is read through `Flat` and written field by field, because
//! serde's own flattening buffers every field, and this is the message of the hot path.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::code::{Code, Invalid};
use crate::file::Attachment;
use crate::id::{Millis, Nonce, Seq};
use crate::name::Name;
use crate::reaction::{Reaction, Reactions};
use crate::role::Role;
use crate::room_name::RoomName;
use crate::room_settings::RoomChange;
pub use crate::sender::Sender;
use crate::server_number;
use crate::text::{Line, Text};

/// One numbered thing that happened in a room.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Flat")]
pub struct Event {
    /// Where.
    pub room: RoomName,
    /// Its place in the server's order.
    pub seq: Seq,
    /// The seq of the event before it in this room; zero for the first.
    pub prev: Seq,
    /// When, by the server's clock.
    pub at: Millis,
    /// Who did it.
    pub from: Sender,
    /// The idempotency key its sender gave it; messages and actions, edits and deletions have one.
    pub nonce: Option<Nonce>,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// The file it brings.
    pub file: Option<Box<Attachment>>,
    /// When its text was changed last; the text is the new one.
    pub edited: Option<Millis>,
    /// The reactions to it, where it comes from a page.
    pub reactions: Reactions,
    /// What.
    pub kind: Kind,
}

impl Event {
    /// An event that nobody marked with a nonce, and that has nothing but its kind; `prev` and `seq` say its place.
    #[must_use]
    pub fn new(room: RoomName, (prev, seq): (Seq, Seq), at: Millis, from: Sender, kind: Kind) -> Self {
        let (nonce, reply_to, file, edited, reactions) = (None, None, None, None, Reactions::default());
        Self { room, seq, prev, at, from, nonce, reply_to, file, edited, reactions, kind }
    }

    /// The events of a line that stands for all after `prev` up to `seq`, as far as it tells of them, in their order. Where the last
    /// is not among them, an event of an unknown kind keeps its place.
    pub(crate) fn in_run(
        room: &RoomName,
        (mut prev, seq): (Seq, Seq),
        at: Millis,
        mut told: Vec<(Seq, Sender, Kind)>,
    ) -> Vec<Self> {
        if told.last().is_none_or(|(last, ..)| *last < seq) {
            told.push((seq, Sender::operator(), Kind::Unknown));
        }
        let event = |(seq, from, kind)| {
            let prev = std::mem::replace(&mut prev, seq);
            Self::new(room.clone(), (prev, seq), at, from, kind)
        };
        told.into_iter().map(event).collect()
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody said something.
    Message(Text),
    /// Somebody did something: `/me`.
    Action(Text),
    /// Somebody came in.
    Join,
    /// Somebody went.
    Leave(Leave),
    /// Somebody is called otherwise from now on; `from` has the name before.
    Rename(Name),
    /// The room is about something else; empty clears the topic.
    Topic(Line),
    /// Somebody was removed.
    Kick(Act),
    /// Somebody may not come back until `until`, or at all.
    Ban(Act),
    /// Somebody may not speak until `until`, or at all; an `until` that has passed lifts it.
    Mute(Act),
    /// An announcement by an admin or, with uid 0, by the server.
    Announce(Announcement),
    /// Somebody has another role.
    Role(Sender, Role),
    /// Somebody changed what they had said.
    Edit(Edit),
    /// Somebody deleted what they had said, or a moderator what somebody else had.
    Delete(Delete),
    /// A message that was deleted, in its place; by whom, if that is known.
    Deleted(Option<Box<Sender>>),
    /// Somebody reacts to a message, or takes a reaction back.
    React(React),
    /// The room is set up otherwise, or somebody was invited to it.
    SetRoom(Box<RoomChange>),
    /// A kind of a newer protocol: keep its place, show nothing.
    Unknown,
}

/// How somebody went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leave {
    /// Left the server on purpose.
    Quit,
    /// Left this room, not the server.
    Part,
    /// The connection was lost, and did not come back in time.
    Lost,
    /// A reason of a newer protocol.
    #[serde(other)]
    Unknown,
}

/// What everyone is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// In words; in English where the server itself put it into words.
    pub text: Text,
    /// The countdown it is about, where it is about one.
    pub countdown: Option<Countdown>,
}

impl From<Text> for Announcement {
    fn from(text: Text) -> Self {
        Self { text, countdown: None }
    }
}

/// The server stops, or does not after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countdown {
    /// In how many milliseconds: in an event counted from its `at`, in a welcome from when it arrives. Without it, the
    /// countdown is called off.
    #[serde(default, deserialize_with = "server_number::optional", skip_serializing_if = "Option::is_none")]
    pub in_ms: Option<u64>,
    /// Whether the server will be back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restart: bool,
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
    /// In a welcome, who began it; in an event `from` says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Name>,
}

/// An act of moderation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Whom it was done to.
    pub target: Sender,
    /// Why; may be empty.
    pub reason: Line,
    /// Until when; `None` for good.
    pub until: Option<Millis>,
    /// Whether it concerns only the room that the event is in, not the server.
    pub room_only: bool,
}

/// A message has another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which message.
    pub of: Seq,
    /// The new text; nothing where the message is deleted by now.
    pub text: Option<Text>,
}

/// A message is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// Which message.
    pub of: Seq,
    /// Why; may be empty.
    pub reason: Line,
}

/// A reaction to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct React {
    /// Which message.
    pub of: Seq,
    /// The reaction.
    pub with: Reaction,
    /// Whether it is taken back.
    pub off: bool,
}

impl Kind {
    /// The message that it changes.
    #[must_use]
    pub fn of(&self) -> Option<Seq> {
        if let Self::Edit(Edit { of, .. }) | Self::Delete(Delete { of, .. }) | Self::React(React { of, .. }) =
            self
        {
            return Some(*of);
        }
        None
    }

    /// What somebody said in it, did or announced; `None` for everything else that happens.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        match self {
            Self::Message(text) | Self::Action(text) => Some(text),
            Self::Announce(announcement) => Some(&announcement.text),
            Self::Join
            | Self::Leave(_)
            | Self::Rename(_)
            | Self::Topic(_)
            | Self::Kick(_)
            | Self::Ban(_)
            | Self::Mute(_)
            | Self::Role(..)
            | Self::Edit(_)
            | Self::Delete(_)
            | Self::Deleted(_)
            | Self::React(_)
            | Self::SetRoom(_)
            | Self::Unknown => None,
        }
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tag {
    Message,
    Action,
    Join,
    Leave,
    Rename,
    Topic,
    Kick,
    Ban,
    Mute,
    Announce,
    Role,
    Edit,
    Delete,
    Deleted,
    React,
    SetRoom,
    #[serde(other)]
    Unknown,
}

/// The wire form of an event, to be read. Fields are in the order they are written in.
#[derive(Deserialize)]
struct Flat {
    room: RoomName,
    seq: Seq,
    prev: Seq,
    #[serde(deserialize_with = "server_number::whole")]
    at: Millis,
    from: Sender,
    kind: Tag,
    text: Option<Text>,
    nonce: Option<Nonce>,
    reply_to: Option<Seq>,
    file: Option<Box<Attachment>>,
    #[serde(default, deserialize_with = "server_number::optional")]
    edited: Option<Millis>,
    #[serde(default)]
    reactions: Reactions,
    how: Option<Leave>,
    name: Option<Name>,
    topic: Option<Line>,
    target: Option<Sender>,
    reason: Option<Line>,
    #[serde(default, deserialize_with = "server_number::optional")]
    until: Option<Millis>,
    role: Option<Role>,
    countdown: Option<Countdown>,
    of: Option<Seq>,
    by: Option<Box<Sender>>,
    with: Option<Reaction>,
    #[serde(default)]
    off: bool,
    #[serde(default)]
    room_only: bool,
    changed: Option<Box<RoomChange>>,
}

impl TryFrom<Flat> for Event {
    type Error = Invalid;

    fn try_from(flat: Flat) -> Result<Self, Invalid> {
        fn need<T>(field: Option<T>, name: &str) -> Result<T, Invalid> {
            field.ok_or_else(|| {
                Invalid::new(Code::BadRequest, format!("missing field `{name}` for this kind"))
            })
        }
        let act = |target, reason: Option<Line>, until| {
            let (target, reason) = (need(target, "target")?, reason.unwrap_or_default());
            Ok(Act { target, reason, until, room_only: flat.room_only })
        };
        let kind = match flat.kind {
            Tag::Message => Kind::Message(need(flat.text, "text")?),
            Tag::Action => Kind::Action(need(flat.text, "text")?),
            Tag::Join => Kind::Join,
            Tag::Leave => Kind::Leave(flat.how.unwrap_or(Leave::Unknown)),
            Tag::Rename => Kind::Rename(need(flat.name, "name")?),
            Tag::Topic => Kind::Topic(flat.topic.unwrap_or_default()),
            Tag::Kick => Kind::Kick(act(flat.target, flat.reason, flat.until)?),
            Tag::Ban => Kind::Ban(act(flat.target, flat.reason, flat.until)?),
            Tag::Mute => Kind::Mute(act(flat.target, flat.reason, flat.until)?),
            Tag::Announce => {
                Kind::Announce(Announcement { text: need(flat.text, "text")?, countdown: flat.countdown })
            }
            Tag::Role => Kind::Role(need(flat.target, "target")?, need(flat.role, "role")?),
            Tag::Edit => Kind::Edit(Edit { of: need(flat.of, "of")?, text: flat.text }),
            Tag::Delete => {
                Kind::Delete(Delete { of: need(flat.of, "of")?, reason: flat.reason.unwrap_or_default() })
            }
            Tag::Deleted => Kind::Deleted(flat.by),
            Tag::React => {
                Kind::React(React { of: need(flat.of, "of")?, with: need(flat.with, "with")?, off: flat.off })
            }
            Tag::SetRoom => Kind::SetRoom(flat.changed.unwrap_or_default()),
            Tag::Unknown => Kind::Unknown,
        };
        let Flat { room, seq, prev, at, from, nonce, reply_to, file, edited, reactions, .. } = flat;
        Ok(Self { room, seq, prev, at, from, nonce, reply_to, file, edited, reactions, kind })
    }
}

/// Written field by field, in the order of `Flat`, for nothing has to be copied then.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { room, seq, prev, at, from, nonce, reply_to, file, edited, reactions, kind } = self;
        // A format that is given the number of fields need not have all of them: JSON does not look at it.
        let mut to = serializer.serialize_struct("Event", 26)?;
        to.serialize_field("room", room)?;
        to.serialize_field("seq", seq)?;
        to.serialize_field("prev", prev)?;
        to.serialize_field("at", at)?;
        to.serialize_field("from", from)?;
        to.serialize_field("kind", &kind.tag())?;
        if let Some(text) = kind.written() {
            to.serialize_field("text", text)?;
        }
        if let Some(nonce) = nonce {
            to.serialize_field("nonce", nonce)?;
        }
        if let Some(reply_to) = reply_to {
            to.serialize_field("reply_to", reply_to)?;
        }
        if let Some(file) = file {
            to.serialize_field("file", file)?;
        }
        if let Some(edited) = edited {
            to.serialize_field("edited", edited)?;
        }
        if !reactions.is_empty() {
            to.serialize_field("reactions", reactions)?;
        }
        kind.serialize_rest(&mut to)?;
        to.end()
    }
}

impl Kind {
    fn tag(&self) -> Tag {
        match self {
            Self::Message(_) => Tag::Message,
            Self::Action(_) => Tag::Action,
            Self::Join => Tag::Join,
            Self::Leave(_) => Tag::Leave,
            Self::Rename(_) => Tag::Rename,
            Self::Topic(_) => Tag::Topic,
            Self::Kick(_) => Tag::Kick,
            Self::Ban(_) => Tag::Ban,
            Self::Mute(_) => Tag::Mute,
            Self::Announce(_) => Tag::Announce,
            Self::Role(..) => Tag::Role,
            Self::Edit(_) => Tag::Edit,
            Self::Delete(_) => Tag::Delete,
            Self::Deleted(_) => Tag::Deleted,
            Self::React(_) => Tag::React,
            Self::SetRoom(_) => Tag::SetRoom,
            Self::Unknown => Tag::Unknown,
        }
    }

    /// What stands in the field `text`.
    fn written(&self) -> Option<&Text> {
        if let Self::Edit(edit) = self { edit.text.as_ref() } else { self.text() }
    }

    /// Its fields but the text.
    fn serialize_rest<S: SerializeStruct>(&self, to: &mut S) -> Result<(), S::Error> {
        match self {
            Self::Message(_) | Self::Action(_) | Self::Join | Self::Unknown => Ok(()),
            Self::Leave(how) => to.serialize_field("how", how),
            Self::Rename(name) => to.serialize_field("name", name),
            Self::Topic(topic) => to.serialize_field("topic", topic),
            Self::Kick(act) | Self::Ban(act) | Self::Mute(act) => act.serialize_into(to),
            Self::Announce(Announcement { countdown, .. }) => {
                countdown.as_ref().map_or(Ok(()), |countdown| to.serialize_field("countdown", countdown))
            }
            Self::Role(target, role) => {
                to.serialize_field("target", target)?;
                to.serialize_field("role", role)
            }
            Self::Edit(Edit { of, .. }) => to.serialize_field("of", of),
            Self::Delete(Delete { of, reason }) => {
                to.serialize_field("of", of)?;
                if reason.is_empty() { Ok(()) } else { to.serialize_field("reason", reason) }
            }
            Self::Deleted(by) => by.as_ref().map_or(Ok(()), |by| to.serialize_field("by", by)),
            Self::React(React { of, with, off }) => {
                to.serialize_field("of", of)?;
                to.serialize_field("with", with)?;
                if *off { to.serialize_field("off", off) } else { Ok(()) }
            }
            Self::SetRoom(changed) => to.serialize_field("changed", changed),
        }
    }
}

impl Act {
    fn serialize_into<S: SerializeStruct>(&self, to: &mut S) -> Result<(), S::Error> {
        to.serialize_field("target", &self.target)?;
        if !self.reason.is_empty() {
            to.serialize_field("reason", &self.reason)?;
        }
        self.until.map_or(Ok(()), |until| to.serialize_field("until", &until))?;
        if self.room_only { to.serialize_field("room_only", &true) } else { Ok(()) }
    }
}
