//! A connection's transport, shared by its task, which reads, and the hub, which writes without waiting; with the signals
//! from the hub to the task, the time of the last input (heartbeat), and the answered bytes that the rate limit is to be
//! charged for.

use std::fs::File;
use std::future::poll_fn;
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use rustix::fs::sendfile;
use shared::Uid;
use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::{TcpStream, UnixStream};

use super::half_close::{half_close_tcp, half_close_unix};
use super::peer::Peer;
use super::pipe::Pipe;
use super::read_once::{read_tcp, read_unix};
use super::signals::{Signal, Signals};
use super::tls_stream::TlsStream;
use crate::stats::{Stats, Transport};

/// What a connection runs over.
#[derive(Debug)]
pub enum Stream {
    /// TCP.
    Tcp(TcpStream),
    /// TCP with TLS on it.
    Tls(Box<TlsStream>),
    /// A Unix socket: somebody on this machine.
    Unix(UnixStream),
    /// A pipe in memory: code in this process, or a simulation.
    Memory(Pipe),
}

impl Stream {
    fn transport(&self) -> Transport {
        match self {
            Self::Tcp(_) => Transport::Plain,
            Self::Tls(_) => Transport::Tls,
            Self::Unix(_) => Transport::Local,
            Self::Memory(_) => Transport::Attached,
        }
    }
}

/// A transport and the signals between the two who use it.
#[derive(Debug)]
pub struct Socket {
    stream: Stream,
    /// What it is counted as; an uncounted one is the inner side of a connection that is counted outside.
    counted: Option<Transport>,
    /// Where it comes from.
    pub peer: Peer,
    /// The counters.
    pub stats: Arc<Stats>,
    /// When something was last received, in milliseconds of the server's uptime.
    heard_ms: AtomicU64,
    /// Whether a ping was sent since then.
    pinged: AtomicBool,
    /// The answered bytes that the rate limit was not charged for yet.
    answered: AtomicU64,
    /// The time of searches that the rate limit was not charged for yet, in milliseconds.
    searched_ms: AtomicU64,
    /// Whether it was welcomed as somebody who was known before.
    known: AtomicBool,
    /// Who was welcomed; 0 before.
    uid: AtomicU64,
    signals: Signals,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Some(transport) = self.counted {
            self.stats.closed(transport);
        }
    }
}

impl Socket {
    /// For a connected stream.
    #[must_use]
    pub fn new(stream: Stream, peer: Peer, now_ms: u64, stats: Arc<Stats>) -> Self {
        let transport = stream.transport();
        Self::counted_as(Some(transport), stream, peer, now_ms, stats)
    }

    /// The same, with its connection and its bytes counted as those of this transport, or not at all.
    #[must_use]
    pub fn counted_as(
        counted: Option<Transport>,
        stream: Stream,
        peer: Peer,
        now_ms: u64,
        stats: Arc<Stats>,
    ) -> Self {
        if let Some(transport) = counted {
            stats.opened(transport);
        }
        let [pinged, known] = [false; 2].map(AtomicBool::new);
        let [heard_ms, answered, searched_ms, uid] = [now_ms, 0, 0, 0].map(AtomicU64::new);
        Self {
            stream,
            counted,
            peer,
            stats,
            heard_ms,
            pinged,
            answered,
            searched_ms,
            known,
            uid,
            signals: Signals::default(),
        }
    }

    /// Writes what the kernel takes at once.
    pub fn try_write(&self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        let written = match (&self.stream, pieces) {
            (Stream::Tcp(tcp), [one]) => tcp.try_write(one),
            (Stream::Tcp(tcp), many) => tcp.try_write_vectored(many),
            (Stream::Tls(tls), many) => tls.try_write(many),
            (Stream::Unix(unix), [one]) => unix.try_write(one),
            (Stream::Unix(unix), many) => unix.try_write_vectored(many),
            (Stream::Memory(pipe), many) => pipe.try_write(many),
        }?;
        if self.counted.is_some() {
            self.stats.bytes_out.add(written as u64);
        }
        Ok(written)
    }

    /// Writes what the TLS layer has buffered; false if some of it is still buffered. Other transports buffer nothing.
    pub fn flush(&self) -> Result<bool> {
        match &self.stream {
            Stream::Tls(tls) => tls.flush(),
            Stream::Tcp(_) | Stream::Unix(_) | Stream::Memory(_) => Ok(true),
        }
    }

