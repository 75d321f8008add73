//! Connections of IRC clients: their slot, permits and refusals are those of every connection over the network. The first byte
//! tells TLS from plain lines, and [`irc::connection`] serves what comes then. A client is attached to the chat only when it has
//! registered, by a pipe that belongs to the slot the client has had since it was accepted.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout, timeout_at};

use shared::{Code, Refusal};

use super::acceptor::Acceptor;
use super::address_limit::AddressSlot;
use super::sniff::{HANDSHAKE, first_byte};
use crate::connection::close::CLOSE_TIMEOUT;
use crate::irc;
use crate::irc::connection::Accepted;
use crate::irc::line::Line;
use crate::stats::Transport;
use crate::transport::peer::Peer;
use crate::transport::pipe::Pipe;
use crate::transport::socket::{Socket, Stream};

impl Acceptor {
    /// Serves an IRC client on a task of its own. The permits to be greeting are kept until it is attached.
    pub(super) fn admit_irc(
        self,
        tcp: TcpStream,
        (from, over): (SocketAddr, SocketAddr),
        slot: AddressSlot,
        permits: Option<Vec<OwnedSemaphorePermit>>,
    ) {
        // Boxed, so that what only the handshake takes is freed with it.
        let opened = Box::pin(async move {
            let permits = match permits {
                Some(permits) => permits,
                None => self.greeting_permits(slot.wait_to_greet().await).await?,
            };
            let register_by = Instant::now() + self.0.context.greeting;
            let socket = self.open_irc(tcp, (from, over), register_by).await?;
            let context = Arc::clone(&self.0.context);
            let slot = Arc::new(slot);
            let mut permits = Some(permits);
            let attach = Box::new(move |pipe| {
                self.attach_in_slot(pipe, from, Arc::clone(&slot), permits.take().unwrap_or_default());
            });
            Some((Accepted { socket, peer: from, register_by, attach }, context))
        });
        tokio::spawn(async move {
            if let Some((accepted, context)) = opened.await {
                irc::connection::serve(accepted, context).await;
            }
        });
    }

    /// Tells an IRC client that it is refused, and closes the connection.
    pub(super) async fn refuse_irc(
        &self,
        tcp: TcpStream,
        (from, over): (SocketAddr, SocketAddr),
        refusal: Refusal,
    ) {
        if let Some(socket) = self.open_irc(tcp, (from, over), Instant::now() + CLOSE_TIMEOUT).await {
            close_with(&socket, &refusal.message).await;
        }
    }

    /// Sniffs the first byte and does a TLS handshake if it asks for one; none if no connection came about.
    async fn open_irc(
        &self,
        tcp: TcpStream,
        (from, over): (SocketAddr, SocketAddr),
        by: Instant,
    ) -> Option<Socket> {
        let first = match timeout_at(by, first_byte(&tcp)).await {
            Ok(Ok(first)) => Some(first),
            Ok(Err(error)) => {
                tracing::debug!(%error, %from, "the IRC connection was gone at once");
                return None;
            }
            Err(_) => None,
        };
        let stream = if first == Some(HANDSHAKE) {
            match self.tls_handshake(tcp, self.0.tls.session_asking(), by).await {
                Ok(tls) => Stream::Tls(Box::new(tls)),
                Err(why) => {
                    tracing::info!(%from, %why, "no TLS connection of an IRC client came about");
                    return None;
                }
            }
        } else {
            Stream::Tcp(tcp)
        };
        let (context, peer) = (&self.0.context, Peer::Net(from));
        let (uptime, stats) = (context.clock.uptime_ms(), Arc::clone(&context.stats));
        let socket = Socket::counted_as(Some(Transport::Irc), stream, peer, uptime, stats);
        let refusal = if first.is_none() {
            Refusal::new(Code::Timeout, "nothing came; register with NICK and USER")
        } else if !socket.is_encrypted() && self.needs_tls(over) {
            Refusal::new(Code::Forbidden, "this server speaks only TLS to other machines; connect with TLS")
        } else {
            return Some(socket);
        };
        context.note_refusal(peer, &refusal);
        close_with(&socket, &refusal.message).await;
        None
    }

    /// Serves a pipe in memory as a connection from `peer`, which has this slot and these permits to be greeting already.
    fn attach_in_slot(
        &self,
        pipe: Pipe,
        peer: SocketAddr,
        slot: Arc<AddressSlot>,
        permits: Vec<OwnedSemaphorePermit>,
    ) {
        let context = Arc::clone(&self.0.context);
        let (uptime, stats) = (context.clock.uptime_ms(), Arc::clone(&context.stats));
        let socket = Socket::counted_as(None, Stream::Memory(pipe), Peer::Net(peer), uptime, stats);
        let (conn, greet_by) = (context.conn_ids.next(), Instant::now() + context.greeting);
        let served = crate::connection::serve(conn, Arc::new(socket), greet_by, permits, context);
        tokio::spawn(async move {
            served.await;
            drop(slot);
        });
    }
}

/// Says why in the words of IRC, and closes the connection.
async fn close_with(socket: &Socket, why: &str) {
    let mut line = String::new();
    Line::new("ERROR", [why]).write(&mut line);
    timeout(CLOSE_TIMEOUT, socket.write_all(line.as_bytes())).await.ok();
    timeout(CLOSE_TIMEOUT, socket.half_close()).await.ok();
}
