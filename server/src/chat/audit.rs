//! The audit trail: who did what, to whom, why, when and from where. Entries are never deleted, so `reason` and `detail`
//! must not contain a secret or a key.

use std::fmt;
use std::net::IpAddr;

use shared::{Line, Millis, Sender};

use super::greeting::Origin;

/// An entry of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// When, in milliseconds since 1970.
    pub at: Millis,
    /// Who did it.
    pub by: Sender,
    /// From where they did it.
    pub origin: AuditOrigin,
    /// What.
    pub action: AuditAction,
    /// To whom.
    pub target: Option<Sender>,
    /// Why.
    pub reason: Line,
    /// More about it as `key=value` words: `role=`, `until=`, `address=`, `in_s=`, `seq=`, `room=`, `machine=` (a number), `now=` (a name), `node=`, or a
    /// limit.
    pub detail: String,
}

/// An action that the audit trail records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the verb of its name")]
pub enum AuditAction {
    Kick,
    Ban,
    Unban,
    Mute,
    Unmute,
    /// A moderator deleted what somebody else had said.
    Delete,
    /// Somebody was removed from a room.
    RoomKick,
    /// Somebody may not speak in a room.
    RoomMute,
    /// Somebody may speak in it again.
    RoomUnmute,
    /// A room was set up otherwise by somebody who is not its owner.
    SetRoom,
    Role,
    Announce,
    Shutdown,
    /// A shutdown countdown was cancelled.
    Cancel,
    /// A name was taken from somebody who is not here.
    FreeName,
    /// Somebody's secret was made to work no more.
    Revoke,
    /// Somebody was given a new secret.
    Reset,
    /// Somebody linked a machine: it is they from now on.
    Link,
    /// Somebody took a machine of theirs out.
    Unlink,
    /// A limit of the running server was changed.
    Limit,
    /// A node was taken out of the cluster.
    RemoveNode,
    /// Somebody proved to be an admin, by the key or by their connection.
    Auth,
    /// Somebody gave a wrong admin key.
    WrongKey,
}

/// Where an action came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditOrigin {
    /// An address.
    Net(IpAddr),
    /// A process of this Unix user, over the server's socket.
    Unix(u32),
    /// Neither: a pipe in a test.
    Unknown,
}

impl AuditAction {
    /// The word it is stored and shown as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kick => "kick",
            Self::Ban => "ban",
            Self::Unban => "unban",
            Self::Mute => "mute",
            Self::Unmute => "unmute",
            Self::Delete => "delete",
            Self::RoomKick => "room-kick",
            Self::RoomMute => "room-mute",
            Self::RoomUnmute => "room-unmute",
            Self::SetRoom => "set-room",
            Self::Role => "role",
            Self::Announce => "announce",
            Self::Shutdown => "shutdown",
            Self::Cancel => "shutdown-cancel",
            Self::FreeName => "free-name",
            Self::Revoke => "revoke",
            Self::Reset => "reset",
            Self::Link => "link",
            Self::Unlink => "unlink",
            Self::Limit => "limit",
            Self::RemoveNode => "remove-node",
            Self::Auth => "auth",
            Self::WrongKey => "wrong-key",
        }
    }
}

impl fmt::Display for AuditOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Net(address) => address.fmt(f),
            Self::Unix(uid) => write!(f, "unix:{uid}"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl Origin {
    /// The same for the audit trail.
    #[must_use]
    pub fn audit_origin(&self) -> AuditOrigin {
        let unix = || self.unix.map(AuditOrigin::Unix);
        self.address.map(AuditOrigin::Net).or_else(unix).unwrap_or(AuditOrigin::Unknown)
    }
}
