//! Sniffs the first byte of a new connection to tell TLS from plain lines, and lets it in: with a slot among those of its
//! address, and a slot among those that are greeting.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use shared::{Code, Refusal};

use super::address_limit::{AddressLimit, AddressSlot};
use crate::connection::context::Context;
use crate::connection::{self, CLOSE_TIMEOUT};
use crate::timing::Timing;
use crate::tls::Tls;
use crate::transport::peer::Peer;
use crate::transport::pipe::Pipe;
use crate::transport::socket::{Socket, Stream};
use crate::transport::tls_stream::TlsStream;

/// The first byte of a TLS connection: a record of a handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

/// How many connections may be on their way to a greeting at once. Newcomers beyond that wait in the kernel's backlog
/// until one of those has greeted or its time is up; with so many from one address at most, no few can take all.
const MAX_GREETING: usize = 1024;

/// Lets connections in: over the network, or attached by code in this process.
#[derive(Clone, Debug)]
pub struct Acceptor(Arc<AcceptorInner>);

#[derive(Debug)]
struct AcceptorInner {
    context: Arc<Context>,
    /// Who the server is over TLS.
    tls: Arc<Tls>,
    /// Whether other machines may do without TLS.
    allow_plaintext: bool,
    /// How many connections each address has.
    address_limit: Arc<AddressLimit>,
    /// How many more may be greeting.
    greeting: Arc<Semaphore>,
}

impl Acceptor {
    /// Lets connections in to the server with this context.
    #[must_use]
    pub fn new(context: &Arc<Context>, tls: Arc<Tls>, allow_plaintext: bool, timing: Timing) -> Self {
        Self(Arc::new(AcceptorInner {
            context: Arc::clone(context),
            tls,
            allow_plaintext,
            address_limit: Arc::new(AddressLimit::new(timing.exempt_loopback, timing.grace)),
            greeting: Arc::new(Semaphore::new(MAX_GREETING)),
        }))
    }

    /// Who the server is over TLS; it can be told to read its certificate again.
    #[must_use]
    pub fn tls(&self) -> &Arc<Tls> {
        &self.0.tls
    }

