//! The terminal opened once more, for this process alone, so that it can be set non-blocking: the standard streams share that
//! with whoever started us. What is non-blocking is read and written by tasks of the runtime, beside the shell in its thread,
//! which saves each key four changes of thread.
//!
//! Tokio has no type for a terminal; those for pipes do no more than wait, read and write.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt as _;

use rustix::fs::OFlags;
use rustix::termios::tcgetsid;
use tokio::net::unix::pipe;

/// The terminal that `stream` is, to read it. There is none where it is not the terminal this process is controlled by, or
/// where the system cannot wait for it beside other things (macOS). Needs a runtime.
pub(super) fn reader(stream: impl AsFd) -> io::Result<pipe::Receiver> {
    pipe::Receiver::from_file_unchecked(open(stream)?)
}

/// The terminal that `stream` is, to write to it.
pub(super) fn writer(stream: impl AsFd) -> io::Result<Writer> {
    let writer = Writer(open(stream)?);
    writer.watch()?;
    Ok(writer)
}

/// Writes to the terminal. It is watched only while it takes nothing: else each byte it took would wake up the shell.
pub(super) struct Writer(File);

impl Writer {
    /// Writes some of it.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::Write::write(&mut self.0, bytes)
    }

    /// Waits until the terminal takes something.
    pub(super) async fn writable(&self) -> io::Result<()> {
        self.watch()?.writable().await
    }

    fn watch(&self) -> io::Result<pipe::Sender> {
        pipe::Sender::from_file_unchecked(self.0.try_clone()?)
    }
}

fn open(stream: impl AsFd) -> io::Result<File> {
    // Of any other terminal the session is not told.
    tcgetsid(stream)?;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
    File::options().read(true).write(true).custom_flags(flags).open("/dev/tty")
}
