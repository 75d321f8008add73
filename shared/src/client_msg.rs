//! What a client says: [`Request`], a line with its optional `id`, and [`ClientMsg`], every request there is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::code::Code;
use crate::id::{Nonce, RequestId, Seq, Uid};
use crate::name::Name;
use crate::refusal::Refusal;
use crate::role::Role;
use crate::room_name::RoomName;
use crate::secret::Secret;
use crate::text::{Line, Text};

/// A line from a client: what it asks, and what it calls the request if it wants an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request {
    /// Repeated in the one `ok` or `error` that answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// What is asked.
    #[serde(flatten)]
    pub msg: ClientMsg,
}

/// Everything a client can say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is named after its payload, which is documented")]
pub enum ClientMsg {
    Hello(Hello),
    Identify(Empty),
    Say(Say),
    Direct(Direct),
    Join(RoomOnly),
    Part(RoomOnly),
    Rename(Rename),
    Topic(Topic),
    Who(Who),
    History(History),
    Search(Search),
    Typing(RoomOnly),
    Ping(Empty),
    Pong(Empty),
    Quit(Quit),
    Auth(Auth),
    Bans(Empty),
    Kick(Kick),
    Ban(Ban),
    Unban(UidOnly),
    Mute(Mute),
    Unmute(UidOnly),
    Role(SetRole),
    Announce(Announce),
    Shutdown(Shutdown),
    Rooms(ListRooms),
    FreeName(NameOnly),
    Limits(SetLimit),
}

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
    /// The server's password, where it has one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The last seq seen in each room, to go on from there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resume: BTreeMap<RoomName, Seq>,
}

impl std::fmt::Debug for Hello {
    /// Everything but the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { protocol, client, name, secret, password, resume } = self;
        f.debug_struct("Hello")
            .field("protocol", protocol)
            .field("client", client)
            .field("name", name)
            .field("secret", secret)
            .field("password", &password.as_ref().map(|_| format_args!("…")))
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
}

/// A request about a room: `join`, `part`, `typing`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomOnly {
    /// The room.
    pub room: RoomName,
}

/// A request about a person: `unban`, `unmute`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UidOnly {
    /// The identity.
    pub uid: Uid,
}

/// A wish for another name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rename {
    /// The name wanted.
    pub name: Name,
}

/// What a room is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    /// The room.
    pub room: RoomName,
    /// The topic; empty clears it.
    pub topic: Line,
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

/// A request about a name: `free_name`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NameOnly {
    /// The name.
    pub name: Name,
}

/// Another value for a limit of the running server; without both fields, a question what they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SetLimit {
    /// The name of the setting.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub setting: Line,
    /// The value, as in the configuration.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub value: Line,
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
    /// The most events wanted; the server gives no more than its own limit.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
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

/// A message without fields: `identify`, `ping`, `pong`, `bans`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Empty {}

/// Goodbye.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quit {
    /// Whether to go without a word to the others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quiet: bool,
}

/// The admin key, to become admin.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Auth {
    /// The key.
    pub key: String,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth(…)")
    }
}

/// Remove somebody from the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kick {
    /// Whom.
    pub uid: Uid,
    /// Why.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
}

/// Remove somebody and keep them out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ban {
    /// Whom.
    pub uid: Uid,
    /// Why.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
    /// For how many seconds; without it, for good.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub for_s: Option<u64>,
    /// Whether their address is banned as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub address: bool,
}

/// Take somebody's voice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mute {
    /// Whom.
    pub uid: Uid,
    /// Why.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
    /// For how many seconds; without it, for good.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub for_s: Option<u64>,
}

/// Give somebody a role.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetRole {
    /// Whom.
    pub uid: Uid,
    /// The role.
    pub role: Role,
}

/// Something everyone in every room is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Announce {
    /// The announcement.
    pub text: Text,
}

/// Stop the server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shutdown {
    /// In how many seconds; 0 at once.
    #[serde(default)]
    pub in_s: u64,
    /// Why.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
    /// Whether it will be back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restart: bool,
    /// Calls a countdown off instead of starting one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancel: bool,
}

