//! TLS over a non-blocking TCP socket. At most one record of encrypted output is buffered when the socket would block, so
//! that backpressure reaches the writer as it does without TLS.

use std::io::{Error, ErrorKind, IoSlice, Read, Result, Write};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use rustls::ServerConnection;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;

use super::read_once::read_tcp;

/// The most encrypted bytes buffered for the socket: one record. Beyond it a write would block.
const MAX_UNSENT: usize = 16 * 1024;
/// The most bytes of a client's handshake; a usual one has less than 4 KiB.
const MAX_HANDSHAKE: usize = 16 * 1024;
/// The most encrypted bytes in a row without any text in them: a few records. More is an attack by empty ones.
const MAX_EMPTY: usize = 64 * 1024;
/// How often the socket is read in one turn of a connection, a few KiB each time.
const READS: usize = 16;
/// The most slices of one vectored write, as many as the delivery uses.
const MAX_IO_SLICES: usize = 64;

/// A connection whose handshake is done.
#[derive(Debug)]
pub struct TlsStream {
    pub(super) tcp: TcpStream,
    session: Mutex<ServerConnection>,
    /// The encrypted bytes received beyond the text in them, not yet taken by [`TlsStream::take_overhead`].
    overhead: AtomicU64,
    /// The encrypted bytes received since there was text in them.
    empty: AtomicUsize,
}

impl TlsStream {
    /// Performs the handshake. Not cancel safe: it is finished, or the connection is dropped.
    ///
    /// # Errors
    /// When the peer does not speak TLS 1.3 or sends too much; it was sent an alert where possible.
    pub async fn accept(tcp: TcpStream, mut session: Box<ServerConnection>) -> Result<Self> {
        session.set_buffer_limit(Some(MAX_UNSENT));
        let mut heard = 0;
        loop {
            while !flush(&mut session, &tcp)? {
                tcp.writable().await?;
            }
            if !session.is_handshaking() {
                return Ok(Self {
                    tcp,
                    session: Mutex::new(*session),
                    overhead: AtomicU64::new(0),
                    empty: AtomicUsize::new(0),
                });
            }
            tcp.readable().await?;
            match session.read_tls(&mut Wire(&tcp)) {
                Ok(0) => return Err(Error::from(ErrorKind::UnexpectedEof)),
                Ok(read) => heard += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error),
            }
            let shaken =
                session.process_new_packets().map_err(|error| Error::new(ErrorKind::InvalidData, error));
            let shaken = shaken.and_then(|_| {
                let long = || Error::new(ErrorKind::InvalidData, "the handshake is too long");
                (heard <= MAX_HANDSHAKE).then_some(()).ok_or_else(long)
            });
            if let Err(error) = shaken {
                // Sends the alert, if the socket takes it at once.
                flush(&mut session, &tcp).ok();
                super::half_close::half_close_tcp(&tcp).await;
                return Err(error);
            }
        }
    }

    /// Encrypts and writes until the socket would block. What was taken may still be buffered: see [`TlsStream::flush`].
    pub(super) fn try_write(&self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        let mut session = self.session();
        let mut left = [IoSlice::new(&[]); MAX_IO_SLICES];
        let count = pieces.len().min(MAX_IO_SLICES);
        left[..count].copy_from_slice(&pieces[..count]);
        let mut left = &mut left[..count];
        let total: usize = left.iter().map(|piece| piece.len()).sum();
        let mut taken = 0;
        while flush(&mut session, &self.tcp)? && taken < total {
            let some = session.writer().write_vectored(left)?;
            IoSlice::advance_slices(&mut left, some);
            taken += some;
        }
        if taken == 0 && total > 0 { Err(Error::from(ErrorKind::WouldBlock)) } else { Ok(taken) }
    }

    /// Writes what is buffered; false if some of it still is.
    pub(super) fn flush(&self) -> Result<bool> {
        flush(&mut self.session(), &self.tcp)
    }

    /// Reads and decrypts. An end without `close_notify` (truncation) counts as an end: an incomplete line is not
    /// processed, and what was not acknowledged is sent again.
    pub(super) fn try_read(&self, buffer: &mut [u8]) -> Result<usize> {
        let mut session = self.session();
        for _ in 0..READS {
            match session.reader().read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
                read => {
                    self.empty.store(0, Ordering::Relaxed);
                    return read;
                }
            }
            let received = session.read_tls(&mut Wire(&self.tcp))?;
            self.overhead.fetch_add(received as u64, Ordering::Relaxed);
            if self.empty.fetch_add(received, Ordering::Relaxed) > MAX_EMPTY {
                return Err(Error::new(ErrorKind::InvalidData, "records without anything in them"));
            }
            if let Err(error) = session.process_new_packets() {
                // Sends the alert, if the socket takes it at once.
                flush(&mut session, &self.tcp).ok();
                return Err(Error::new(ErrorKind::InvalidData, error));
            }
        }
        // There may be more on the socket; the caller lets others have their turn first.
        Err(Error::from(ErrorKind::WouldBlock))
    }

    /// Takes the encrypted bytes received since the last call, for the limit on what a connection sends: records may be
    /// empty, and cost as much as others.
    pub(super) fn take_overhead(&self) -> u64 {
        self.overhead.swap(0, Ordering::Relaxed)
    }

    /// The SHA-256 of the certificate that the client showed and proved to have the key of; none where it was not asked, or
    /// showed none.
    pub(super) fn client_certificate(&self) -> Option<[u8; 32]> {
        let session = self.session();
        session.peer_certificates()?.first().map(|first| Sha256::digest(first).into())
    }

    /// Whether there may be something to read: decrypted already, or on the socket.
    pub(super) fn poll_readable(&self, context: &mut Context<'_>) -> Poll<Result<()>> {
        match self.session().reader().into_first_chunk() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.tcp.poll_read_ready(context),
            Ok(_) | Err(_) => Poll::Ready(Ok(())),
        }
    }

    /// Sends `close_notify` after everything that is buffered.
    pub(super) async fn close(&self) -> Result<()> {
        self.session().send_close_notify();
        while !self.flush()? {
            self.tcp.writable().await?;
        }
        Ok(())
    }

    fn session(&self) -> MutexGuard<'_, ServerConnection> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for TlsStream {
    /// Sends `close_notify` if the socket takes it at once, however the connection ends.
    fn drop(&mut self) {
        self.session().send_close_notify();
        self.flush().ok();
    }
}

/// Writes what is buffered; false if some of it still is.
fn flush(session: &mut ServerConnection, tcp: &TcpStream) -> Result<bool> {
    while session.wants_write() {
        match session.write_tls(&mut Wire(tcp)) {
            Ok(0) => return Err(Error::from(ErrorKind::WriteZero)),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// The socket as rustls wants it.
struct Wire<'a>(&'a TcpStream);

impl Read for Wire<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        read_tcp(self.0, buffer)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.try_write(bytes)
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        self.0.try_write_vectored(pieces)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