    /// Waits until one more connection may be greeting; `None` when the server ends.
    pub(super) async fn greeting_permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.greeting).acquire_owned().await.ok()
    }

    /// Serves a connection over the network on a task of its own.
    pub(super) fn accept(&self, tcp: TcpStream, from: SocketAddr, permit: OwnedSemaphorePermit) {
        let slot = self.acquire_slot(from);
        let acceptor = self.clone();
        tokio::spawn(async move {
            let refused = slot.as_ref().err().cloned();
            acceptor.sniff(tcp, from, refused, permit).await;
            drop(slot);
        });
    }

    /// Serves a pipe in memory as a connection from `peer`, on a task of its own: code in this process that speaks for
    /// somebody elsewhere (another line protocol, a screen over another transport) is a client like any other. The address
    /// is that somebody's, and everything that goes by address holds for it: limits, bans, the log.
    ///
    /// The pipe speaks the JSON lines of `PROTOCOL.md`, without TLS. Must be called inside a tokio runtime. When there is
    /// no room, the pipe gets an `error` and a `goodbye`, as it would over the network.
    pub fn attach(&self, pipe: Pipe, peer: SocketAddr) {
        let slot = self.acquire_slot(peer);
        let acceptor = self.clone();
        tokio::spawn(async move {
            let socket = acceptor.socket(Stream::Memory(pipe), Peer::Net(peer));
            let conn = acceptor.0.context.conn_ids.next();
            if let Err(refusal) = &slot {
                connection::refuse(conn, &socket, refusal.clone()).await;
            } else if let Some(permit) = acceptor.greeting_permit().await {
                let context = Arc::clone(&acceptor.0.context);
                let greet_by = Instant::now() + context.greeting;
                connection::serve(conn, socket, greet_by, Some(permit), context).await;
            }
            drop(slot);
        });
    }

    /// A slot for one more connection from this address, or why there is none.
    fn acquire_slot(&self, from: SocketAddr) -> Result<AddressSlot, Refusal> {
        let context = &self.0.context;
        let mut terms = context.admission.terms.clone();
        let settings = &terms.get().settings;
        let (most, joins) = (settings.max_per_address, settings.bounds.joins_per_address);
        self.0.address_limit.admit(from.ip(), most, joins, context.clock.uptime_ms())
    }

    fn socket(&self, stream: Stream, peer: Peer) -> Arc<Socket> {
        let context = &self.0.context;
        Arc::new(Socket::new(stream, peer, context.clock.uptime_ms(), Arc::clone(&context.stats)))
    }

    /// Finds out by its first byte what a connection speaks and serves it; or tells it, in what it speaks, that there is no
    /// room.
    async fn sniff(
        &self,
        tcp: TcpStream,
        from: SocketAddr,
        refused: Option<Refusal>,
        permit: OwnedSemaphorePermit,
    ) {
        let (peer, context) = (Peer::Net(from), &self.0.context);
        let greet_by = Instant::now() + if refused.is_none() { context.greeting } else { CLOSE_TIMEOUT };
        let first = match timeout_at(greet_by, first_byte(&tcp)).await {
            Ok(Ok(first)) => Some(first),
            Ok(Err(error)) => return tracing::debug!(%error, %from, "the connection was gone at once"),
            Err(_) => None,
        };
        let stream = if first == Some(HANDSHAKE) {
            match self.tls_handshake(tcp, greet_by).await {
                Ok(tls) => Stream::Tls(Box::new(tls)),
                Err(why) => return tracing::info!(%from, %why, "no TLS connection came about"),
            }
        } else {
            Stream::Tcp(tcp)
        };
        let plain = matches!(stream, Stream::Tcp(_));
        let (conn, socket) = (context.conn_ids.next(), self.socket(stream, peer));
        if let Some(refusal) = refused {
            connection::refuse(conn, &socket, refusal).await;
        } else if first.is_none() {
            connection::refuse(conn, &socket, context.greeting_timeout()).await;
        } else if plain && first == Some(b'{') && !(self.0.allow_plaintext || may_skip_tls(peer)) {
            let only = "this server speaks only TLS to other machines; use chinwag, or openssl s_client -quiet \
                        -connect HOST:PORT";
            connection::refuse(conn, &socket, Refusal::new(Code::Forbidden, only)).await;
        } else {
            connection::serve(conn, socket, greet_by, Some(permit), Arc::clone(context)).await;
        }
    }

    async fn tls_handshake(&self, tcp: TcpStream, by: Instant) -> std::io::Result<TlsStream> {
        let session = self.0.tls.session().map_err(std::io::Error::other)?;
        let timed_out = || std::io::Error::new(ErrorKind::TimedOut, "the handshake took too long");
        timeout_at(by, Box::pin(TlsStream::accept(tcp, Box::new(session)))).await.map_err(|_| timed_out())?
    }
}

/// Looks at the first byte and leaves it where it is; 0 when the peer closes without one.
async fn first_byte(tcp: &TcpStream) -> std::io::Result<u8> {
    let mut first = [0];
    tcp.peek(&mut first).await?;
    Ok(first[0])
}

/// Whether nobody but this machine can hear what is said.
fn may_skip_tls(peer: Peer) -> bool {
    peer.ip().is_none_or(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_do_without_tls() {
        for (from, plain) in [
            ("127.0.0.1:9", true),
            ("127.8.9.1:9", true),
            ("[::1]:9", true),
            ("[::ffff:127.0.0.1]:9", true),
            ("192.168.0.7:9", false),
            ("10.0.0.1:9", false),
            ("[::ffff:10.0.0.1]:9", false),
            ("[fe80::1]:9", false),
            ("[2001:db8::1]:9", false),
        ] {
            assert_eq!(may_skip_tls(Peer::Net(from.parse().unwrap())), plain, "{from}");
        }
        assert!(may_skip_tls(Peer::Local));
    }
}