/// An optional field that is there has a value: `null` is refused, or a ban whose `for_s` a program could not compute would
/// hold for good.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The two fields that say what a line is; everything else is read once the type is known.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(default, deserialize_with = "given")]
    id: Option<RequestId>,
}

/// What a line says it is, whatever else it holds.
#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
}

impl Request {
    /// A request that wants no answer.
    #[must_use]
    pub fn unnamed(msg: ClientMsg) -> Self {
        Self { id: None, msg }
    }

    /// Whether a line that is no request was meant as this type of one.
    #[must_use]
    pub fn claims(line: &[u8], kind: &str) -> bool {
        is_object(line) && serde_json::from_slice::<Typed<'_>>(line).is_ok_and(|typed| typed.kind == kind)
    }

    /// The type of request a line says it is, and its `id`, where both can be read.
    #[must_use]
    pub fn heading(line: &[u8]) -> Option<(Cow<'_, str>, Option<RequestId>)> {
        let Envelope { kind, id } = serde_json::from_slice(line).ok()?;
        Some((kind, id))
    }

    /// Reads a line. The refusal carries the request's `id` whenever that could be read.
    pub fn parse(line: &[u8]) -> Result<Self, Refusal> {
        if !is_object(line) {
            return Err(Refusal::new(Code::BadJson, "a line is one JSON object with a \"type\""));
        }
        let Envelope { kind, id } = serde_json::from_slice(line).map_err(|e| unreadable(line, &e))?;
        match ClientMsg::parse(&kind, line) {
            Ok(msg) => Ok(Self { id, msg }),
            Err(refusal) => Err(refusal.to(id)),
        }
    }
}

/// Whether a line is an object, if it is JSON at all: serde would also read a struct from an array, field by field.
fn is_object(line: &[u8]) -> bool {
    line.trim_ascii_start().first() == Some(&b'{')
}

/// What is wrong with a line whose type or id could not be read.
fn unreadable(line: &[u8], error: &serde_json::Error) -> Refusal {
    // With a good type it was the id, and that is a field like any other.
    if serde_json::from_slice::<Typed<'_>>(line).is_ok() {
        return Refusal::from_json(error);
    }
    Refusal::new(Code::BadJson, "a line is one JSON object with a string \"type\"")
}

impl ClientMsg {
    fn parse(kind: &str, line: &[u8]) -> Result<Self, Refusal> {
        Ok(match kind {
            "hello" => Self::Hello(payload(line)?),
            "identify" => Self::Identify(payload(line)?),
            "say" => Self::Say(payload(line)?),
            "direct" => Self::Direct(payload(line)?),
            "join" => Self::Join(payload(line)?),
            "part" => Self::Part(payload(line)?),
            "rename" => Self::Rename(payload(line)?),
            "topic" => Self::Topic(payload(line)?),
            "who" => Self::Who(payload(line)?),
            "history" => Self::History(payload(line)?),
            "search" => Self::Search(payload(line)?),
            "typing" => Self::Typing(payload(line)?),
            "ping" => Self::Ping(payload(line)?),
            "pong" => Self::Pong(payload(line)?),
            "quit" => Self::Quit(payload(line)?),
            "auth" => Self::Auth(payload(line)?),
            "bans" => Self::Bans(payload(line)?),
            "kick" => Self::Kick(payload(line)?),
            "ban" => Self::Ban(payload(line)?),
            "unban" => Self::Unban(payload(line)?),
            "mute" => Self::Mute(payload(line)?),
            "unmute" => Self::Unmute(payload(line)?),
            "role" => Self::Role(payload(line)?),
            "announce" => Self::Announce(payload(line)?),
            "shutdown" => Self::Shutdown(payload(line)?),
            "rooms" => Self::Rooms(payload(line)?),
            "free_name" => Self::FreeName(payload(line)?),
            "limits" => Self::Limits(payload(line)?),
            _ => {
                return Err(Refusal::new(
                    Code::UnknownType,
                    "no request has this type; see PROTOCOL.md for the list",
                ));
            }
        })
    }
}

fn payload<T: DeserializeOwned>(line: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(line).map_err(|e| Refusal::from_json(&e))
}
