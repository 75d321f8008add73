//! The closed set of machine-readable codes, and [`Invalid`]: a value that did not pass its constructor, with the code its
//! request is refused with.

use serde::{Deserialize, Serialize};

/// Why a request was declined, or why a connection ends. The wire form is `snake_case`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The line is no JSON object with a string `type`.
    BadJson,
    /// The line is longer than the limit. Fatal.
    TooLong,
    /// The line is not UTF-8. Fatal.
    BadUtf8,
    /// No request has this `type`.
    UnknownType,
    /// A field is missing, of the wrong kind, or out of range; or the request does not fit this moment.
    BadRequest,
    /// No protocol version in common. Fatal.
    Version,
    /// The greeting did not come in time, or the peer fell silent. Fatal.
    Timeout,
    /// Too much, too fast; `retry_ms` says when to try again.
    RateLimited,
    /// Somebody has this name, or one that looks like it.
    NameTaken,
    /// The name has the wrong length or characters.
    NameInvalid,
    /// The name is a word for a role.
    NameReserved,
    /// No room has this name.
    NoSuchRoom,
    /// Nobody has this `uid`.
    NoSuchUser,
    /// There is no message with this `seq` in the room, or it was deleted.
    NoSuchMessage,
    /// The room is not one of yours.
    NotMember,
    /// Your role does not allow this.
    Forbidden,
    /// The secret, key or password is wrong.
    AuthFailed,
    /// The link code is wrong, was used, or is too old. Fatal.
    LinkInvalid,
    /// This machine is one of the person's already. Fatal.
    AlreadyLinked,
    /// This machine was taken out by another of yours. Fatal.
    TakenOut,
    /// You are banned here. Fatal.
    Banned,
    /// You are muted here.
    Muted,
    /// The text is empty, too long, or has characters that may move a cursor.
    TextInvalid,
    /// The nonce was used before with another text.
    NonceConflict,
    /// The positions to resume from are no longer known.
    ResumeExpired,
    /// Too many connections from this address. Fatal.
    TooManyConnections,
    /// You have as many connections as one identity may have. Fatal.
    TooManyWindows,
    /// The server has as many users as it takes. Fatal.
    ServerFull,
    /// Nothing of this size is taken: a file, or what one may send in a day.
    FileTooLarge,
    /// The message has no file, or the content that a message names was not sent.
    NoSuchFile,
    /// The content does not have the hash it was said to have. Fatal.
    HashMismatch,
    /// The token opens no transfer: it was used, or is too old. Fatal.
    TokenInvalid,
    /// The server could not store the request; it was not carried out.
    Storage,
    /// The server is stopping.
    ShuttingDown,
    /// The server has a fault; it was logged there.
    Internal,
    /// A code of a newer protocol.
    #[serde(other)]
    Unknown,
}

impl Code {
    /// Every code a server of this version sends.
    pub const ALL: [Self; 35] = [
        Self::BadJson,
        Self::TooLong,
        Self::BadUtf8,
        Self::UnknownType,
        Self::BadRequest,
        Self::Version,
        Self::Timeout,
        Self::RateLimited,
        Self::NameTaken,
        Self::NameInvalid,
        Self::NameReserved,
        Self::NoSuchRoom,
        Self::NoSuchUser,
        Self::NoSuchMessage,
        Self::NotMember,
        Self::Forbidden,
        Self::AuthFailed,
        Self::LinkInvalid,
        Self::AlreadyLinked,
        Self::TakenOut,
        Self::Banned,
        Self::Muted,
        Self::TextInvalid,
        Self::NonceConflict,
        Self::ResumeExpired,
        Self::TooManyConnections,
        Self::TooManyWindows,
        Self::ServerFull,
        Self::FileTooLarge,
        Self::NoSuchFile,
        Self::HashMismatch,
        Self::TokenInvalid,
        Self::Storage,
        Self::ShuttingDown,
        Self::Internal,
    ];

    /// The wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadJson => "bad_json",
            Self::TooLong => "too_long",
            Self::BadUtf8 => "bad_utf8",
            Self::UnknownType => "unknown_type",
            Self::BadRequest => "bad_request",
            Self::Version => "version",
            Self::Timeout => "timeout",
            Self::RateLimited => "rate_limited",
            Self::NameTaken => "name_taken",
            Self::NameInvalid => "name_invalid",
            Self::NameReserved => "name_reserved",
            Self::NoSuchRoom => "no_such_room",
            Self::NoSuchUser => "no_such_user",
            Self::NoSuchMessage => "no_such_message",
            Self::NotMember => "not_member",
            Self::Forbidden => "forbidden",
            Self::AuthFailed => "auth_failed",
            Self::LinkInvalid => "link_invalid",
            Self::AlreadyLinked => "already_linked",
            Self::TakenOut => "taken_out",
            Self::Banned => "banned",
            Self::Muted => "muted",
            Self::TextInvalid => "text_invalid",
            Self::NonceConflict => "nonce_conflict",
            Self::ResumeExpired => "resume_expired",
            Self::TooManyConnections => "too_many_connections",
            Self::TooManyWindows => "too_many_windows",
            Self::ServerFull => "server_full",
            Self::FileTooLarge => "file_too_large",
            Self::NoSuchFile => "no_such_file",
            Self::HashMismatch => "hash_mismatch",
            Self::TokenInvalid => "token_invalid",
            Self::Storage => "storage",
            Self::ShuttingDown => "shutting_down",
            Self::Internal => "internal",
            Self::Unknown => "unknown",
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// A value that did not pass its constructor: the code a server answers with, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {why}")]
pub struct Invalid {
    /// The code a request with this value is refused with.
    pub code: Code,
    /// What is wrong and what would be right, lower case, no full stop.
    pub why: String,
}

impl Invalid {
    pub(crate) fn new(code: Code, why: impl Into<String>) -> Self {
        Self { code, why: why.into() }
    }
}
