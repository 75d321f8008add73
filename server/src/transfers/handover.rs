//! A connection that moves a content, as its greeting hands it over.

use std::sync::Arc;

use bytes::Bytes;
use shared::client_msg::Transfer;

use crate::transport::socket::Socket;

/// The connection. Nobody else has its socket.
#[derive(Debug)]
pub struct Handover {
    /// The socket.
    pub socket: Arc<Socket>,
    /// Its only line.
    pub request: Transfer,
    /// What was read behind that line already.
    pub early: Bytes,
}
