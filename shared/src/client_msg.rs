//! What a client says: [`Request`], a line with its optional `id`, and [`ClientMsg`], every request there is. The fields of the
//! requests are in `client_msg/member.rs` (what everybody may ask), `client_msg/machine.rs` (one's own
//! machines), `client_msg/transfer.rs` (files), `client_msg/room.rs` (a room and who is in it) and `client_msg/operator.rs` (moderators and admins).

mod given;
mod machine;
mod member;
mod operator;
mod room;
mod transfer;

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::machine::{IrcCertificate, IrcPassword, Link, Read, Unlink};
pub use self::member::{
    Absent, Delete, Direct, Edit, Empty, Hello, History, ListRooms, Quit, React, Rename, Say, Search, Who,
};
pub use self::operator::{Announce, Auth, Ban, Kick, Mute, NameOnly, SetLimit, SetRole, Shutdown, UidOnly};
pub use self::room::{Join, RoomKick, RoomMute, RoomOnly, RoomUid, SetRoom, Topic};
pub use self::transfer::{Download, Transfer, Upload};
use crate::code::Code;
use crate::id::RequestId;
use crate::refusal::Refusal;

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
    Edit(Edit),
    Delete(Delete),
    React(React),
    Join(Join),
    Part(RoomOnly),
    Rename(Rename),
    Topic(Topic),
    SetRoom(Box<SetRoom>),
    RoomKick(RoomKick),
    RoomMute(RoomMute),
    RoomUnmute(RoomUid),
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
    Link(Link),
    Machines(Empty),
    Unlink(Unlink),
    IrcPassword(IrcPassword),
    IrcCertificate(IrcCertificate),
    Read(Read),
    Absent(Absent),
    Upload(Upload),
    Download(Download),
    Transfer(Transfer),
}

/// The two fields that say what a line is; everything else is read once the type is known.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(default, deserialize_with = "given::given")]
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
        // Checked as a whole, which is faster than each string of it by itself.
        let Ok(line) = std::str::from_utf8(line) else {
            return Err(Refusal::new(Code::BadJson, "a line is UTF-8"));
        };
        let Envelope { kind, id } = serde_json::from_str(line).map_err(|e| unreadable(line, &e))?;
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
fn unreadable(line: &str, error: &serde_json::Error) -> Refusal {
    // With a good type it was the id, and that is a field like any other.
    if serde_json::from_str::<Typed<'_>>(line).is_ok() {
        return Refusal::from_json(error);
    }
    Refusal::new(Code::BadJson, "a line is one JSON object with a string \"type\"")
}

impl ClientMsg {
    /// Whether the chat is the same afterwards: it only asks something, or says that somebody is typing.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        matches!(
            self,
            Self::Who(_)
                | Self::History(_)
                | Self::Search(_)
                | Self::Ping(_)
                | Self::Pong(_)
                | Self::Bans(_)
                | Self::Rooms(_)
                | Self::Machines(_)
                | Self::Download(_)
                | Self::Typing(_)
        )
    }

    fn parse(kind: &str, line: &str) -> Result<Self, Refusal> {
        Ok(match kind {
            "hello" => Self::Hello(payload(line)?),
            "identify" => Self::Identify(payload(line)?),
            "say" => Self::Say(payload(line)?),
            "direct" => Self::Direct(payload(line)?),
            "edit" => Self::Edit(payload(line)?),
            "delete" => Self::Delete(payload(line)?),
            "react" => Self::React(payload(line)?),
            "join" => Self::Join(payload(line)?),
            "part" => Self::Part(payload(line)?),
            "rename" => Self::Rename(payload(line)?),
            "topic" => Self::Topic(payload(line)?),
            "set_room" => Self::SetRoom(payload(line)?),
            "room_kick" => Self::RoomKick(payload(line)?),
            "room_mute" => Self::RoomMute(payload(line)?),
            "room_unmute" => Self::RoomUnmute(payload(line)?),
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
            "link" => Self::Link(payload(line)?),
            "machines" => Self::Machines(payload(line)?),
            "unlink" => Self::Unlink(payload(line)?),
            "irc_password" => Self::IrcPassword(payload(line)?),
            "irc_certificate" => Self::IrcCertificate(payload(line)?),
            "read" => Self::Read(payload(line)?),
            "absent" => Self::Absent(payload(line)?),
            "upload" => Self::Upload(payload(line)?),
            "download" => Self::Download(payload(line)?),
            "transfer" => Self::Transfer(payload(line)?),
            _ => {
                return Err(Refusal::new(
                    Code::UnknownType,
                    "no request has this type; see PROTOCOL.md for the list",
                ));
            }
        })
    }
}

fn payload<T: DeserializeOwned>(line: &str) -> Result<T, Refusal> {
    serde_json::from_str(line).map_err(|e| Refusal::from_json(&e))
}