    /// Sends bytes of a file from this offset on, as many as the kernel takes at once, without copying them through this process. None
    /// where the transport cannot: it has to encrypt them, or has no kernel.
    pub fn try_send_file(&self, file: &File, offset: u64, most: usize) -> Option<Result<usize>> {
        let mut offset = offset;
        let sent = match &self.stream {
            Stream::Tcp(tcp) => {
                tcp.try_io(Interest::WRITABLE, || Ok(sendfile(tcp, file, Some(&mut offset), most)?))
            }
            Stream::Unix(unix) => {
                unix.try_io(Interest::WRITABLE, || Ok(sendfile(unix, file, Some(&mut offset), most)?))
            }
            Stream::Tls(_) | Stream::Memory(_) => return None,
        };
        Some(sent.inspect(|sent| self.stats.bytes_out.add(*sent as u64)))
    }

    /// Bounds what the kernel holds of what was written and not sent yet, so that a connection that is ended has little on its way.
    pub fn bound_unsent(&self, bytes: u32) -> Result<()> {
        match &self.stream {
            Stream::Tcp(tcp) => SockRef::from(tcp).set_tcp_notsent_lowat(bytes),
            Stream::Tls(tls) => SockRef::from(&tls.tcp).set_tcp_notsent_lowat(bytes),
            Stream::Unix(_) | Stream::Memory(_) => Ok(()),
        }
    }

    /// Has the runtime of the calling task wait for it from now on, in place of the one it came in on.
    pub fn move_here(&mut self) -> Result<()> {
        match &mut self.stream {
            Stream::Tcp(tcp) => move_tcp_here(tcp),
            Stream::Tls(tls) => move_tcp_here(&mut tls.tcp),
            Stream::Unix(unix) => {
                let again = std::os::unix::net::UnixStream::from(unix.as_fd().try_clone_to_owned()?);
                *unix = UnixStream::from_std(again)?;
                Ok(())
            }
            Stream::Memory(_) => Ok(()),
        }
    }

    /// Reads what is there; 0 at the end, `WouldBlock` when there is nothing.
    pub fn try_read(&self, buffer: &mut [u8]) -> Result<usize> {
        let read = match &self.stream {
            Stream::Tcp(tcp) => read_tcp(tcp, buffer),
            Stream::Tls(tls) => tls.try_read(buffer),
            Stream::Unix(unix) => read_unix(unix, buffer),
            Stream::Memory(pipe) => pipe.try_read(buffer),
        }?;
        if self.counted.is_some() {
            self.stats.bytes_in.add(read as u64);
        }
        Ok(read)
    }

    /// Whether there may be more to read at once after so many bytes of a buffer. Not after a plain read that did not fill it: until
    /// the kernel reports more, the socket does not count as readable; see `read_once.rs`.
    pub fn may_have_more(&self, read: usize, buffer: usize) -> bool {
        read == buffer || matches!(self.stream, Stream::Tls(_))
    }

    /// The SHA-256 of the certificate that the client showed, if it did; see `TlsStream::client_certificate`.
    #[must_use]
    pub fn client_certificate(&self) -> Option<[u8; 32]> {
        match &self.stream {
            Stream::Tls(tls) => tls.client_certificate(),
            Stream::Tcp(_) | Stream::Unix(_) | Stream::Memory(_) => None,
        }
    }

    /// Whether what is sent over it is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// Takes the number of bytes received since the last call that carried no text: what encryption adds.
    pub fn take_overhead(&self) -> u64 {
        match &self.stream {
            Stream::Tls(tls) => tls.take_overhead(),
            Stream::Tcp(_) | Stream::Unix(_) | Stream::Memory(_) => 0,
        }
    }

    /// Waits until there may be something to read. Cancel safe. One task at a time: the transport keeps one waker for it,
    /// which costs a connection that idles less than a list of those who wait.
    pub fn readable(&self) -> impl Future<Output = Result<()>> {
        poll_fn(|context| self.poll_readable(context))
    }

    fn poll_readable(&self, context: &mut Context<'_>) -> Poll<Result<()>> {
        match &self.stream {
            Stream::Tcp(tcp) => tcp.poll_read_ready(context),
            Stream::Tls(tls) => tls.poll_readable(context),
            Stream::Unix(unix) => unix.poll_read_ready(context),
            Stream::Memory(pipe) => pipe.poll_readable(context),
        }
    }

    /// Waits until the kernel may take more. Cancel safe, and for one task at a time.
    pub fn writable(&self) -> impl Future<Output = Result<()>> {
        poll_fn(|context| self.poll_writable(context))
    }

