//! What the chat is asked. Everything that is not a function of its state (time, hashes of fresh secrets, names to choose
//! from, what the store remembers of a nonce) comes in here, so that every machine that applies the same proposals in the
//! same order has the same chat. Proposals travel and are kept as JSON (see [`crate::order::codec`]): a secret in clear must
//! not be part of one.

use std::collections::BTreeMap;
use std::net::IpAddr;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};

use shared::{ClientMsg, Line, Millis, Name, Nonce, RequestId, Role, RoomName, Seq, Uid};

use super::conn_id::ConnId;
use super::dedupe::Said;
use super::rules::Rules;

/// A proposal with its place in the order and its time: all that [`super::Chat::handle`] is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ordered {
    /// Its place.
    pub place: Place,
    /// Its time, in milliseconds since 1970, as the order says it; machines that apply it later use this one, too.
    pub at: Millis,
    /// What is proposed.
    pub proposal: Proposal,
}

/// A place in the order: 1 for the first proposal, then one more for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub u64);

impl Place {
    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// The SHA-256 of a secret: all that the server keeps of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretHash(pub [u8; 32]);

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

impl From<SecretHash> for String {
    fn from(hash: SecretHash) -> Self {
        Base64UrlUnpadded::encode_string(&hash.0)
    }
}

impl TryFrom<String> for SecretHash {
    type Error = base64ct::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut bytes = [0; 32];
        match Base64UrlUnpadded::decode(&text, &mut bytes)?.len() {
            32 => Ok(Self(bytes)),
            _ => Err(base64ct::Error::InvalidLength),
        }
    }
}

/// Something to be carried out, at its place in the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Proposal {
    /// A connection greeted and was admitted.
    Hello(Box<Greeting>),
    /// A connection asks for something.
    Request(Box<ProposedRequest>),
    /// The server's operator asks for something, without being here as a person.
    Operate(Box<ProposedOperation>),
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
    /// A connection showed an admin key that is none.
    WrongKey {
        /// Which.
        conn: ConnId,
    },
    /// A connection is gone without a word.
    Lost {
        /// Which.
        conn: ConnId,
    },
    /// The server is told to end by its operator.
    Stop {
        /// Whether it will be back at once.
        restart: bool,
    },
    /// From here on other rules hold. Whoever is here stays, also where there are fewer places now.
    Rules(Box<Rules>),
    /// Time has passed; see [`super::Chat::next_deadline`].
    Tick,
    /// The wall clock was set, and the time of the order with it: what was to happen at some time happens after the same
    /// while as before. The order's time is the new one from this proposal on.
    ClockStepped {
        /// By how many milliseconds; back if negative.
        by: Millis,
    },
    /// The store was asked for the message with a nonce; see [`super::deferred`].
    NonceLookedUp {
        /// Whose.
        uid: Uid,
        /// The nonce.
        nonce: Nonce,
        /// What it said.
        answer: NonceAnswer,
    },
}

impl Proposal {
    /// The connection this is about, if it is about one.
    #[must_use]
    pub fn conn(&self) -> Option<ConnId> {
        match self {
            Self::Hello(greeting) => Some(greeting.conn),
            Self::Request(asked) => Some(asked.conn),
            Self::Operate(operated) => Some(operated.conn),
            Self::Granted { conn, .. } | Self::WrongKey { conn } | Self::Lost { conn } => Some(*conn),
            Self::Stop { .. }
            | Self::Rules(_)
            | Self::Tick
            | Self::ClockStepped { .. }
            | Self::NonceLookedUp { .. } => None,
        }
    }
}

/// What the store says of a nonce.
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

/// A request of a connection that was welcomed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedRequest {
    /// Whose.
    pub conn: ConnId,
    /// What the client calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// What is asked.
    pub msg: ClientMsg,
}

impl ProposedRequest {
    /// The nonce of a request that is a message.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other requests are not messages")]
    pub fn nonce(&self) -> Option<&Nonce> {
        match &self.msg {
            ClientMsg::Say(say) => Some(&say.nonce),
            ClientMsg::Direct(direct) => Some(&direct.nonce),
            _ => None,
        }
    }
}

/// A request of the server's operator, over a connection that proved to be theirs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProposedOperation {
    /// Where the answer goes.
    pub conn: ConnId,
    /// What the client calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// What is asked.
    pub msg: ClientMsg,
    /// The Unix user whose process asks.
    pub unix: u32,
}

/// A greeting that passed admission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Greeting {
    /// The new connection.
    pub conn: ConnId,
    /// The request to answer, for clients that name even this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// Where it comes from.
    pub origin: Origin,
    /// The name wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<Name>,
    /// The secret that was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<SecretHash>,
    /// Where to go on in each room.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resume: BTreeMap<RoomName, Seq>,
    /// The hash of a secret for a new identity. The secret itself stays with the connection it was made for.
    pub fresh: SecretHash,
    /// Random names, the first free one is taken.
    pub candidates: Vec<Name>,
}

/// Where a connection comes from, as far as the chat needs to know: to tell moderators, and to keep the banned out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Its address; none for somebody on the server's machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The Unix user whose process it is, over the server's Unix socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unix: Option<u32>,
    /// What the client calls itself.
    pub client: Line,
    /// The role the connection itself proves: more than a member for the operator's own socket.
    pub role: Role,
}
