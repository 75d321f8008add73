//! Connections of a trusted proxy: they must begin with a PROXY header (see [`proxy_header`](super::proxy_header)), and from
//! then on the address in it is that of the peer, for limits, bans and the log. Without a header the connection is closed, as
//! haproxy's `accept-proxy` does: whoever is behind the proxy must not get its address, and with it its rights, by leaving
//! the header out. A header that names nobody (a health check) leaves the proxy's own address.

use std::net::SocketAddr;

use rustix::net::{RecvFlags, recv};
use tokio::io::{AsyncRead, AsyncWrite, Interest};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::Clients;
use super::acceptor::Acceptor;
use super::proxy_header::{self, HeaderError, Proxied};
use crate::transport::peer::Peer;

impl Acceptor {
    /// Whether this peer says for whom it connects.
    pub(super) fn trusts(&self, peer: Peer) -> bool {
        let mut terms = self.0.context.admission.terms.clone();
        terms.get().settings.proxy_from.iter().any(|proxy| proxy.is(peer))
    }

    /// Reads the header of a connection over the network on a task of its own, and serves it then. As many as may be greeting
    /// at once may be read.
    pub(super) async fn accept_proxied(&self, mut tcp: TcpStream, proxy: SocketAddr, clients: Clients) {
        let Some(permits) = self.greeting_permits(Vec::new()).await else { return };
        let acceptor = self.clone();
        tokio::spawn(async move {
            let from = acceptor.proxied(&mut tcp, Peer::Net(proxy)).await;
            drop(permits);
            if let Some(from) = from {
                acceptor.admit(tcp, (from.unwrap_or(proxy), proxy), clients).await;
            }
        });
    }

    /// Whether a connection begins with a request, and not with a header. Nothing is read from it.
    pub(super) async fn is_for_itself(&self, stream: &UnixStream) -> bool {
        let mut first = [0];
        let peek = || Ok(recv(stream, &mut first, RecvFlags::PEEK)?);
        let peeked = timeout(self.0.context.greeting, stream.async_io(Interest::READABLE, peek)).await;
        peeked.is_ok_and(|peeked| peeked.is_ok()) && first == *b"{"
    }

    /// For whom a proxy has connected, if it says; nothing when no header comes.
    pub(super) async fn proxied(
        &self,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
        proxy: Peer,
    ) -> Option<Option<SocketAddr>> {
        match timeout(self.0.context.greeting, proxy_header::read(stream)).await {
            Ok(Ok(Proxied::For(from))) => Some(Some(from)),
            Ok(Ok(Proxied::Itself)) => Some(None),
            // Whoever only looks whether the port is open says nothing.
            Ok(Err(HeaderError::Closed)) => None,
            Ok(Err(why)) => {
                tracing::info!(%proxy, %why, "no PROXY header came from a proxy that must send one");
                None
            }
            Err(_) => {
                tracing::info!(%proxy, why = "it took too long", "no PROXY header came from a proxy that must send one");
                None
            }
        }
    }
}
