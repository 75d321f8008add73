//! What happens in a room: the one message that is numbered (`seq`), stored and delivered to everyone in it.
//!
//! On the wire an event is flat (`kind` beside `room` and `seq`). It is read and written through `Flat`, because
//! serde's own flattening buffers every field, and this is the message of the hot path.

use serde::{Deserialize, Serialize};

use crate::code::{Code, Invalid};
use crate::id::{Millis, Nonce, Seq, Uid};
use crate::name::Name;
use crate::role::Role;
use crate::room_name::RoomName;
use crate::server_number;
use crate::style::Style;
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
    /// The idempotency key its sender gave it; messages and actions have one.
    pub nonce: Option<Nonce>,
    /// What.
    pub kind: Kind,
}

/// Who an event is from, as they were called and looked at that time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sender {
    /// The identity.
    pub uid: Uid,
    /// Its name then.
    pub name: Name,
    /// Its style.
    pub style: Style,
}

impl Sender {
    /// The one who runs the server, when they do something without being here.
    #[must_use]
    pub fn operator() -> Self {
        // Bright red, underlined: the palette's last warm colour, that nobody has before eighteen others are here.
        Self { uid: Uid::ZERO, name: Name::operator(), style: Style::OPERATOR }
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
}

impl Kind {
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
    #[serde(other)]
    Unknown,
}

/// The wire form of an event. Fields are in the order they are written in.
#[derive(Serialize, Deserialize)]
struct Flat {
    room: RoomName,
    seq: Seq,
    prev: Seq,
    #[serde(deserialize_with = "server_number::whole")]
    at: Millis,
    from: Sender,
    kind: Tag,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nonce: Option<Nonce>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    how: Option<Leave>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    topic: Option<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<Sender>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Line>,
    #[serde(default, deserialize_with = "server_number::optional", skip_serializing_if = "Option::is_none")]
    until: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    countdown: Option<Countdown>,
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
            Ok(Act { target: need(target, "target")?, reason: reason.unwrap_or_default(), until })
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
            Tag::Unknown => Kind::Unknown,
        };
        let Flat { room, seq, prev, at, from, nonce, .. } = flat;
        Ok(Self { room, seq, prev, at, from, nonce, kind })
    }
}

impl From<&Event> for Flat {
    /// Cheap: every string in an event is shared, so this clones counters, not text.
    fn from(event: &Event) -> Self {
        let mut flat = Self {
            room: event.room.clone(),
            seq: event.seq,
            prev: event.prev,
            at: event.at,
            from: event.from.clone(),
            kind: Tag::Unknown,
            text: None,
            nonce: event.nonce.clone(),
            how: None,
            name: None,
            topic: None,
            target: None,
            reason: None,
            until: None,
            role: None,
            countdown: None,
        };
        flat.fill(&event.kind);
        flat
    }
}

impl Flat {
    fn fill(&mut self, kind: &Kind) {
        match kind {
            Kind::Message(text) => (self.kind, self.text) = (Tag::Message, Some(text.clone())),
            Kind::Action(text) => (self.kind, self.text) = (Tag::Action, Some(text.clone())),
            Kind::Join => self.kind = Tag::Join,
            Kind::Leave(how) => (self.kind, self.how) = (Tag::Leave, Some(*how)),
            Kind::Rename(name) => (self.kind, self.name) = (Tag::Rename, Some(name.clone())),
            Kind::Topic(topic) => (self.kind, self.topic) = (Tag::Topic, Some(topic.clone())),
            Kind::Kick(act) => self.act(Tag::Kick, act),
            Kind::Ban(act) => self.act(Tag::Ban, act),
            Kind::Mute(act) => self.act(Tag::Mute, act),
            Kind::Announce(announcement) => {
                (self.kind, self.text) = (Tag::Announce, Some(announcement.text.clone()));
                self.countdown.clone_from(&announcement.countdown);
            }
            Kind::Role(target, role) => {
                (self.kind, self.target, self.role) = (Tag::Role, Some(target.clone()), Some(*role));
            }
            Kind::Unknown => self.kind = Tag::Unknown,
        }
    }

    fn act(&mut self, tag: Tag, act: &Act) {
        self.kind = tag;
        self.target = Some(act.target.clone());
        self.reason = (!act.reason.is_empty()).then(|| act.reason.clone());
        self.until = act.until;
    }
}

impl Serialize for Event {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Flat::from(self).serialize(serializer)
    }
}
