//! Closing a connection so that the peer reads everything that was written: the writing half is shut down, then what the
//! peer still sends is read and dropped until it closes too, up to a number of bytes and a piece at a time, so that a peer
//! who never stops takes nobody else's turn. Closing a TCP socket with unread input would reset it, and the
//! peer would lose what it had not read yet (RFC 1122, section 4.2.2.13).

use std::io::{ErrorKind, Result};
use std::net::Shutdown;

use socket2::SockRef;
use tokio::net::{TcpStream, UnixStream};

/// How much is read and dropped: more than a peer has on its way who was not told yet that nothing is taken any more.
const DRAIN_BYTES: usize = 4 * 1024 * 1024;

/// Closes our half of a TCP connection and waits for the peer to close its own.
pub(super) async fn half_close_tcp(tcp: &TcpStream) {
    if SockRef::from(tcp).shutdown(Shutdown::Write).is_ok() {
        drain(|| tcp.readable(), |scratch| tcp.try_read(scratch)).await;
    }
}

/// The same for a Unix socket.
pub(super) async fn half_close_unix(unix: &UnixStream) {
    if SockRef::from(unix).shutdown(Shutdown::Write).is_ok() {
        drain(|| unix.readable(), |scratch| unix.try_read(scratch)).await;
    }
}

/// Reads and drops until the peer closes, or has sent too much.
async fn drain<F: Future<Output = Result<()>>>(
    readable: impl Fn() -> F,
    read: impl Fn(&mut [u8]) -> Result<usize>,
) {
    let mut dropped = 0;
    while dropped < DRAIN_BYTES && readable().await.is_ok() {
        // Not kept while others have their turn: this is the state of a task.
        let taken = read(&mut [0; 4096]);
        match taken {
            Ok(read @ 1..) => dropped += read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Ok(0) | Err(_) => return,
        }
        // A socket with something to read is ready at once: without this no timer and nobody else would run.
        tokio::task::yield_now().await;
    }
}
