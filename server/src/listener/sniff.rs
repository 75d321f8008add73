//! What a new connection speaks, told by its first byte, and whether it may. It must not read what is said.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use shared::{Code, Refusal};

use super::crowd::Crowd;
use crate::chat::proposal::ConnId;
use crate::connection::context::Context;
use crate::connection::{self, LAST_WORDS};
use crate::tls::Tls;
use crate::transport::peer::Peer;
use crate::transport::socket::{Socket, Stream};
use crate::transport::tls_stream::TlsStream;

/// The first byte of a TLS connection: a record of a handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

/// How many connections may be on their way to a greeting at once. Newcomers beyond that wait in the kernel's backlog
/// until one of those has greeted or its time is up; with so many from one address at most, no few can take all.
pub const UNFINISHED: usize = 1024;

/// What is asked of every connection over the network.
#[derive(Debug)]
pub struct Acceptor {
    /// Who the server is over TLS.
    pub tls: Arc<Tls>,
    /// Whether other machines may do without TLS.
    pub allow_plaintext: bool,
    /// How many connections each address has.
    pub crowd: Arc<Crowd>,
    /// How many more may be greeting.
    pub greeting: Arc<Semaphore>,
}

impl Acceptor {
    /// Finds out what a connection speaks and serves it; or tells it, in what it speaks, that there is no room.
    pub async fn admit(
        &self,
        conn: ConnId,
        tcp: TcpStream,
        from: SocketAddr,
        refused: Option<Refusal>,
        turn: OwnedSemaphorePermit,
        context: Arc<Context>,
    ) {
        let peer = Peer::Net(from);
        let greet_by = Instant::now() + if refused.is_none() { context.greeting } else { LAST_WORDS };
        let first = match timeout_at(greet_by, first_byte(&tcp)).await {
            Ok(Ok(first)) => Some(first),
            Ok(Err(error)) => return tracing::debug!(%error, %from, "the connection was gone at once"),
            Err(_) => None,
        };
        let stream = if first == Some(HANDSHAKE) {
            match self.shake_hands(tcp, greet_by).await {
                Ok(tls) => Stream::Tls(Box::new(tls)),
                Err(why) => return tracing::info!(%from, %why, "no TLS connection came about"),
            }
        } else {
            Stream::Tcp(tcp)
        };
        let plain = matches!(stream, Stream::Tcp(_));
        let socket =
            Arc::new(Socket::new(stream, peer, context.clock.uptime_ms(), Arc::clone(&context.stats)));
        if let Some(refusal) = refused {
            connection::refuse(&socket, refusal).await;
        } else if first.is_none() {
            connection::refuse(&socket, context.late()).await;
        } else if plain && first == Some(b'{') && !(self.allow_plaintext || may_be_plain(peer)) {
            let only = "this server speaks only TLS to other machines; use chinwag, or openssl s_client -quiet \
                        -connect HOST:PORT";
            connection::refuse(&socket, Refusal::new(Code::Forbidden, only)).await;
        } else {
            connection::serve(conn, socket, greet_by, Some(turn), context).await;
        }
    }

    async fn shake_hands(&self, tcp: TcpStream, by: Instant) -> std::io::Result<TlsStream> {
        let session = self.tls.session().map_err(std::io::Error::other)?;
        let late = || std::io::Error::new(ErrorKind::TimedOut, "the handshake took too long");
        timeout_at(by, Box::pin(TlsStream::accept(tcp, Box::new(session)))).await.map_err(|_| late())?
    }
}

/// Looks at the first byte and leaves it where it is; 0 when the peer closes without one.
async fn first_byte(tcp: &TcpStream) -> std::io::Result<u8> {
    let mut first = [0];
    tcp.peek(&mut first).await?;
    Ok(first[0])
}

/// Whether nobody but this machine can hear what is said.
fn may_be_plain(peer: Peer) -> bool {
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
            assert_eq!(may_be_plain(Peer::Net(from.parse().unwrap())), plain, "{from}");
        }
        assert!(may_be_plain(Peer::Local));
    }
}
