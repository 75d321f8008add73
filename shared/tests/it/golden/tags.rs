//! The wire names of all variants. A new variant does not compile until it is named here, and does not pass until
//! a golden line shows it.

use shared::client_msg::ClientMsg;
use shared::event::Kind;
use shared::server_msg::{GoodbyeCode, ServerMsg};
use shared::{Code, Role};

macro_rules! tags {
    ($all:ident, $tag:ident: $type:ty { $($pattern:pat => $name:literal,)* }) => {
        pub(crate) const $all: &[&str] = &[$($name),*];

        pub(crate) fn $tag(value: &$type) -> &'static str {
            match value {
                $($pattern => $name,)*
            }
        }
    };
}

tags! { CLIENT_TAGS, client_tag: ClientMsg {
    ClientMsg::Hello(_) => "hello",
    ClientMsg::Identify(_) => "identify",
    ClientMsg::Say(_) => "say",
    ClientMsg::Direct(_) => "direct",
    ClientMsg::Edit(_) => "edit",
    ClientMsg::Delete(_) => "delete",
    ClientMsg::React(_) => "react",
    ClientMsg::Join(_) => "join",
    ClientMsg::Part(_) => "part",
    ClientMsg::Rename(_) => "rename",
    ClientMsg::Topic(_) => "topic",
    ClientMsg::SetRoom(_) => "set_room",
    ClientMsg::RoomKick(_) => "room_kick",
    ClientMsg::RoomMute(_) => "room_mute",
    ClientMsg::RoomUnmute(_) => "room_unmute",
    ClientMsg::Who(_) => "who",
    ClientMsg::History(_) => "history",
    ClientMsg::Search(_) => "search",
    ClientMsg::Typing(_) => "typing",
    ClientMsg::Ping(_) => "ping",
    ClientMsg::Pong(_) => "pong",
    ClientMsg::Quit(_) => "quit",
    ClientMsg::Auth(_) => "auth",
    ClientMsg::Bans(_) => "bans",
    ClientMsg::Kick(_) => "kick",
    ClientMsg::Ban(_) => "ban",
    ClientMsg::Unban(_) => "unban",
    ClientMsg::Mute(_) => "mute",
    ClientMsg::Unmute(_) => "unmute",
    ClientMsg::Role(_) => "role",
    ClientMsg::Announce(_) => "announce",
    ClientMsg::Shutdown(_) => "shutdown",
    ClientMsg::Rooms(_) => "rooms",
    ClientMsg::FreeName(_) => "free_name",
    ClientMsg::Limits(_) => "limits",
    ClientMsg::Link(_) => "link",
    ClientMsg::Machines(_) => "machines",
    ClientMsg::Unlink(_) => "unlink",
    ClientMsg::IrcPassword(_) => "irc_password",
    ClientMsg::IrcCertificate(_) => "irc_certificate",
    ClientMsg::Read(_) => "read",
    ClientMsg::Absent(_) => "absent",
    ClientMsg::Upload(_) => "upload",
    ClientMsg::Download(_) => "download",
    ClientMsg::Transfer(_) => "transfer",
} }

tags! { SERVER_TAGS, server_tag: ServerMsg {
    ServerMsg::Welcome(_) => "welcome",
    ServerMsg::Identity(_) => "identity",
    ServerMsg::Ok(_) => "ok",
    ServerMsg::Error(_) => "error",
    ServerMsg::Event(_) => "event",
    ServerMsg::Membership(_) => "membership",
    ServerMsg::Reacted(_) => "reacted",
    ServerMsg::Joined(_) => "joined",
    ServerMsg::Parted(_) => "parted",
    ServerMsg::Invited(_) => "invited",
    ServerMsg::Resumed(_) => "resumed",
    ServerMsg::Gap(_) => "gap",
    ServerMsg::Presence(_) => "presence",
    ServerMsg::Ping(_) => "ping",
    ServerMsg::Pong(_) => "pong",
    ServerMsg::Goodbye(_) => "goodbye",
    ServerMsg::KeptOut(_) => "kept_out",
    ServerMsg::Machines(_) => "machines",
    ServerMsg::Read(_) => "read",
    ServerMsg::Transfer(_) => "transfer",
    ServerMsg::Transferred(_) => "transferred",
    ServerMsg::Order(_) => "order",
    ServerMsg::Cluster(_) => "cluster",
    ServerMsg::Unknown(_) => "unknown",
} }

tags! { KIND_TAGS, kind_tag: Kind {
    Kind::Message(_) => "message",
    Kind::Action(_) => "action",
    Kind::Join => "join",
    Kind::Leave(_) => "leave",
    Kind::Rename(_) => "rename",
    Kind::Topic(_) => "topic",
    Kind::Kick(_) => "kick",
    Kind::Ban(_) => "ban",
    Kind::Mute(_) => "mute",
    Kind::Announce(_) => "announce",
    Kind::Role(_, _) => "role",
    Kind::Edit(_) => "edit",
    Kind::Delete(_) => "delete",
    Kind::Deleted(_) => "deleted",
    Kind::React(_) => "react",
    Kind::SetRoom(_) => "set_room",
    Kind::Unknown => "unknown",
} }

tags! { CODE_TAGS, code_tag: Code {
    Code::BadJson => "bad_json",
    Code::TooLong => "too_long",
    Code::BadUtf8 => "bad_utf8",
    Code::UnknownType => "unknown_type",
    Code::BadRequest => "bad_request",
    Code::Version => "version",
    Code::Timeout => "timeout",
    Code::RateLimited => "rate_limited",
    Code::NameTaken => "name_taken",
    Code::NameInvalid => "name_invalid",
    Code::NameReserved => "name_reserved",
    Code::NoSuchRoom => "no_such_room",
    Code::NoSuchUser => "no_such_user",
    Code::NoSuchMessage => "no_such_message",
    Code::NotMember => "not_member",
    Code::Forbidden => "forbidden",
    Code::AuthFailed => "auth_failed",
    Code::LinkInvalid => "link_invalid",
    Code::AlreadyLinked => "already_linked",
    Code::TakenOut => "taken_out",
    Code::Banned => "banned",
    Code::Muted => "muted",
    Code::TextInvalid => "text_invalid",
    Code::NonceConflict => "nonce_conflict",
    Code::ResumeExpired => "resume_expired",
    Code::TooManyConnections => "too_many_connections",
    Code::TooManyWindows => "too_many_windows",
    Code::ServerFull => "server_full",
    Code::FileTooLarge => "file_too_large",
    Code::NoSuchFile => "no_such_file",
    Code::HashMismatch => "hash_mismatch",
    Code::TokenInvalid => "token_invalid",
    Code::Storage => "storage",
    Code::ShuttingDown => "shutting_down",
    Code::Internal => "internal",
    Code::Unknown => "unknown",
} }

tags! { GOODBYE_TAGS, goodbye_tag: GoodbyeCode {
    GoodbyeCode::Quit => "quit",
    GoodbyeCode::Replaced => "replaced",
    GoodbyeCode::Kicked => "kicked",
    GoodbyeCode::SlowConsumer => "slow_consumer",
    GoodbyeCode::Restarting => "restarting",
    GoodbyeCode::Unlinked => "unlinked",
    GoodbyeCode::Error(_) => "shutting_down",
} }

tags! { ROLE_TAGS, role_tag: Role {
    Role::Member => "member",
    Role::Moderator => "moderator",
    Role::Admin => "admin",
} }
