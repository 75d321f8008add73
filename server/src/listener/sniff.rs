//! First-byte sniffing: tells TLS from plain lines on the same port by the first byte of a connection (peeked, not read),
//! does the handshake, and serves the connection.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConnection;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};

use shared::{Code, Refusal};

use super::Clients;
use super::acceptor::Acceptor;
use crate::chat::limit_key::LimitKey;
use crate::connection::close::{self, CLOSE_TIMEOUT};
use crate::connection::{self, Admitted};
use crate::transport::peer::Peer;
use crate::transport::socket::Stream;
use crate::transport::tls_stream::TlsStream;

/// The first byte of a TLS connection: a record of a handshake (RFC 8446, section 5.1).
pub(super) const HANDSHAKE: u8 = 0x16;

impl Acceptor {
    /// Serves a connection over the network on a task of its own; if it is a trusted proxy's, as that of whoever it is for.
    pub(super) async fn accept(&self, tcp: TcpStream, from: SocketAddr, clients: Clients) {
        if self.trusts(Peer::Net(from)) {
            self.accept_proxied(tcp, from, clients).await;
        } else {
            self.admit(tcp, (from, from), clients).await;
        }
    }

    /// Serves a connection from an address on a task of its own; `over` is the address at the other end of the socket.
    ///
    /// Waits for the permits to be greeting; who is refused by address takes none, or strangers who are refused anyway
    /// would hold up everybody's greeting.
    pub(super) async fn admit(
        &self,
        tcp: TcpStream,
        (from, over): (SocketAddr, SocketAddr),
        clients: Clients,
    ) {
        let slot = match self.acquire_slot(LimitKey::of(from.ip())) {
            Ok(slot) => slot,
            Err(refusal) => return self.turn_away(tcp, (from, over), clients, refusal),
        };
        // Whoever waits for others of the same address holds up nobody else.
        let permits = match slot.greeting_permit() {
            Some(permit) => {
                let Some(permits) = self.greeting_permits(permit).await else { return };
                Some(permits)
            }
            None => None,
        };
        let acceptor = self.clone();
        if clients == Clients::Irc {
            return acceptor.admit_irc(tcp, (from, over), slot, permits);
        }
        // Boxed, and the task begins with it: what only the greeting takes is freed with it.
        let greeted = Box::pin(async move {
            let permits = match permits {
                Some(permits) => permits,
                None => acceptor.greeting_permits(slot.wait_to_greet().await).await?,
            };
            let admitted = acceptor.sniff(tcp, (from, over), Ok(permits)).await?;
            Some((admitted, slot))
        });
        tokio::spawn(async move {
            if let Some((admitted, slot)) = greeted.await {
                admitted.serve().await;
                drop(slot);
            }
        });
    }

    /// Tells a peer that it is refused, on a task of its own. When many are being told, or this address often was, the
    /// connection is closed without a word.
    fn turn_away(
        &self,
        tcp: TcpStream,
        (from, over): (SocketAddr, SocketAddr),
        clients: Clients,
        refusal: Refusal,
    ) {
        let context = &self.0.context;
        context.note_refusal(Peer::Net(from), &refusal);
        let Some(turn) = self.0.refusals.turn(LimitKey::of(from.ip()), context.clock.uptime_ms()) else {
            return;
        };
        let acceptor = self.clone();
        tokio::spawn(async move {
            match clients {
                Clients::Chinwag => drop(acceptor.sniff(tcp, (from, over), Err(refusal)).await),
                Clients::Irc => acceptor.refuse_irc(tcp, (from, over), refusal).await,
            }
            drop(turn);
        });
    }

    /// Sniffs the first byte, does a TLS handshake if it asks for one, and has the connection greet, or refuses it over the
    /// same transport.
    async fn sniff(
        &self,
        tcp: TcpStream,
        (from, over): (SocketAddr, SocketAddr),
        admitted: Result<Vec<OwnedSemaphorePermit>, Refusal>,
    ) -> Option<Admitted> {
        let (peer, context) = (Peer::Net(from), &self.0.context);
        let greet_by = Instant::now() + if admitted.is_ok() { context.greeting } else { CLOSE_TIMEOUT };
        let first = match timeout_at(greet_by, first_byte(&tcp)).await {
            Ok(Ok(first)) => Some(first),
            Ok(Err(error)) => {
                tracing::debug!(%error, %from, "the connection was gone at once");
                return None;
            }
            Err(_) => None,
        };
        let stream = if first == Some(HANDSHAKE) {
            match self.tls_handshake(tcp, self.0.tls.session(), greet_by).await {
                Ok(tls) => Stream::Tls(Box::new(tls)),
                Err(why) => {
                    tracing::info!(%from, %why, "no TLS connection came about");
                    return None;
                }
            }
        } else {
            Stream::Tcp(tcp)
        };
        let plain = matches!(stream, Stream::Tcp(_));
        let (conn, socket) = (context.conn_ids.next(), self.socket(stream, peer));
        let permits = match admitted {
            Ok(permits) => permits,
            Err(refusal) => {
                close::tell_refusal(conn, &socket, refusal).await;
                return None;
            }
        };
        if first.is_none() {
            close::refuse(conn, &socket, context.greeting_timeout(), context).await;
            None
        } else if plain && first == Some(b'{') && self.needs_tls(over) {
            let only = "this server speaks only TLS to other machines; use chinwag, or openssl s_client -quiet \
                        -connect HOST:PORT";
            close::refuse(conn, &socket, Refusal::new(Code::Forbidden, only), context).await;
            None
        } else {
            connection::greet(conn, socket, greet_by, permits, Arc::clone(context)).await
        }
    }

    /// Whether whoever comes over this address must speak TLS.
    pub(super) fn needs_tls(&self, over: SocketAddr) -> bool {
        !(self.0.allow_plaintext || may_skip_tls(over))
    }

    pub(super) async fn tls_handshake(
        &self,
        tcp: TcpStream,
        session: Result<ServerConnection, rustls::Error>,
        by: Instant,
    ) -> std::io::Result<TlsStream> {
        let session = session.map_err(std::io::Error::other)?;
        let timed_out = || std::io::Error::new(ErrorKind::TimedOut, "the handshake took too long");
        timeout_at(by, Box::pin(TlsStream::accept(tcp, Box::new(session)))).await.map_err(|_| timed_out())?
    }
}

/// Peeks at the first byte; 0 if the peer closes without one.
pub(super) async fn first_byte(tcp: &TcpStream) -> std::io::Result<u8> {
    let mut first = [0];
    tcp.peek(&mut first).await?;
    Ok(first[0])
}

/// Whether the connection does not leave this machine.
fn may_skip_tls(over: SocketAddr) -> bool {
    over.ip().to_canonical().is_loopback()
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
            assert_eq!(may_skip_tls(from.parse().unwrap()), plain, "{from}");
        }
    }
}
