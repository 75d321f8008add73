//! The fields of the requests that everybody may make: greeting, talking, rooms, looking things up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::given::given;
use crate::file::Attachment;
use crate::id::{Millis, Nonce, Seq, Uid, WindowId};
use crate::link_code::LinkCode;
use crate::name::Name;
use crate::reaction::Reaction;
use crate::room_name::RoomName;
use crate::secret::Secret;
use crate::secret_hash::SecretHash;
use crate::text::{Line, Text};

/// The first line: who wants to talk, and how.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// The lowest and highest protocol version the client speaks.
    pub protocol: [u16; 2],
    /// The client's name and version, for the server's log.
    #[serde(default)]
    pub client: Line,
    /// A wanted name; without one the server picks.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The secret of an identity from an earlier welcome.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// In place of a secret: the code that another machine of the same person was given.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkCode>,
    /// With `link`: what this machine is called in the list of machines.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub machine: Line,
    /// With `link`: the hashes of the secrets this machine has, so that it is not linked twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub has: Vec<SecretHash>,
    /// Which window of the identity this is: it stands beside those with other ids. Without it, it is the only one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowId>,
    /// The server's password, where it has one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Whether joins and leaves may come several in a line, and members as arrays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub compact: bool,
    /// The last seq seen in each room, to go on from there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resume: BTreeMap<RoomName, Seq>,
}

impl std::fmt::Debug for Hello {
    /// Everything but the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { protocol, client, name, secret, link, machine, has, window, password, compact, resume } =
            self;
        f.debug_struct("Hello")
            .field("protocol", protocol)
            .field("client", client)
            .field("name", name)
            .field("secret", secret)
            .field("link", link)
            .field("machine", machine)
            .field("has", has)
            .field("window", window)
            .field("password", &password.as_ref().map(|_| format_args!("…")))
            .field("compact", compact)
            .field("resume", resume)
            .finish()
    }
}

/// A message to a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Say {
    /// The room.
    pub room: RoomName,
    /// What to say.
    pub text: Text,
    /// The idempotency key: sent again with the same one, the message is not published again.
    pub nonce: Nonce,
    /// Whether it is something done (`/me`) rather than said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub action: bool,
    /// The message it answers.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// The file it brings, whose content was sent before.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub file: Option<Box<Attachment>>,
}

/// A message to one person. It makes their direct room (`@A:B`) when there is none yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Direct {
    /// To whom.
    pub uid: Uid,
    /// What to say.
    pub text: Text,
    /// The idempotency key.
    pub nonce: Nonce,
    /// Whether it is something done (`/me`) rather than said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub action: bool,
    /// The message it answers.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// The file it brings, whose content was sent before.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub file: Option<Box<Attachment>>,
}

/// One is away for a while, or back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Absent {
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub why: Line,
    /// Whether one is back; then there is nothing to say why.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub back: bool,
}

/// Another text for a message of one's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The room.
    pub room: RoomName,
    /// Which message.
    pub of: Seq,
    /// The new text.
    pub text: Text,
    /// The idempotency key.
    pub nonce: Nonce,
}

/// A message goes: one's own, or that of somebody else for moderators.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delete {
    /// The room.
    pub room: RoomName,
    /// Which message.
    pub of: Seq,
    /// The idempotency key.
    pub nonce: Nonce,
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
}

/// A reaction to a message, or one taken back. Asked again it changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct React {
    /// The room.
    pub room: RoomName,
    /// Which message.
    pub of: Seq,
    /// The reaction.
    pub with: Reaction,
    /// Whether it is taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
}

/// A wish for another name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rename {
    /// The name wanted.
    pub name: Name,
}

/// Who is here, in a room or on the server; or everything about one person, here or not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Who {
    /// The room; without it, everyone.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomName>,
    /// Only this person; moderators are told where they connect from.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub uid: Option<Uid>,
    /// Only those with a greater uid: the next page.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub after: Option<Uid>,
    /// Only whoever has this name, here or not.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
}

impl Who {
    /// Whoever has this name, here or not.
    #[must_use]
    pub fn named(name: Name) -> Self {
        Self { name: Some(name), ..Self::default() }
    }
}

/// The rooms there are, by name, direct ones left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListRooms {
    /// Only rooms after this one: the next page.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub after: Option<RoomName>,
    /// Only rooms whose names begin like this.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub prefix: Line,
    /// The most rooms wanted; the server gives no more than its own limit.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// A page of a room's past; at most one of `before`, `after` and `around`, none for the newest page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The room.
    pub room: RoomName,
    /// Events before this seq.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    /// Events after this seq.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    /// Events on both sides of this seq, itself included.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub around: Option<Seq>,
    /// Events from before this time.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub before_at: Option<Millis>,
    /// Events from after this time.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub after_at: Option<Millis>,
    /// Events on both sides of this time.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub around_at: Option<Millis>,
    /// The most events wanted; the server gives no more than its own limit.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

impl History {
    /// The newest page of a room.
    #[must_use]
    pub fn newest(room: RoomName) -> Self {
        let (before, after, around) = (None, None, None);
        let (before_at, after_at, around_at) = (None, None, None);
        Self { room, before, after, around, before_at, after_at, around_at, limit: None }
    }
}

/// Messages that hold some words, newest first page, in rooms the asker may read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// The words; all must be in the message.
    pub query: Line,
    /// Only in this room.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomName>,
    /// Only before this seq: the next page.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    /// The most messages wanted.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// A message without fields: `identify`, `ping`, `pong`, `bans`, `machines`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Empty {}

/// Goodbye.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quit {
    /// Whether to go without a word to the others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quiet: bool,
}
