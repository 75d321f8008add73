//! The byte stream a connection runs over: TCP, TLS over TCP, a Unix socket, or a pipe inside the process. What differs
//! between them ends with dialing; afterwards they are all one type.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, WriteHalf};

use crate::event::Lost;

/// Bytes in both directions, whatever carries them.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Which end of a connection an error of its stream means.
pub(super) fn lost(error: &io::Error) -> Lost {
    // The server is gone without a word: its process was killed, or its machine came back up. What TLS calls the end
    // of a connection without a close_notify is the same.
    let is_gone = matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof
    );
    if is_gone { Lost::Closed } else { Lost::Broken(error.into()) }
}

/// Writes bytes and flushes them: TLS holds back what is not flushed.
pub(super) async fn write_and_flush(half: &mut WriteHalf<Box<dyn Stream>>, bytes: &[u8]) -> io::Result<()> {
    half.write_all(bytes).await?;
    half.flush().await
}
