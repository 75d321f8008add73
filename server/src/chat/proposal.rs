//! What the chat is asked. Everything that is not a function of its state (time, tokens, names to choose from)
//! comes in here. It must not hold a socket or anything else that only one machine has.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::rules::Rules;
use shared::{ClientMsg, Event, Line, Name, Nonce, RequestId, Role, RoomName, Secret, Seq};

/// A connection, for as long as the server runs. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// The SHA-256 of a secret: all that is kept of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// Something to be carried out, in its turn.
#[derive(Clone, Debug)]
pub enum Proposal {
    /// A connection greeted and was admitted.
    Hello(Box<Greeting>),
    /// A connection asks for something.
    Request(Box<Asked>),
    /// The server's operator asks for something, without being here as a person.
    Operate(Box<Operated>),
    /// A connection proved that it may have a role.
    Granted {
        /// Who.
        conn: ConnId,
        /// The request to answer.
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
            Self::Stop { .. } | Self::Rules(_) | Self::Tick => None,
        }
    }
}

/// A request of a connection that was welcomed.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Whose.
    pub conn: ConnId,
    /// What the client calls it.
    pub id: Option<RequestId>,
    /// What is asked.
    pub msg: ClientMsg,
    /// The message that has this nonce already, when the store was asked; see [`super::Chat::unsure_about`].
    pub said_before: Option<Box<Event>>,
}

impl Asked {
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
#[derive(Clone, Debug)]
pub struct Operated {
    /// Where the answer goes.
    pub conn: ConnId,
    /// What the client calls it.
    pub id: Option<RequestId>,
    /// What is asked.
    pub msg: ClientMsg,
    /// The Unix user whose process asks.
    pub unix: u32,
}

/// A greeting that passed admission.
#[derive(Clone, Debug)]
pub struct Greeting {
    /// The new connection.
    pub conn: ConnId,
    /// The request to answer, for clients that name even this one.
    pub id: Option<RequestId>,
    /// Where it comes from.
    pub origin: Origin,
    /// The name wanted.
    pub wish: Option<Name>,
    /// The secret that was shown.
    pub shown: Option<SecretHash>,
    /// Where to go on in each room.
    pub resume: BTreeMap<RoomName, Seq>,
    /// A secret for a new identity.
    pub fresh: (Secret, SecretHash),
    /// Random names, the first free one is taken.
    pub candidates: Vec<Name>,
}

/// Where a connection comes from, as far as the chat needs to know: to tell moderators, and to keep the banned out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Its address; none for somebody on the server's machine.
    pub address: Option<IpAddr>,
    /// The Unix user whose process it is, over the server's Unix socket.
    pub unix: Option<u32>,
    /// What the client calls itself.
    pub client: Line,
    /// The role the connection itself proves: more than a member for the operator's own socket.
    pub role: Role,
}
