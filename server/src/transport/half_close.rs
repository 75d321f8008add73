//! Closing a connection so that the peer reads everything that was written: the writing half is shut down, then what the
//! peer still sends is read and dropped until it closes too. Closing a TCP socket with unread input would reset it, and the
//! peer would lose what it had not read yet (RFC 1122, section 4.2.2.13).

use std::io::{ErrorKind, Result};
use std::net::Shutdown;

use socket2::SockRef;
use tokio::net::{TcpStream, UnixStream};

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

/// Reads and drops until the peer closes.
async fn drain<F: Future<Output = Result<()>>>(
    readable: impl Fn() -> F,
    read: impl Fn(&mut [u8]) -> Result<usize>,
) {
    let mut scratch = [0; 512];
    while readable().await.is_ok() {
        match read(&mut scratch) {
            Ok(1..) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Ok(0) | Err(_) => return,
        }
    }
}
