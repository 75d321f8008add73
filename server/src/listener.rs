//! Accepts TCP connections on the listening sockets and hands each to the [`Acceptor`].

pub mod acceptor;
pub mod address_limit;
mod attach;
mod complaints;
mod irc;
mod proxied;
pub mod proxy_header;
mod refusal_turns;
mod sniff;
mod unix_places;
pub mod unix_socket;

use std::future::poll_fn;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::task::Poll;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use socket2::{Domain, Protocol, SockRef, Socket as RawSocket, TcpKeepalive, Type};
use tokio::net::{TcpListener, TcpStream};

use self::acceptor::Acceptor;
use self::complaints::Complaints;
use crate::descriptors;

/// The backlog: a thousand clients may reconnect at once.
const BACKLOG: i32 = 1024;
/// How long to wait after a failed accept; mostly there are no file descriptors left.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

/// How often a start looks whether an address is there.
const ADDRESS_POLL: Duration = Duration::from_millis(250);

/// Binds all of these addresses, or says which of them will not do.
pub fn bind_all(addresses: &[SocketAddr], free: bool) -> Result<Vec<TcpListener>> {
    let takes_ipv4 = |address: &SocketAddr| {
        let also = |other: &SocketAddr| other.is_ipv4() && other.port() == address.port();
        !(address.port() != 0 && addresses.iter().any(also))
    };
    addresses.iter().map(|address| bind_one(*address, free, takes_ipv4(address))).collect()
}

/// Binds a listening socket, with `SO_REUSEADDR`, so that a restart does not wait for old connections; `free` also on an
/// address that this machine does not have (yet).
pub fn bind(address: SocketAddr, free: bool) -> Result<TcpListener> {
    bind_one(address, free, true)
}

/// The same; `[::]` takes IPv4, too, where the system has it so, but not beside a socket for IPv4 on the same port.
fn bind_one(address: SocketAddr, free: bool, takes_ipv4: bool) -> Result<TcpListener> {
    let open = || -> std::io::Result<TcpListener> {
        let socket = open_socket(address, free)?;
        if address.is_ipv6() && !takes_ipv4 {
            socket.set_only_v6(true)?;
        }
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        set_up_accepted(&SockRef::from(&socket))?;
        socket.listen(BACKLOG)?;
        TcpListener::from_std(socket.into())
    };
    open().with_context(|| format!("cannot listen on {address}")).map_err(|error| {
        let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        match kind {
            Some(ErrorKind::AddrInUse) => {
                anyhow!("{error}; if a server runs there, join it with chinwag, else give another port")
            }
            Some(ErrorKind::AddrNotAvailable) => {
                anyhow!("{error}; give an address of this machine (chinwagd --free-bind takes any)")
            }
            Some(ErrorKind::PermissionDenied) => {
                anyhow!("{error}; ports below 1024 need CAP_NET_BIND_SERVICE")
            }
            _ => error,
        }
    })
}

fn open_socket(address: SocketAddr, free: bool) -> std::io::Result<RawSocket> {
    let socket = RawSocket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if free {
        match address {
            SocketAddr::V4(_) => socket.set_freebind_v4(true)?,
            SocketAddr::V6(_) => socket.set_freebind_v6(true)?,
        }
    }
    Ok(socket)
}

/// Waits until this machine has these addresses to listen on: at boot a service may start before the network is there. Says
/// once what it waits for.
pub async fn wait_for_addresses(addresses: impl IntoIterator<Item = SocketAddr>, free: bool) {
    for address in addresses {
        let mut told = false;
        while is_missing(address, free) {
            if !told {
                tracing::warn!(
                    ip = %address.ip(),
                    "this machine does not have the address to listen on yet; waiting for it (--free-bind listens \
                     before it is there)"
                );
                told = true;
            }
            tokio::time::sleep(ADDRESS_POLL).await;
        }
    }
}

/// Whether the machine does not have an address. Any other mistake is left to [`bind`], which says what it is.
fn is_missing(address: SocketAddr, free: bool) -> bool {
    // Any port: the one that is configured may be in use, which is another matter.
    let any_port = SocketAddr::new(address.ip(), 0);
    let bound = open_socket(address, free).and_then(|socket| socket.bind(&any_port.into()));
    bound.is_err_and(|error| error.kind() == ErrorKind::AddrNotAvailable)
}

/// Takes over a listening socket that was passed by the service manager.
pub fn adopt(socket: std::net::TcpListener) -> Result<TcpListener> {
    let adopt = || {
        socket.set_nonblocking(true)?;
        set_up_accepted(&SockRef::from(&socket))?;
        TcpListener::from_std(socket)
    };
    adopt().context("a socket that was passed cannot be listened on")
}

/// Who connects to a listening socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clients {
    /// Clients that speak the lines of `PROTOCOL.md`.
    Chinwag,
    /// IRC clients.
    Irc,
}

/// Accepts on all sockets until the task is dropped.
pub async fn run(listeners: Vec<TcpListener>, clients: Clients, acceptor: Acceptor) {
    let mut accepted: u64 = 0;
    let mut complaints = Complaints::default();
    let reserve = descriptors::operators_share();
    loop {
        match accept_any(&listeners, accepted).await {
            Ok((stream, _)) if descriptors::is_short(&stream, reserve) => {
                drop(stream);
                complaints.add("file descriptors are short; the last ones are kept for the operator");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
            Ok((stream, peer)) => {
                accepted += 1;
                let peer = canonical(peer);
                acceptor.accept(stream, peer, clients).await;
            }
            Err(error) => {
                complaints.add(&error.to_string());
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
}

/// An IPv4 address, also of a peer that came by a socket for IPv6 (`[::]`), where the system maps it into that: limits, bans,
/// the log and `whois` have one form of it.
pub(super) fn canonical(peer: SocketAddr) -> SocketAddr {
    SocketAddr::new(peer.ip().to_canonical(), peer.port())
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

/// Sets up what every connection has that is accepted on a listening socket: the system hands these options down (accept(2), tcp(7)), so
/// that no connection costs the calls.
fn set_up_accepted(listening: &SockRef<'_>) -> std::io::Result<()> {
    listening.set_tcp_nodelay(true)?;
    // In addition to the heartbeat: the kernel drops connections to machines that are gone.
    listening.set_tcp_keepalive(&TcpKeepalive::new().with_time(Duration::from_mins(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a connection has that was accepted on a socket.
    async fn accepted(listening: TcpListener) -> TcpStream {
        let peer = std::net::TcpStream::connect(listening.local_addr().unwrap()).unwrap();
        let accepted = listening.accept().await.unwrap().0;
        drop(peer);
        accepted
    }

    #[tokio::test]
    async fn what_is_accepted_delays_nothing_and_is_kept_alive_also_on_a_socket_that_was_passed() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        for listening in [bind(any, false), adopt(std::net::TcpListener::bind(any).unwrap())] {
            let stream = accepted(listening.unwrap()).await;
            let socket = SockRef::from(&stream);
            assert!(stream.nodelay().unwrap() && socket.keepalive().unwrap());
            assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_mins(1));
        }
    }
}