    fn poll_writable(&self, context: &mut Context<'_>) -> Poll<Result<()>> {
        match &self.stream {
            Stream::Tcp(tcp) => tcp.poll_write_ready(context),
            Stream::Tls(tls) => tls.tcp.poll_write_ready(context),
            Stream::Unix(unix) => unix.poll_write_ready(context),
            Stream::Memory(pipe) => pipe.poll_writable(context),
        }
    }

    /// Writes everything, waiting where needed. Only before the hub knows the connection: two writers would interleave
    /// lines.
    pub async fn write_all(&self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            self.writable().await?;
            match self.try_write(&[IoSlice::new(bytes)]) {
                Ok(0) => return Err(Error::from(ErrorKind::WriteZero)),
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Tells the connection's task something.
    pub fn signal(&self, signal: Signal) {
        self.signals.raise(signal);
    }

    /// Waits for one of these, takes it, and returns it. Cancel safe, and for one task at a time.
    pub fn signalled(&self, any_of: &[Signal]) -> impl Future<Output = Signal> {
        self.signals.wait(any_of)
    }

    /// Tells the connection's task that the welcome is among what is written: requests may be answered from now on.
    pub fn welcomed(&self, uid: Uid, is_new: bool) {
        self.uid.store(uid.get(), Ordering::Relaxed);
        self.known.store(!is_new, Ordering::Relaxed);
        self.signal(Signal::Welcomed);
    }

    /// Who was welcomed, if anybody was.
    pub fn uid(&self) -> Option<Uid> {
        Uid::new(self.uid.load(Ordering::Relaxed)).filter(|uid| *uid != Uid::ZERO)
    }

    /// Whether it was welcomed as somebody who was known before: the secret that it showed is an identity's.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }

    /// Half-closes the connection and waits for the peer to close; see `half_close.rs`.
    pub async fn half_close(&self) {
        match &self.stream {
            Stream::Tcp(tcp) => half_close_tcp(tcp).await,
            Stream::Tls(tls) => {
                if tls.close().await.is_ok() {
                    half_close_tcp(&tls.tcp).await;
                }
            }
            Stream::Unix(unix) => half_close_unix(unix).await,
            Stream::Memory(_) => {}
        }
    }

    /// Adds to the answered bytes: answers and history, not the events of others.
    pub fn answer(&self, bytes: usize) {
        self.answered.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Takes the answered bytes since the last call.
    pub fn answered(&self) -> u64 {
        if self.answered.load(Ordering::Relaxed) == 0 { 0 } else { self.answered.swap(0, Ordering::Relaxed) }
    }

    /// Adds to the time that was searched.
    pub fn searched(&self, time: Duration) {
        let ms = u64::try_from(time.as_micros().div_ceil(1000)).unwrap_or(u64::MAX);
        self.searched_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Takes the milliseconds that were searched since the last call.
    pub fn take_searched(&self) -> u64 {
        if self.searched_ms.load(Ordering::Relaxed) == 0 {
            0
        } else {
            self.searched_ms.swap(0, Ordering::Relaxed)
        }
    }

    /// Records that something was received.
    pub fn heard(&self, now_ms: u64) {
        self.heard_ms.store(now_ms, Ordering::Relaxed);
        self.pinged.store(false, Ordering::Relaxed);
    }

    /// How long nothing was received, in milliseconds.
    #[must_use]
    pub fn silent_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.heard_ms.load(Ordering::Relaxed))
    }

    /// Whether no ping was sent since something was received; the caller sends one.
    #[must_use]
    pub fn first_ping(&self) -> bool {
        !self.pinged.swap(true, Ordering::Relaxed)
    }
}

/// A runtime gives a socket back only whole, so it is opened a second time, and the first is closed.
fn move_tcp_here(tcp: &mut TcpStream) -> Result<()> {
    let again = std::net::TcpStream::from(tcp.as_fd().try_clone_to_owned()?);
    *tcp = TcpStream::from_std(again)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::pipe::pair;
    use super::*;

    #[test]
    fn others_have_their_turn_only_after_a_read_that_filled_the_buffer() {
        let (near, _far) = pair(64);
        let socket = Socket::new(Stream::Memory(near), Peer::Local, 0, Arc::default());
        for (read, more) in [(1, false), (7, false), (8, true)] {
            assert_eq!(socket.may_have_more(read, 8), more, "{read} of 8");
        }
    }
}
