//! The fields of the requests about one's own machines: linking another one, taking one out, and how far one has read.

use serde::{Deserialize, Serialize};

use crate::certificate_hash::CertificateHash;
use crate::id::Seq;
use crate::login_word::LoginWord;
use crate::room_name::RoomName;
use crate::text::Line;

/// A wish for a code with which another machine becomes the same person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// What this machine is called in the list of machines, where it has no name there yet.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub machine: Line,
}

/// A machine is taken out: its secret works no longer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unlink {
    /// Its number in the list of machines.
    pub machine: u32,
}

/// A word with which one logs in from IRC clients, which are one more machine then; the one before works no longer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IrcPassword {
    /// The word; nothing to take out the one there is.
    #[serde(default, skip_serializing_if = "LoginWord::is_empty")]
    pub word: LoginWord,
    /// What this machine is called in the list of machines, where it has no name there yet.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub machine: Line,
}

/// A TLS client certificate with which one logs in from an IRC client, which is one more machine then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IrcCertificate {
    /// Its SHA-256.
    pub fingerprint: CertificateHash,
    /// What this machine is called in the list of machines, where it has no name there yet.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub machine: Line,
}

/// How far one has read a room. It is told to one's other machines and windows, and never goes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// The room.
    pub room: RoomName,
    /// The newest event that was read.
    pub seq: Seq,
}
