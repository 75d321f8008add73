//! The output of the chat: what the hub must do, as data. The order in the list matters.

use std::sync::Arc;

use shared::client_msg::Upload;
use shared::server_msg::{Goodbye, PresenceState, Sanction, SanctionKind, Welcome};
use shared::{Event, Line, Millis, Nonce, Reaction, RequestId, RoomName, Sender, Seq, ServerMsg, Text, Uid};

use super::audit::Audit;
use super::conn_id::{ConnId, NodeStart};
use super::identity::Identity;
use super::limit_change::LimitChange;
use super::message_lookup::MessageQuestion;
use super::newcomer_history::ReadFrom;
use super::room_settings::Settings;

/// Something the hub must do, after everything before it in the list.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Store the event, then deliver it to everyone who follows its room.
    Publish(Event),
    /// Store a record.
    Save(Record),
    /// Send a message to one connection: an answer, or what it did not ask for.
    Tell {
        /// Whom.
        conn: ConnId,
        /// What.
        msg: Box<ServerMsg>,
    },
    /// The connection belongs to an identity from now on: send the welcome.
    Welcome {
        /// Which.
        conn: ConnId,
        /// The message, without the secret, which the hub adds.
        welcome: Box<Welcome>,
        /// Whether the identity, or this machine of its, is new, so that the connection must be told its secret.
        has_fresh_secret: bool,
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
    /// Send `resumed` once the connection has caught up.
    Resumed {
        /// Which.
        conn: ConnId,
    },
    /// Somebody's presence changed. Not stored; may be coalesced or dropped.
    Presence {
        /// The room whose followers are told.
        room: RoomName,
        /// Who.
        uid: Uid,
        /// How they are.
        state: PresenceState,
    },
    /// Read history for a connection that may see it.
    Read {
        /// Whom it is for.
        conn: ConnId,
        /// The request to answer.
        id: Option<RequestId>,
        /// What to read.
        query: Query,
    },
    /// Ask for a token to send a content, for an identity that may.
    Upload {
        /// Whom it is for.
        conn: ConnId,
        /// The request to answer.
        id: Option<RequestId>,
        /// Whose connection it is.
        uid: Uid,
        /// What is to be sent.
        upload: Box<Upload>,
    },
    /// An identity may not move contents any more: what it moves ends.
    EndTransfers(Uid),
    /// Look up the message with a nonce in the store, and propose the answer.
    LookUpNonce {
        /// Whose.
        uid: Uid,
        /// The nonce.
        nonce: Nonce,
        /// The node that does it: the one that has the connection, as long as it runs.
        on: NodeStart,
    },
    /// Look up a message in the store once everything before it is committed, and propose the answer.
    LookUpMessage {
        /// The question.
        question: MessageQuestion,
        /// The node that does it.
        on: NodeStart,
    },
    /// Marks the effects up to the next `Begin` as those of this deferred request.
    Begin {
        /// Who asked.
        conn: ConnId,
        /// What they call it.
        id: Option<RequestId>,
    },
    /// Nothing more comes from the connection: close it once what it asked for is answered.
    Finish {
        /// Which.
        conn: ConnId,
    },
    /// Change a limit of this process, if one is given, and tell all limits.
    Limits {
        /// Who asked.
        conn: ConnId,
        /// The request to answer.
        id: Option<RequestId>,
        /// The change.
        change: Option<LimitChange>,
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
        /// The goodbye, if it says more than the refusal.
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
    /// The connection it is for, if it is for exactly one.
    #[must_use]
    pub fn conn(&self) -> Option<ConnId> {
        match self {
            Self::Tell { conn, .. }
            | Self::Welcome { conn, .. }
            | Self::Follow { conn, .. }
            | Self::Unfollow { conn, .. }
            | Self::Resumed { conn }
            | Self::Read { conn, .. }
            | Self::Upload { conn, .. }
            | Self::Finish { conn }
            | Self::Limits { conn, .. }
            | Self::Close { conn, .. }
            | Self::Reject { conn, .. } => Some(*conn),
            Self::Publish(_)
            | Self::Save(_)
            | Self::Presence { .. }
            | Self::EndTransfers(_)
            | Self::LookUpNonce { .. }
            | Self::LookUpMessage { .. }
            | Self::Begin { .. }
            | Self::Stop { .. } => None,
        }
    }

    /// The node that it is for, if it is for exactly one: the one that holds its connection, or is to look something up.
    #[must_use]
    pub fn node(&self) -> Option<NodeStart> {
        if let Self::LookUpNonce { on, .. } | Self::LookUpMessage { on, .. } = self {
            return Some(*on);
        }
        self.conn().map(|conn| conn.on)
    }
}

/// A row of the store other than an event.
#[derive(Clone, Debug)]
pub enum Record {
    /// An identity, new or changed; shared, since both the store and whoever waits for it have it.
    Identity(Arc<Identity>),
    /// An identity is deleted.
    Forget(Uid),
    /// A room's topic and how it is set up, or a new room.
    Room {
        /// Its name.
        name: RoomName,
        /// Its topic.
        topic: Line,
        /// How it is set up.
        settings: Option<Box<Settings>>,
    },
    /// Somebody is in a room from now on, or no longer.
    Member {
        /// Who.
        uid: Uid,
        /// The room.
        room: RoomName,
        /// Whether they are in it.
        inside: bool,
        /// The event by which they came in; zero where nothing was there before.
        since: Seq,
    },
    /// A ban or a mute is in force, or its end changed.
    Sanction(Box<Sanction>),
    /// A ban or a mute was lifted or has expired.
    Lift {
        /// Which of the two.
        kind: SanctionKind,
        /// For whom.
        uid: Uid,
    },
    /// An entry of the audit trail.
    Audit(Box<Audit>),
    /// A message has another text.
    Edit {
        /// Which.
        of: Seq,
        /// Its new text.
        text: Text,
        /// When.
        at: Millis,
    },
    /// A message is deleted.
    Delete {
        /// Which.
        of: Seq,
        /// Who deleted it.
        by: Box<Sender>,
    },
    /// Somebody reacts to a message, or takes a reaction back.
    React {
        /// Which.
        of: Seq,
        /// Who.
        uid: Uid,
        /// The reaction.
        with: Reaction,
        /// The place of the event.
        seq: Seq,
        /// Whether it is taken back.
        off: bool,
    },
}

/// A read of history.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// A page of a room.
    Page {
        /// The room.
        room: RoomName,
        /// Which page.
        from: PageFrom,
        /// What the reader may read of the room, if not all of it.
        read_from: Option<ReadFrom>,
        /// The most events.
        limit: usize,
    },
    /// The file that a message brings.
    File {
        /// The room.
        room: RoomName,
        /// The message.
        of: Seq,
        /// What the reader may read of the room, if not all of it.
        read_from: Option<ReadFrom>,
    },
    /// Messages with some words in them.
    Find {
        /// The words.
        words: Line,
        /// The rooms to look in.
        rooms: Vec<RoomName>,
        /// What the reader may read of some of them, if not all.
        read_from: Vec<(RoomName, ReadFrom)>,
        /// Only messages before this seq.
        before: Option<Seq>,
        /// The most messages.
        limit: usize,
    },
}

/// The position of a page.
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
    /// Events from before this time.
    BeforeTime(Millis),
    /// Events from after this time.
    AfterTime(Millis),
    /// Events on both sides of this time.
    AroundTime(Millis),
}
