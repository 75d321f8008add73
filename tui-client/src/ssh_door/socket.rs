//! The TCP connection under a session, as the library reads and writes it, with two ways to end it from outside that the
//! library has not: it can be cut, and a client whose TCP takes nothing for [`STALLED`] is gone. Without these a session
//! would wait for ever for a client that neither reads nor closes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::limits::STALLED;

/// A connection that can be cut.
pub(super) struct Socket<S = TcpStream> {
    stream: S,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    /// There while the client takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Socket<S> {
    pub(super) fn new(stream: S, cut: CancellationToken) -> Self {
        Self { stream, cut: Box::pin(cut.cancelled_owned()), stalled: None }
    }

    fn is_cut(&mut self, context: &mut Context<'_>) -> bool {
        self.cut.as_mut().poll(context).is_ready()
    }

    /// What came of writing: an error once the client has taken nothing for too long.
    fn watched<T>(&mut self, written: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(STALLED)));
        stalled.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Socket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_cut(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Socket<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_cut(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watched(written, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_cut(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.watched(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    use super::Socket;
    use crate::ssh_door::limits::STALLED;

    #[tokio::test]
    async fn a_connection_that_is_cut_ends_whoever_waits_for_it() {
        let (_client, ours) = tokio::io::duplex(16);
        let cut = CancellationToken::new();
        let mut socket = Socket::new(ours, cut.clone());
        let mut byte = [0];
        let (read, ()) = tokio::join!(socket.read(&mut byte), async { cut.cancel() });
        assert!(read.is_err());
        assert!(socket.write(b"x").await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_gone_after_a_while() {
        let (mut client, ours) = tokio::io::duplex(4);
        let mut socket = Socket::new(ours, CancellationToken::new());
        socket.write_all(b"full").await.unwrap();
        let began = Instant::now();
        assert!(socket.write_all(b"more").await.is_err());
        assert_eq!(began.elapsed().as_secs(), STALLED.as_secs());
        let mut taken = [0; 4];
        client.read_exact(&mut taken).await.unwrap();
        socket.write_all(b"late").await.unwrap();
    }
}
