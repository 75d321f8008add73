//! What connections and observers tell the hub beside proposals: what concerns one connection or this process alone, and
//! so does not go through the order.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::oneshot;

use shared::{Refusal, RequestId, Secret};

use crate::admin::status::ProbeReport;
use crate::chat::conn_id::ConnId;
use crate::store::CommitResult;
use crate::transport::socket::Socket;

/// Where the answer to a health probe goes: what became of a batch made for it.
pub type ProbeReply = oneshot::Sender<CommitResult>;

/// How many people and rooms there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChatCounts {
    /// People who are connected.
    pub users: usize,
    /// Rooms, direct ones included.
    pub rooms: usize,
}

/// What connections tell the hub beside their proposals.
#[derive(Debug)]
pub enum HubMsg {
    /// A connection is about to greet, with a secret that was made for it in case its identity is new.
    Open(ConnId, Arc<Socket>, Option<Secret>),
    /// The connection broke a rule that ends it.
    Fatal(ConnId, Refusal),
    /// A line that admission answers by itself.
    Answer(ConnId, Bytes),
    /// The operator asks how the server is, and has heard from the store.
    Status(ConnId, Option<RequestId>, ProbeReport),
    /// The connection takes more again.
    Writable(ConnId),
    /// The connection is gone.
    Closed(ConnId),
    /// Somebody asks whether the server works; see [`crate::hub::health`].
    Probe(ProbeReply),
    /// Somebody asks whether the store takes something, too.
    ProbeWrite(ProbeReply),
}

/// The capacity of the queue; when it is full, senders wait.
pub const HUB_MSGS_WAITING: usize = 1024;
