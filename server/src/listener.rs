//! Accepts TCP connections on the listening sockets and hands each to the [`Acceptor`].

pub mod acceptor;
pub mod address_limit;
mod attach;
mod refusal_turns;
mod sniff;
pub mod unix_socket;

use std::future::poll_fn;
use std::net::SocketAddr;
use std::task::Poll;

use anyhow::{Context as _, Result};
use socket2::{Domain, Protocol, SockRef, Socket as RawSocket, TcpKeepalive, Type};
use tokio::net::{TcpListener, TcpStream};

use self::acceptor::Acceptor;

/// The backlog: a thousand clients may reconnect at once.
const BACKLOG: i32 = 1024;
/// How long to wait after a failed accept; mostly there are no file descriptors left.
const ACCEPT_RETRY_DELAY: std::time::Duration = std::time::Duration::from_millis(100);

/// Binds a listening socket, with `SO_REUSEADDR`, so that a restart does not wait for old connections.
pub fn bind(address: SocketAddr) -> Result<TcpListener> {
    let open = || -> std::io::Result<TcpListener> {
        let socket = RawSocket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        TcpListener::from_std(socket.into())
    };
    open().with_context(|| format!("cannot listen on {address}; is another server running there?"))
}

/// Takes over a listening socket that was passed by the service manager.
pub fn adopt(socket: std::net::TcpListener) -> Result<TcpListener> {
    let taken = socket.set_nonblocking(true).and_then(|()| TcpListener::from_std(socket));
    taken.context("a socket that was passed cannot be listened on")
}

/// Accepts on all sockets until the task is dropped.
pub async fn run(listeners: Vec<TcpListener>, acceptor: Acceptor) {
    let mut accepted: u64 = 0;
    loop {
        match accept_any(&listeners, accepted).await {
            Ok((stream, peer)) => {
                accepted += 1;
                match set_up(&stream) {
                    Ok(()) => acceptor.accept(stream, peer).await,
                    Err(error) => tracing::debug!(%error, from = %peer, "the connection was gone at once"),
                }
            }
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
}

/// The next connection on any of these; none of them waits for the others.
async fn accept_any(listeners: &[TcpListener], start_at: u64) -> std::io::Result<(TcpStream, SocketAddr)> {
    let skip = usize::try_from(start_at).unwrap_or(0) % listeners.len().max(1);
    poll_fn(|context| {
        let mut rotated = listeners.iter().cycle().skip(skip).take(listeners.len());
        let ready = rotated.find_map(|listener| match listener.poll_accept(context) {
            Poll::Ready(accepted) => Some(accepted),
            Poll::Pending => None,
        });
        ready.map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

fn set_up(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    // In addition to the heartbeat: the kernel drops connections to machines that are gone.
    let keepalive = TcpKeepalive::new().with_time(std::time::Duration::from_mins(1));
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}
