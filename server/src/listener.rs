//! Accepts connections and gives each a task. It must not read from them.

use std::collections::HashMap;
use std::future::poll_fn;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use anyhow::{Context as _, Result};
use socket2::{Domain, Protocol, SockRef, Socket as RawSocket, TcpKeepalive, Type};
use tokio::net::{TcpListener, TcpStream};

use shared::{Code, Refusal};

use crate::chat::neighbourhood;
use crate::chat::proposal::ConnId;
use crate::connection::socket::{Peer, Socket, Stream};
use crate::connection::{self, Context};

/// Connections the kernel holds for us while we are busy: a thousand clients may come back at once.
const BACKLOG: i32 = 1024;
/// After a failed accept (no file descriptors left, mostly) this long nothing is accepted.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// Binds a listening socket. A restart binds at once, whatever old connections linger.
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

/// Takes over a listening socket that somebody else has bound.
pub fn adopt(socket: std::net::TcpListener) -> Result<TcpListener> {
    let taken = socket.set_nonblocking(true).and_then(|()| TcpListener::from_std(socket));
    taken.context("a socket that was passed cannot be listened on")
}

/// How many connections each address has.
#[derive(Debug, Default)]
struct Crowd(Mutex<HashMap<IpAddr, u32>>);

/// One connection's place among those of its address.
#[derive(Debug)]
struct Place {
    crowd: Arc<Crowd>,
    ip: IpAddr,
}

impl Crowd {
    /// A place for one more from this address, unless it has `most` already. Loopback always has one.
    fn enter(self: &Arc<Self>, ip: IpAddr, most: u32) -> Option<Place> {
        let ip = neighbourhood::of(ip);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(ip).or_default();
        if *count >= most && !ip.is_loopback() {
            return None;
        }
        *count += 1;
        Some(Place { crowd: Arc::clone(self), ip })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.ip) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.ip);
            }
        }
    }
}

/// Accepts on all of these until the task is dropped.
pub async fn run(listeners: Vec<TcpListener>, context: Arc<Context>, max_per_address: u32) {
    let crowd = Arc::new(Crowd::default());
    let mut last: u64 = 0;
    loop {
        match accept_any(&listeners, last).await {
            Ok((stream, peer)) => {
                last += 1;
                let place = crowd.enter(peer.ip(), max_per_address);
                welcome(ConnId(last), stream, peer, place, &context);
            }
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// The next connection on any of these, `turn` by turn: none of them waits for the others.
async fn accept_any(listeners: &[TcpListener], turn: u64) -> std::io::Result<(TcpStream, SocketAddr)> {
    let skip = usize::try_from(turn).unwrap_or(0) % listeners.len().max(1);
    poll_fn(|context| {
        let mut in_turn = listeners.iter().cycle().skip(skip).take(listeners.len());
        let ready = in_turn.find_map(|listener| match listener.poll_accept(context) {
            Poll::Ready(accepted) => Some(accepted),
            Poll::Pending => None,
        });
        ready.map_or(Poll::Pending, Poll::Ready)
    })
    .await
}

fn welcome(conn: ConnId, stream: TcpStream, peer: SocketAddr, place: Option<Place>, context: &Arc<Context>) {
    if let Err(error) = set_up(&stream) {
        tracing::debug!(%error, from = %peer, "the connection was gone at once");
        return;
    }
    let socket = Socket::new(Stream::Tcp(stream), Peer::Net(peer), context.clock.uptime_ms());
    let socket = Arc::new(socket);
    let context = Arc::clone(context);
    tokio::spawn(async move {
        if place.is_some() {
            connection::serve(conn, socket, context).await;
        } else {
            let many = "too many connections from your address; close one first";
            connection::refuse(&socket, Refusal::new(Code::TooManyConnections, many)).await;
        }
        drop(place);
    });
}

fn set_up(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    // Our own pings find dead peers; the kernel's find those whose process never answers.
    let keepalive = TcpKeepalive::new().with_time(std::time::Duration::from_mins(1));
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let crowd = Arc::new(Crowd::default());
        let ip: IpAddr = "192.0.2.7".parse().unwrap();
        let places: Vec<_> = (0..2).map(|_| crowd.enter(ip, 2)).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(crowd.enter(ip, 2).is_none());
        assert!(crowd.enter("192.0.2.8".parse().unwrap(), 2).is_some());
        drop(places);
        assert!(crowd.enter(ip, 2).is_some());
    }

    #[test]
    fn a_household_is_one_address_and_loopback_is_none() {
        let crowd = Arc::new(Crowd::default());
        let enter = |ip: &str| crowd.enter(ip.parse().unwrap(), 1);
        let _first = enter("2001:db8:1:2::1").unwrap();
        assert!(enter("2001:db8:1:2::2").is_none());
        let _other = enter("2001:db8:1:3::1").unwrap();
        let _mapped = enter("::ffff:192.0.2.9").unwrap();
        assert!(enter("192.0.2.9").is_none());
        let (_one, _two) = (enter("127.0.0.1").unwrap(), enter("127.0.0.1").unwrap());
        let (_one, _two) = (enter("::1").unwrap(), enter("::1").unwrap());
    }
}
