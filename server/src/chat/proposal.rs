//! The input of the chat. Everything that is not a function of its state (time, hashes of fresh secrets, random names,
//! the store's answer for a nonce) is part of a proposal, so that every machine that applies the same proposals in the
//! same order has the same state. Proposals are sent and stored as JSON (see [`crate::order::codec`]); none contains a
//! secret in clear, only its hash.

use serde::{Deserialize, Serialize};

use shared::{Line, Millis, NodeName, Nonce, RequestId, Role, Uid};

use super::conn_id::{ConnId, NodeStart};
use super::dedupe::Said;
use super::greeting::Greeting;
use super::limit_change::LimitChange;
use super::linked_secret::MadeOf;
use super::message_lookup::MessageLookup;
use super::node_identity::NodeIdentity;
use super::node_proposal::{Alive, Entry, ProposedRemoval};
use super::place::Place;
use super::proposed_request::{ProposedOperation, ProposedRequest};
use super::rules::Rules;
pub use shared::SecretHash;

/// A proposal with its place in the order and its time: the only argument of [`super::Chat::handle`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ordered {
    /// Its place.
    pub place: Place,
    /// Its time in milliseconds since 1970, given by the order. Also a machine that applies it later uses this one.
    pub at: Millis,
    /// Which proposal of which node it is, in an order that several nodes share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<NodeOrigin>,
    /// What is proposed.
    pub proposal: Proposal,
}

/// Which node proposed something, and its number there: such an order may bring a proposal again, and the number tells
/// that it is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NodeOrigin {
    /// The start of the node.
    pub start: NodeStart,
    /// The number of the proposal among all of that start: 1 for the first, then one more for each.
    pub number: u64,
}

/// Something for the chat to apply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Proposal {
    /// A connection greeted and was admitted.
    Hello(Box<Greeting>),
    /// A connection asks for something.
    Request(Box<ProposedRequest>),
    /// The server's operator, who has no identity, asks for something.
    Operate(Box<ProposedOperation>),
    /// The server's operator gives somebody another secret.
    NewSecret(Box<ProposedSecret>),
    /// A connection wants a code for another machine.
    Link(Box<ProposedLink>),
    /// A connection gives its identity a machine whose secret was made of a word or a certificate, or takes out the one of a word.
    Machine(Box<ProposedMachine>),
    /// A connection proved that it may have a role.
    Granted {
        /// Who.
        conn: ConnId,
        /// The request to answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<RequestId>,
        /// The role.
        role: Role,
    },
    /// A connection gave a wrong admin key.
    WrongKey {
        /// Which.
        conn: ConnId,
    },
    /// A connection ended without `quit`.
    Lost {
        /// Which.
        conn: ConnId,
    },
    /// The server closed a connection before its greeting was answered, and so that the answer never gets there.
    NotWelcomed {
        /// Which.
        conn: ConnId,
        /// The hash of the secret that was made for the greeting, which nobody was told.
        fresh: SecretHash,
    },
    /// The server is told to end by its operator.
    Stop {
        /// Whether it restarts at once.
        restart: bool,
    },
    /// The rules change from here on. Whoever is present stays, even if there are more users than the new limit.
    Rules(Box<Rules>),
    /// One limit changes from here on, until the next change of the rules.
    Limit(LimitChange),
    /// Time has passed; see [`super::Chat::next_deadline`].
    Tick,
    /// The wall clock was set; this proposal and all later ones have the new time. Deadlines are shifted by the same
    /// amount, so that every interval keeps its length.
    ClockStepped {
        /// By how many milliseconds; negative if it was set back.
        by: Millis,
    },
    /// The answers of the store to [`super::effect::Effect::LookUpNonce`]: as many as were read together.
    NoncesLookedUp {
        /// The answers, in the order of the questions.
        lookups: Vec<NonceLookup>,
    },
    /// An order begins: its first proposal, which no node proposes while it runs and which changes nothing.
    Found {
        /// The node whose chat all begin with.
        by: NodeName,
        /// Which state directory that is in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity: Option<NodeIdentity>,
    },
    /// A node enters the cluster: the first that each start of a node proposes.
    Enter(Box<Entry>),
    /// A node still runs.
    Alive(Box<Alive>),
    /// A node ends, as planned: its connections are closed already.
    Exit,
    /// The operator says that a node belongs to the cluster no more.
    RemoveNode(Box<ProposedRemoval>),
    /// A node that does not run would let the order grow beyond its bound, and must set itself up anew when it comes back.
    EvictNode {
        /// Which.
        node: NodeName,
    },
    /// The answers of the store to [`super::effect::Effect::LookUpMessage`].
    MessagesLookedUp {
        /// The answers, in the order of the questions.
        lookups: Vec<MessageLookup>,
    },
}

