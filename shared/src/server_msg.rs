//! What a server says: [`ServerMsg`], every answer and notice there is, and what they carry. [`Goodbye`] is the last line of a
//! connection.

mod absence;
mod cluster;
mod goodbye;
mod machine;
mod membership;
mod reacted;
mod room_state;
mod transfer;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::client_msg::Empty;
use crate::event::{Countdown, Event, Sender};
use crate::fingerprint::Fingerprint;
use crate::id::{Millis, Nonce, RequestId, Seq, ServerId, Uid};
use crate::limits::Limits;
use crate::name::Name;
use crate::refusal::Refusal;
use crate::role::Role;
use crate::room_name::RoomName;
use crate::secret::Secret;
use crate::server_number;
use crate::style::Style;
use crate::text::Line;
use crate::transfer_token::TransferToken;

pub use self::absence::Absence;
pub use self::cluster::{ClusterInfo, Order, OrderState};
pub use self::goodbye::{Goodbye, GoodbyeCode};
pub use self::machine::{LinkOffer, Machine, Machines, ReadTo};
pub use self::membership::{Came, Left, Membership};
pub use self::reacted::{Reacted, Reacts};
pub use self::room_state::{Form, Member, RoomState, with_members};
pub use self::transfer::{Transfer, Transferred};

/// Everything a server can say.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is named after its payload, which is documented")]
pub enum ServerMsg {
    Welcome(Box<Welcome>),
    Identity(Identity),
    Ok(Box<Answer>),
    Error(Refusal),
    Event(Box<Event>),
    Membership(Box<Membership>),
    Reacted(Box<Reacted>),
    Joined(Box<Joined>),
    Parted(Parted),
    Invited(Invited),
    Resumed(Resumed),
    Gap(Gap),
    Presence(Presence),
    Ping(Empty),
    Pong(Empty),
    Goodbye(Goodbye),
    KeptOut(KeptOut),
    Machines(Machines),
    Read(ReadTo),
    Transfer(Transfer),
    Transferred(Transferred),
    Order(Order),
    /// The nodes of the cluster are others than `welcome` told.
    Cluster(ClusterInfo),
    /// Something of a newer protocol, to be ignored; never sent.
    Unknown(Empty),
}

/// The answer to `hello`: who you are and where you are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    /// The protocol version spoken from here on.
    pub protocol: u16,
    /// Who answers.
    pub server: ServerInfo,
    /// Who you are.
    pub you: You,
    /// The secret that brings this identity back; only when the identity, or this machine of its, is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// Every room you are in.
    pub rooms: Vec<RoomState>,
    /// What the server takes.
    #[serde(default)]
    pub limits: Limits,
    /// What an acknowledged message survives.
    pub durability: Durability,
    /// The message of the day; may be empty.
    #[serde(default)]
    pub motd: String,
    /// The key that the server's certificate will have next, for whoever knows the server by its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_key: Option<Fingerprint>,
    /// The countdown that runs, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countdown: Option<Countdown>,
    /// How many machines are linked to this identity; none where only one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machines: Option<u32>,
    /// Those here who said that they are away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<Uid>,
    /// The cluster the server is a node of, if it is one.
    #[serde(default, deserialize_with = "cluster::lenient", skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterInfo>,
}

/// What a server tells of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerInfo {
    /// Its name.
    pub name: Line,
    /// Its version.
    pub version: Line,
    /// Which server it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ServerId>,
    /// The key it has over TLS: who met it in the clear knows it again by that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Fingerprint>,
}

impl ServerInfo {
    /// A server that tells no more than its name and version.
    #[must_use]
    pub fn new(name: Line, version: Line) -> Self {
        Self { name, version, id: None, key: None }
    }
}

/// The answer to `identify`, before any greeting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Which server it says it is.
    pub server: ServerId,
}

/// The identity a connection speaks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct You {
    /// Its number.
    pub uid: Uid,
    /// Its name.
    pub name: Name,
    /// Its style.
    pub style: Style,
    /// Its role.
    #[serde(default)]
    pub role: Role,
}

/// You are in a room from now on, for another window of yours joined it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Joined {
    /// The room as it is now.
    pub state: RoomState,
}

