//! Reads a non-blocking socket with one system call. A read that does not fill the buffer has emptied the socket, so the socket
//! counts as not readable from then on, until the kernel reports more (edge-triggered epoll; tokio's `AsyncRead` does the
//! same, its `try_read` does not). Otherwise every read would be followed by one that finds nothing.

use std::io::{Error, ErrorKind, Read as _, Result};

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::{TcpStream, UnixStream};

/// Reads what is there; 0 at the end, `WouldBlock` when there is nothing.
pub(super) fn read_tcp(tcp: &TcpStream, buffer: &mut [u8]) -> Result<usize> {
    read(&SockRef::from(tcp), buffer, |read| tcp.try_io(Interest::READABLE, read))
}

/// The same from a Unix socket.
pub(super) fn read_unix(unix: &UnixStream, buffer: &mut [u8]) -> Result<usize> {
    read(&SockRef::from(unix), buffer, |read| unix.try_io(Interest::READABLE, read))
}

/// `try_io` runs what it is given if the socket counts as readable, and takes that back at `WouldBlock`.
fn read(
    socket: &SockRef<'_>,
    buffer: &mut [u8],
    try_io: impl FnOnce(&mut dyn FnMut() -> Result<usize>) -> Result<usize>,
) -> Result<usize> {
    let mut emptied = None;
    let result = try_io(&mut || {
        let read = (&**socket).read(buffer)?;
        if read == 0 || read == buffer.len() {
            return Ok(read);
        }
        emptied = Some(read);
        Err(Error::from(ErrorKind::WouldBlock))
    });
    emptied.map_or(result, Ok)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::Shutdown;

    use super::*;

    async fn connected() -> (TcpStream, std::net::TcpStream) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (listener.accept().await.unwrap().0, peer)
    }

    #[tokio::test]
    async fn a_socket_that_was_emptied_is_not_read_before_the_kernel_reports_more() {
        let (tcp, mut peer) = connected().await;
        let mut buffer = [0; 8];
        peer.write_all(b"abc").unwrap();
        tcp.readable().await.unwrap();
        assert_eq!(read_tcp(&tcp, &mut buffer).unwrap(), 3);
        // There is more by now, but the runtime was not told yet.
        peer.write_all(b"de").unwrap();
        assert_eq!(read_tcp(&tcp, &mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
        tcp.readable().await.unwrap();
        assert_eq!(read_tcp(&tcp, &mut buffer).unwrap(), 2);
    }

    #[tokio::test]
    async fn what_did_not_fit_and_the_end_are_read_without_another_report() {
        let (tcp, mut peer) = connected().await;
        let mut buffer = [0; 4];
        peer.write_all(b"abcdef").unwrap();
        peer.shutdown(Shutdown::Write).unwrap();
        for read in [4, 2, 0] {
            tcp.readable().await.unwrap();
            assert_eq!(read_tcp(&tcp, &mut buffer).unwrap(), read);
        }
    }
}