impl Proposal {
    /// Whether the chat is the same afterwards: it only asks something, or says that somebody is typing. A node answers that by itself.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        let msg = if let Self::Request(asked) = self {
            &asked.msg
        } else if let Self::Operate(operated) = self {
            &operated.msg
        } else {
            return false;
        };
        msg.changes_nothing()
    }

    /// The connection that waits for an answer, and what it calls the request; none where nobody waits.
    #[must_use]
    pub fn reply_to(&self) -> Option<(ConnId, Option<RequestId>)> {
        match self {
            Self::Hello(greeting) => Some((greeting.conn, greeting.id.clone())),
            Self::Request(asked) => Some((asked.conn, asked.id.clone())),
            Self::Operate(operated) => Some((operated.conn, operated.id.clone())),
            Self::NewSecret(proposed) => Some((proposed.conn, proposed.id.clone())),
            Self::RemoveNode(proposed) => Some((proposed.conn, proposed.id.clone())),
            Self::Link(proposed) => Some((proposed.conn, proposed.id.clone())),
            Self::Machine(proposed) => Some((proposed.conn, proposed.id.clone())),
            Self::Granted { conn, id, .. } => Some((*conn, id.clone())),
            Self::WrongKey { .. }
            | Self::Lost { .. }
            | Self::NotWelcomed { .. }
            | Self::Stop { .. }
            | Self::Rules(_)
            | Self::Limit(_)
            | Self::Tick
            | Self::ClockStepped { .. }
            | Self::Found { .. }
            | Self::Enter(_)
            | Self::Alive(_)
            | Self::Exit
            | Self::EvictNode { .. }
            | Self::NoncesLookedUp { .. }
            | Self::MessagesLookedUp { .. } => None,
        }
    }

    /// The connection it comes from or is about, if there is one.
    #[must_use]
    pub fn conn(&self) -> Option<ConnId> {
        match self {
            Self::Hello(greeting) => Some(greeting.conn),
            Self::Request(asked) => Some(asked.conn),
            Self::Operate(operated) => Some(operated.conn),
            Self::NewSecret(proposed) => Some(proposed.conn),
            Self::RemoveNode(proposed) => Some(proposed.conn),
            Self::Link(proposed) => Some(proposed.conn),
            Self::Machine(proposed) => Some(proposed.conn),
            Self::Granted { conn, .. }
            | Self::WrongKey { conn }
            | Self::Lost { conn }
            | Self::NotWelcomed { conn, .. } => Some(*conn),
            Self::Stop { .. }
            | Self::Rules(_)
            | Self::Limit(_)
            | Self::Tick
            | Self::ClockStepped { .. }
            | Self::Found { .. }
            | Self::Enter(_)
            | Self::Alive(_)
            | Self::Exit
            | Self::EvictNode { .. }
            | Self::NoncesLookedUp { .. }
            | Self::MessagesLookedUp { .. } => None,
        }
    }
}

/// What the store knows of a nonce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NonceAnswer {
    /// It was used, for this message.
    Said(Said),
    /// It was never used.
    New,
    /// The store cannot be read.
    Unknown,
}

/// A nonce and what the store says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonceLookup {
    /// Whose.
    pub uid: Uid,
    /// The nonce.
    pub nonce: Nonce,
    /// The answer.
    pub answer: NonceAnswer,
    /// The greatest nonce of theirs in the store, by its bytes; none if there is none, or if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greatest: Option<Nonce>,
}

/// Another secret for an identity, of which the server only ever has the hash. The one before no longer works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedSecret {
    /// The operator's connection to answer on.
    pub conn: ConnId,
    /// The client's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// The Unix user whose process asks.
    pub unix: u32,
    /// Whose secret it will be.
    pub uid: Uid,
    /// The hash of it.
    pub hash: SecretHash,
    /// Whether somebody has the secret, who will come back with it.
    pub reset: bool,
}

/// A code for another machine of whoever asks, of which only this hash is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedLink {
    /// The connection that asks.
    pub conn: ConnId,
    /// The client's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// The hash of the code.
    pub code: SecretHash,
    /// What the machine that asks is called.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub machine: Line,
}

/// A machine whose secret was made of something that its person chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedMachine {
    /// The connection that asks.
    pub conn: ConnId,
    /// The client's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// What the secret was made of.
    pub made_of: MadeOf,
    /// The hash of the secret; none to take the machine out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretHash>,
    /// What the new machine is called.
    pub name: Line,
    /// What the machine that asks is called.
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub machine: Line,
}
