//! TLS over a socket that nobody waits for. It must not keep more than a record that the kernel does not take.

use std::io::{Error, ErrorKind, IoSlice, Read, Result, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustls::ServerConnection;
use tokio::net::TcpStream;

/// How much of what is said may wait, encrypted, for the kernel, in bytes: one record. Beyond it the writer is told to
/// wait, as by the kernel itself.
const MAX_UNSENT: usize = 16 * 1024;
/// How much a handshake may take, in bytes: an honest one has less than 4 KiB.
const MAX_HANDSHAKE: usize = 16 * 1024;
/// How many pieces are written at once, as many as the delivery gathers.
const MAX_IO_SLICES: usize = 64;

/// A connection whose handshake is done.
#[derive(Debug)]
pub struct TlsStream {
    pub(super) tcp: TcpStream,
    session: Mutex<ServerConnection>,
}

impl TlsStream {
    /// Shakes hands. Not cancel safe: a handshake is finished or the connection is dropped.
    ///
    /// # Errors
    /// When the peer does not speak TLS 1.3, or too long; it has been sent an alert, if it can be.
    pub async fn accept(tcp: TcpStream, mut session: Box<ServerConnection>) -> Result<Self> {
        session.set_buffer_limit(Some(MAX_UNSENT));
        let mut heard = 0;
        loop {
            while !flush(&mut session, &tcp)? {
                tcp.writable().await?;
            }
            if !session.is_handshaking() {
                return Ok(Self { tcp, session: Mutex::new(*session) });
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
                // The alert that says why. Whoever does not take it has asked for no more.
                flush(&mut session, &tcp).ok();
                super::half_close::half_close_tcp(&tcp).await;
                return Err(error);
            }
        }
    }

    /// Encrypts and writes while the kernel takes it. What was taken but is still waiting here is told by
    /// [`TlsStream::flush`].
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

    /// Writes what waits; false when some of it still does.
    pub(super) fn flush(&self) -> Result<bool> {
        flush(&mut self.session(), &self.tcp)
    }

    /// Reads and decrypts. An end that the peer did not announce is an end like any other: what was cut off was not
    /// acknowledged, and half a line is none.
    pub(super) fn try_read(&self, buffer: &mut [u8]) -> Result<usize> {
        let mut session = self.session();
        loop {
            match session.reader().read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
                read => return read,
            }
            session.read_tls(&mut Wire(&self.tcp))?;
            if let Err(error) = session.process_new_packets() {
                // The alert, if the kernel takes it.
                flush(&mut session, &self.tcp).ok();
                return Err(Error::new(ErrorKind::InvalidData, error));
            }
        }
    }

    /// Waits until there may be something to read: decrypted already, or on the socket. Cancel safe.
    pub(super) async fn readable(&self) -> Result<()> {
        let waits = match self.session().reader().into_first_chunk() {
            Ok(_) => false,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        };
        if waits { self.tcp.readable().await } else { Ok(()) }
    }

    /// Says that nothing more comes, after everything that waits.
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
    /// However a connection ends, the peer is told that this is the end, if it still takes a word.
    fn drop(&mut self) {
        self.session().send_close_notify();
        self.flush().ok();
    }
}

/// Writes what waits; false when some of it still does.
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
        self.0.try_read(buffer)
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