/// You are not in a room any more: another window of yours left it, or somebody removed you.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parted {
    /// The room.
    pub room: RoomName,
    /// Who removed you, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Name>,
    /// Why they did; may be empty.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
}

/// Somebody invites you to a room: `join` lets you in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invited {
    /// The room.
    pub room: RoomName,
    /// Who; missing where they are not known any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Sender>,
    /// What the room is about; may be empty.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub topic: Line,
}

/// What a message that was acknowledged survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// The end of the server process, `kill -9` included.
    Disk,
    /// Power loss as well.
    Full,
    /// Something of a newer protocol.
    #[serde(other)]
    Unknown,
}

/// `ok`: the request `id` was carried out. Which other fields are there depends on the request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// `say`, `direct`, `topic`, `rename`, …: where the event stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// `direct`: the room the message is in. `join`: the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomName>,
    /// `direct`: that whom it goes to is away, if they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<Absence>,
    /// `join`: the room as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<RoomState>,
    /// `auth`: the role now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// `who`: everybody asked for, with their rooms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<User>>,
    /// `bans`: every ban and mute in force, the newest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bans: Option<Vec<Sanction>>,
    /// `history`, `search`: the page, oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<Event>>,
    /// `history`, `search`: whether there is more in the direction asked for. `who`: that there is more, after the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<bool>,
    /// `search`: where the next page ends, if the search was stopped before it was through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    /// `rooms`: the page, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rooms: Option<Vec<ListedRoom>>,
    /// `limits`: every limit that can be changed, with its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Vec<LimitValue>>,
    /// `link`: the code for another machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkOffer>,
    /// `machines`: those that are linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machines: Option<Vec<Machine>>,
    /// `upload`, `download`: what opens the transfer. An `upload` without it has nothing to send: the content is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TransferToken>,
}

/// A limit of the running server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitValue {
    /// The name of the setting.
    pub setting: Line,
    /// Its value, as in the configuration.
    pub value: Line,
}

/// A room in the list of rooms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListedRoom {
    /// Its name.
    pub name: RoomName,
    /// What it is about; may be empty.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub topic: Line,
    /// How many people are in it, connected or away.
    #[serde(deserialize_with = "server_number::whole")]
    pub people: usize,
    /// Whether only those enter who were invited or know its word.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// Whether only its owner and moderators speak.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
}

/// Somebody on the server, for `who`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Who.
    #[serde(flatten)]
    pub member: Member,
    /// The rooms the asker may know of.
    pub rooms: Vec<RoomName>,
    /// When they left, if they are not here and it is known.
    #[serde(default, deserialize_with = "server_number::optional", skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Millis>,
    /// That they are away, if they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<Absence>,
    /// How many connections they have; told to moderators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<usize>,
    /// What only moderators are told, and only about one person at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Details>,
}

/// What a moderator is told about somebody.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// Whether they are here, or away and expected back.
    pub present: bool,
    /// The address they connected from last; none for somebody on the server's machine, or not known any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// What their client calls itself.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub client: Line,
    /// When they connected last.
    #[serde(default, deserialize_with = "server_number::optional", skip_serializing_if = "Option::is_none")]
    pub since: Option<Millis>,
    /// The bans and mutes that hold for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sanctions: Vec<Sanction>,
}

/// A ban or a mute in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sanction {
    /// Which of the two.
    pub kind: SanctionKind,
    /// Whom it holds for; `unban` and `unmute` take their uid.
    pub target: Sender,
    /// Who did it; uid 0 is the server's operator.
    pub by: Sender,
    /// When.
    #[serde(deserialize_with = "server_number::whole")]
    pub at: Millis,
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub reason: Line,
    /// Until when; without it, for good.
    #[serde(default, deserialize_with = "server_number::optional", skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
    /// The address that is banned as well; of an IPv6 address its /64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
}

/// What somebody may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SanctionKind {
    /// Be here.
    Ban,
    /// Speak.
    Mute,
    /// Something of a newer protocol.
    #[serde(other)]
    Unknown,
}

impl SanctionKind {
    /// The wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ban => "ban",
            Self::Mute => "mute",
            Self::Unknown => "unknown",
        }
    }
}

