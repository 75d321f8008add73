//! What passes from node to node beside the order: that somebody is typing. It is worth nothing a moment later, so it is not stored, not
//! replicated and not sent again, and what finds no room is dropped.
//!
//! A node tells the others who is typing, by connection. Each of them answers that from its own chat, as the first one did:
//! connections that it does not know, and people who are not in that room there, are ignored.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::client_msg::RoomOnly;
use shared::{ClientMsg, RoomName};
use tokio::sync::mpsc;

use crate::chat::conn_id::{ConnId, NodeStart};
use crate::chat::proposal::Proposal;
use crate::chat::proposed_request::ProposedRequest;

/// The most that waits to be told to the other nodes, or was told by them and waits.
const WAITING: usize = 256;
/// The most that is told together.
pub const TOGETHER: usize = 256;

/// That somebody is typing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Notice {
    /// Over which connection.
    pub conn: ConnId,
    /// In which room.
    pub room: RoomName,
}

impl Notice {
    /// What a node tells the others of a proposal, if it tells them this way.
    #[must_use]
    pub fn of(proposal: &Proposal) -> Option<Self> {
        let Proposal::Request(asked) = proposal else { return None };
        let ClientMsg::Typing(RoomOnly { room }) = &asked.msg else { return None };
        Some(Self { conn: asked.conn, room: room.clone() })
    }

    /// The same as a proposal that nobody waits for.
    #[must_use]
    pub fn into_proposal(self) -> Proposal {
        let msg = ClientMsg::Typing(RoomOnly { room: self.room });
        Proposal::Request(Box::new(ProposedRequest::new(self.conn, None, msg)))
    }
}

/// The end in the server.
#[derive(Debug)]
pub(super) struct Passed {
    /// Tells the other nodes.
    pub(super) telling: Telling,
    /// What they told.
    pub(super) heard: mpsc::Receiver<Notice>,
}

/// Tells the other nodes.
#[derive(Clone, Debug)]
pub(super) struct Telling(mpsc::Sender<Notice>);

impl Telling {
    /// Tells the other nodes, if there is room.
    pub(super) fn tell(&self, notice: Notice) {
        self.0.try_send(notice).unwrap_or_default();
    }
}

/// The end toward the other nodes.
#[derive(Debug)]
pub struct Passing {
    told: mpsc::Receiver<Notice>,
    heard: Heard,
}

/// Takes what the other nodes tell.
#[derive(Clone, Debug)]
pub struct Heard {
    start: NodeStart,
    heard: mpsc::Sender<Notice>,
}

impl Passing {
    /// Both ends, for this start of a node.
    pub(super) fn new(start: NodeStart) -> (Passed, Self) {
        let (telling, told) = mpsc::channel(WAITING);
        let (hearing, heard) = mpsc::channel(WAITING);
        let heard_by = Heard { start, heard: hearing };
        (Passed { telling: Telling(telling), heard }, Self { told, heard: heard_by })
    }

    /// What is to be told to the other nodes, each once; none when the server has ended. Cancel safe.
    pub async fn next(&mut self) -> Option<BTreeSet<Notice>> {
        let mut notices = BTreeSet::from([self.told.recv().await?]);
        while notices.len() < TOGETHER
            && let Ok(notice) = self.told.try_recv()
        {
            notices.insert(notice);
        }
        Some(notices)
    }

    /// Where that is given which other nodes tell.
    #[must_use]
    pub fn heard(&self) -> Heard {
        self.heard.clone()
    }
}

impl Heard {
    /// A node told something. Dropped where this one is behind, and if it is its own.
    pub fn hear(&self, notice: Notice) {
        if notice.conn.on != self.start {
            self.heard.try_send(notice).unwrap_or_default();
        }
    }
}
