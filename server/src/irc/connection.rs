//! The shell of an IRC connection: its socket, its pipe into the chat, its limits and timers.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::time::Instant;

use crate::connection::context::Context;
use crate::transport::pipe::Pipe;
use crate::transport::socket::Socket;

/// An IRC client that was let in by its address.
pub struct Accepted {
    /// Its socket, the TLS handshake done.
    pub socket: Socket,
    /// Its address, for limits, bans and the log.
    pub peer: SocketAddr,
    /// When it must have registered.
    pub register_by: Instant,
    /// Attaches the near end of a pipe to the chat; the far end speaks the lines of `PROTOCOL.md`, beginning with `hello`. Must be
    /// called inside the runtime. May be called again for another identity, once the pipe before was dropped.
    pub attach: Box<dyn FnMut(Pipe) + Send>,
}

/// Serves it until it ends.
pub async fn serve(accepted: Accepted, context: Arc<Context>) {
    drop((accepted, context));
}
