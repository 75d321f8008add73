//! Messages to the hub that do not go through the order, because they concern one connection or this process only: opened
//! and closed connections, lines that admission answers, health probes.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::oneshot;

use shared::server_msg::Form;
use shared::{FileHash, FileProof, LinkCode, Name, Refusal, RequestId, Secret, Uid};

use crate::admin::status::ProbeReport;
use crate::chat::conn_id::ConnId;
use crate::chat::find::Wanted;
use crate::store::CommitResult;
use crate::transport::socket::Socket;

/// Where the result of a health probe goes: that of a batch committed for it.
pub type ProbeReply = oneshot::Sender<CommitResult>;

/// The number of people and rooms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChatCounts {
    /// People who are connected.
    pub users: usize,
    /// Rooms, direct ones included.
    pub rooms: usize,
}

/// A message to the hub beside the proposals.
#[derive(Debug)]
pub enum HubMsg {
    /// A connection is about to propose its greeting. The secret was made for it and is told to it if its identity is
    /// new. It wants to be told of people in this form.
    Open(ConnId, Arc<Socket>, Option<Secret>, Form),
    /// The connection greeted while this node is cut off from the order: its greeting was not proposed.
    SendAway(ConnId),
    /// The connection violated the protocol in a way that ends it.
    Fatal(ConnId, Box<Refusal>),
    /// An answer to a line that was handled without the chat.
    Answer(ConnId, Bytes),
    /// The code that was made for another machine of whoever asks over this connection; the answer tells it.
    LinkCode(ConnId, LinkCode),
    /// The proof that whoever asks over this connection has the content of this hash; what they ask for comes through the order.
    Proof(ConnId, FileHash, FileProof),
    /// The operator asks for the status; the report says what was measured before.
    Status(ConnId, Option<RequestId>, Box<ProbeReport>),
    /// The socket is writable again.
    Writable(ConnId),
    /// The connection is closed.
    Closed(ConnId),
    /// Who this is, if anybody.
    Find(Wanted, oneshot::Sender<Option<(Uid, Name)>>),
    /// This server ends, as its operator wants.
    Leave,
    /// A health probe: passes through the hub and an empty commit; see `hub/health.rs`.
    Probe(ProbeReply),
    /// A health probe that also writes to the store.
    ProbeWrite(ProbeReply),
}

/// The capacity of the queue; when it is full, senders wait (backpressure).
pub const HUB_MSGS_WAITING: usize = 1024;