/// Somebody was kept out by a limit: told to admins, some time after it happened and several at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptOut {
    /// The setting that kept them out.
    pub setting: Line,
    /// How many times since it was told last.
    #[serde(deserialize_with = "server_number::whole")]
    pub count: u64,
    /// The address the last one came from, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// When that was.
    #[serde(deserialize_with = "server_number::whole")]
    pub at: Millis,
}

/// After the events a resuming client had missed: from here on it is live.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resumed {
    /// How far each room was when the connection went live.
    pub rooms: BTreeMap<RoomName, Seq>,
}

/// Events that will not be sent by themselves: page them with `history`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The room.
    pub room: RoomName,
    /// The last seq that was sent before the gap.
    pub after: Seq,
    /// The first seq that comes after it, or would: events below this one are in the gap.
    pub before: Seq,
}

/// Who is here, away, typing or silently gone. Not part of a room's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Presence {
    /// The room it concerns; without one, every room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomName>,
    /// What changed, oldest first.
    pub changes: Vec<PresenceChange>,
}

/// One person's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChange {
    /// Who.
    pub uid: Uid,
    /// How they are.
    pub state: PresenceState,
}

/// How somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// Connected.
    Here,
    /// The connection is lost and may come back.
    Away,
    /// Writing something in this room.
    Typing,
    /// Gone without a word: take them off the list, say nothing.
    Gone,
    /// Away, as they said; told in the lobby, and so in every room.
    Absent,
    /// No longer that; told in the lobby.
    Back,
    /// A state of a newer protocol.
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
}

impl ServerMsg {
    /// Reads a line. A type that is not known is [`ServerMsg::Unknown`], not an error.
    pub fn parse(line: &[u8]) -> Result<Self, serde_json::Error> {
        Self::read(line).or_else(|error| match server_number::readable(line) {
            Some(readable) => Self::read(&readable),
            None => Err(error),
        })
    }

    fn read(line: &[u8]) -> Result<Self, serde_json::Error> {
        fn payload<T: DeserializeOwned>(line: &[u8]) -> Result<T, serde_json::Error> {
            serde_json::from_slice(line)
        }
        // serde would also read a struct from an array, field by field.
        if line.trim_ascii_start().first() != Some(&b'{') {
            return Err(serde::de::Error::custom("a line is one JSON object"));
        }
        let envelope: Envelope<'_> = serde_json::from_slice(line)?;
        Ok(match &*envelope.kind {
            "welcome" => Self::Welcome(payload(line)?),
            "identity" => Self::Identity(payload(line)?),
            "ok" => Self::Ok(payload(line)?),
            "error" => Self::Error(payload(line)?),
            "event" => Self::Event(payload(line)?),
            "membership" => Self::Membership(payload(line)?),
            "reacted" => Self::Reacted(payload(line)?),
            "joined" => Self::Joined(payload(line)?),
            "parted" => Self::Parted(payload(line)?),
            "invited" => Self::Invited(payload(line)?),
            "resumed" => Self::Resumed(payload(line)?),
            "gap" => Self::Gap(payload(line)?),
            "presence" => Self::Presence(payload(line)?),
            "ping" => Self::Ping(Empty {}),
            "pong" => Self::Pong(Empty {}),
            "goodbye" => Self::Goodbye(payload(line)?),
            "kept_out" => Self::KeptOut(payload(line)?),
            "machines" => Self::Machines(payload(line)?),
            "read" => Self::Read(payload(line)?),
            "transfer" => Self::Transfer(payload(line)?),
            "transferred" => Self::Transferred(payload(line)?),
            "order" => Self::Order(payload(line)?),
            "cluster" => Self::Cluster(payload(line)?),
            _ => Self::Unknown(Empty {}),
        })
    }

    /// The `ok` of a request that has nothing more to tell.
    #[must_use]
    pub fn done(id: Option<RequestId>) -> Self {
        Self::Ok(Box::new(Answer { id, ..Answer::default() }))
    }

    /// The `ok` of a request that became the event `seq`.
    #[must_use]
    pub fn stored(id: Option<RequestId>, seq: Seq) -> Self {
        Self::Ok(Box::new(Answer { id, seq: Some(seq), ..Answer::default() }))
    }
}

impl Event {
    /// Whether this is the message that `nonce` marks.
    #[must_use]
    pub fn is_marked(&self, nonce: &Nonce) -> bool {
        self.nonce.as_ref() == Some(nonce)
    }
}
