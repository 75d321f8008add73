//! What must be done about a proposal. It must not do any of it; the hub does.

use shared::server_msg::{Goodbye, PresenceState, Sanction, SanctionKind, Welcome};
use shared::{Event, Line, Nonce, RequestId, RoomName, Seq, ServerMsg, Uid};

use super::audit::Audit;
use super::conn_id::ConnId;
use super::roster::Identity;

/// Something to be done, after everything before it in the same list.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Keep the event and deliver it to everyone who follows its room.
    Publish(Event),
    /// Keep a record.
    Save(Record),
    /// Tell one connection something.
    Reply {
        /// Whom.
        conn: ConnId,
        /// What.
        msg: Box<ServerMsg>,
    },
    /// The connection speaks for an identity from here on.
    Welcome {
        /// Which.
        conn: ConnId,
        /// What it is told, but for the secret.
        welcome: Box<Welcome>,
        /// Whether the identity is new: the connection is told the secret that was made for it.
        is_new: bool,
    },
    /// The connection follows a room, from the event after `after`.
    Follow {
        /// Which.
        conn: ConnId,
        /// The room.
        room: RoomName,
        /// The last event it has seen.
        after: Seq,
    },
    /// The connection no longer follows a room.
    Unfollow {
        /// Which.
        conn: ConnId,
        /// The room.
        room: RoomName,
    },
    /// Once the connection has everything it missed, tell it so.
    Resumed {
        /// Which.
        conn: ConnId,
    },
    /// Somebody's presence changed; not history, may be merged or dropped.
    Presence {
        /// The room whose followers are told.
        room: RoomName,
        /// Who.
        uid: Uid,
        /// How they are.
        state: PresenceState,
    },
    /// Read the past for a connection that may see it.
    Read {
        /// Whom it is for.
        conn: ConnId,
        /// The request to answer.
        id: Option<RequestId>,
        /// What to read.
        query: Query,
    },
    /// Look into the store for the message with a nonce, and propose what it says.
    LookUpNonce {
        /// Whose.
        uid: Uid,
        /// The nonce.
        nonce: Nonce,
    },
    /// The effects up to the next one of these answer this request, which had waited.
    Begin {
        /// Who asked.
        conn: ConnId,
        /// What they call it.
        id: Option<RequestId>,
    },
    /// Say goodbye and close.
    Close {
        /// Which.
        conn: ConnId,
        /// The last line.
        goodbye: Box<Goodbye>,
    },
    /// Refuse a greeting and close.
    Reject {
        /// Which.
        conn: ConnId,
        /// Why.
        refusal: shared::Refusal,
        /// The last line, where it says more than the refusal.
        goodbye: Option<Box<Goodbye>>,
    },
    /// End the server: tell everyone this, then exit.
    Stop {
        /// Why.
        reason: Line,
        /// Who did it; `None` for the operator.
        by: Option<shared::Name>,
        /// Whether the server comes back at once.
        restart: bool,
        /// Whether clients should try to come back.
        reconnect: bool,
    },
}

impl Effect {
    /// The connection that hears of it, where it is one alone.
    #[must_use]
    pub fn conn(&self) -> Option<ConnId> {
        match self {
            Self::Reply { conn, .. }
            | Self::Welcome { conn, .. }
            | Self::Follow { conn, .. }
            | Self::Unfollow { conn, .. }
            | Self::Resumed { conn }
            | Self::Read { conn, .. }
            | Self::Close { conn, .. }
            | Self::Reject { conn, .. } => Some(*conn),
            Self::Publish(_)
            | Self::Save(_)
            | Self::Presence { .. }
            | Self::LookUpNonce { .. }
            | Self::Begin { .. }
            | Self::Stop { .. } => None,
        }
    }
}

/// A row the store keeps beside the events.
#[derive(Clone, Debug)]
pub enum Record {
    /// An identity, new or changed.
    Identity(Box<Identity>),
    /// An identity that nobody needs any more.
    Forget(Uid),
    /// A room's topic, or a new room.
    Room {
        /// Its name.
        name: RoomName,
        /// Its topic.
        topic: Line,
    },
    /// Somebody is in a room from now on, or no longer.
    Member {
        /// Who.
        uid: Uid,
        /// The room.
        room: RoomName,
        /// Whether they are in it.
        inside: bool,
    },
    /// A ban or a mute that holds from now on.
    Sanction(Box<Sanction>),
    /// A ban or a mute that does not hold any more.
    Lift {
        /// Which of the two.
        kind: SanctionKind,
        /// For whom.
        uid: Uid,
    },
    /// An act of somebody who has a say, for the audit trail.
    Audit(Box<Audit>),
}

/// Something to read from the past.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// A page of a room.
    Page {
        /// The room.
        room: RoomName,
        /// Which page.
        from: PageFrom,
        /// The most events.
        limit: usize,
    },
    /// Messages with some words in them.
    Find {
        /// The words.
        words: Line,
        /// The rooms to look in.
        rooms: Vec<RoomName>,
        /// Only messages before this seq.
        before: Option<Seq>,
        /// The most messages.
        limit: usize,
    },
}

/// Where a page lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageFrom {
    /// The newest events.
    End,
    /// Events before this one.
    Before(Seq),
    /// Events after this one.
    After(Seq),
    /// Events on both sides of this one, itself included.
    Around(Seq),
}
