//! Code in this process as a connection: for another line protocol, or a screen over another transport. It is a client like any
//! other, so the chat, the hub and the delivery need to know nothing of it.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::time::Instant;

use super::acceptor::Acceptor;
use super::canonical;
use crate::chat::limit_key::LimitKey;
use crate::connection::{self, close};
use crate::transport::peer::Peer;
use crate::transport::pipe::Pipe;
use crate::transport::socket::Stream;

/// What a door's own connection in memory holds in each direction: a line of it.
const DOOR_BYTES: usize = 4096;

impl Acceptor {
    /// A connection of code in this process that tells of a door, see [`crate::doors`]. Must be called inside a tokio runtime.
    #[must_use]
    pub fn attach_door(&self) -> Pipe {
        let (near, served) = connection::over_pipe(Arc::clone(&self.0.context), DOOR_BYTES);
        tokio::spawn(served);
        near
    }

    /// Serves a pipe in memory as a connection from `peer`, on a task of its own: for code in this process that speaks
    /// for a remote user (another line protocol, a screen over another transport). `peer` is that user's address; limits
    /// and bans by address apply to it, and the log shows it.
    ///
    /// The pipe speaks the JSON lines of `PROTOCOL.md`, without TLS. Must be called inside a tokio runtime. When there is
    /// no room, the pipe gets an `error` and a `goodbye`, as it would over the network.
    pub fn attach(&self, pipe: Pipe, peer: SocketAddr) {
        let peer = canonical(peer);
        let slot = self.acquire_slot(LimitKey::of(peer.ip()));
        let acceptor = self.clone();
        tokio::spawn(async move {
            let socket = acceptor.socket(Stream::Memory(pipe), Peer::Net(peer));
            let conn = acceptor.0.context.conn_ids.next();
            let slot = match slot {
                Ok(slot) => slot,
                Err(refusal) => {
                    return close::refuse(conn, &socket, refusal, &acceptor.0.context).await;
                }
            };
            if let Some(permits) = acceptor.greeting_permits(slot.wait_to_greet().await).await {
                let context = Arc::clone(&acceptor.0.context);
                let greet_by = Instant::now() + context.greeting;
                connection::serve(conn, socket, greet_by, permits, context).await;
            }
            drop(slot);
        });
    }
}
