//! The terminal opened once more, for this process alone, so that it can be set non-blocking: the standard streams share that
//! with whoever started us. What is non-blocking is read and written by the shell's own task, which saves each key four changes
//! of thread.
//!
//! Tokio has no type for a terminal; those for pipes do no more than wait, read and write.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use rustix::fs::OFlags;
use rustix::termios::tcgetsid;
use tokio::io::AsyncWrite;
use tokio::net::unix::pipe;

/// The terminal that `stream` is, to read it. There is none where it is not the terminal this process is controlled by, or
/// where the system cannot wait for it beside other things (macOS). Needs a runtime.
pub(super) fn reader(stream: impl AsFd) -> io::Result<pipe::Receiver> {
    pipe::Receiver::from_file_unchecked(open(stream)?)
}

/// The terminal that `stream` is, to write to it.
pub(super) fn writer(stream: impl AsFd) -> io::Result<Writer> {
    let writer = Writer { terminal: open(stream)?, watched: None };
    writer.watch()?;
    Ok(writer)
}

/// Writes to the terminal. It is watched only while it takes nothing: else each byte it took would wake up the shell.
pub(super) struct Writer {
    terminal: File,
    /// There while it is waited for.
    watched: Option<pipe::Sender>,
}

impl Writer {
    fn watch(&self) -> io::Result<pipe::Sender> {
        pipe::Sender::from_file_unchecked(self.terminal.try_clone()?)
    }
}

impl AsyncWrite for Writer {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.watched.is_none() {
            match self.terminal.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.watched = Some(self.watch()?),
                written => return Poll::Ready(written),
            }
        }
        let Some(watched) = &mut self.watched else { return Poll::Pending };
        let written = std::task::ready!(Pin::new(watched).poll_write(context, bytes));
        self.watched = None;
        Poll::Ready(written)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn open(stream: impl AsFd) -> io::Result<File> {
    // Of any other terminal the session is not told.
    tcgetsid(stream)?;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
    File::options().read(true).write(true).custom_flags(flags).open("/dev/tty")
}
