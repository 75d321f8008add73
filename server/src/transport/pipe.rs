//! A connection in memory with the behaviour of a non-blocking socket: bounded buffers, short writes, end of stream,
//! reset. For code in the same process and for tests; it has no latency, a simulated network adds that.

mod stream;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// What a direction keeps of its buffer while it is empty: a welcome is long, and many connections idle after it. A message of
/// usual length fits, so that those who hear one now and then ask for no memory.
const KEPT: usize = 512;

/// One end of a connection.
#[derive(Debug)]
pub struct Pipe {
    incoming: Arc<Mutex<Half>>,
    outgoing: Arc<Mutex<Half>>,
}

/// One direction.
#[derive(Debug)]
struct Half {
    bytes: VecDeque<u8>,
    capacity: usize,
    end: Option<HalfEnd>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// How a direction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HalfEnd {
    /// The writer has closed: the reader gets what is buffered, then the end.
    Closed,
    /// The connection was reset: what is buffered is lost.
    Reset,
}

/// The two ends of a connection; each direction buffers at most `capacity` bytes.
#[must_use]
pub fn pair(capacity: usize) -> (Pipe, Pipe) {
    let half = || {
        let bytes = VecDeque::new();
        Arc::new(Mutex::new(Half { bytes, capacity, end: None, reader: None, writer: None }))
    };
    let (there, back) = (half(), half());
    let near = Pipe { incoming: Arc::clone(&back), outgoing: Arc::clone(&there) };
    (near, Pipe { incoming: there, outgoing: back })
}

impl Pipe {
    /// Writes what fits; `WouldBlock` when nothing does.
    pub fn try_write(&self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        let mut half = lock(&self.outgoing);
        if half.end.is_some() {
            return Err(Error::from(ErrorKind::BrokenPipe));
        }
        let free = half.capacity - half.bytes.len();
        if free == 0 {
            return Err(Error::from(ErrorKind::WouldBlock));
        }
        let mut left = free;
        for piece in pieces {
            let fits = piece.get(..left).unwrap_or(piece);
            half.bytes.extend(fits);
            left -= fits.len();
        }
        half.wake_reader();
        Ok(free - left)
    }

    /// Reads what is there; 0 at the end, `WouldBlock` when there is nothing.
    pub fn try_read(&self, buffer: &mut [u8]) -> Result<usize> {
        let mut half = lock(&self.incoming);
        if half.end == Some(HalfEnd::Reset) {
            return Err(Error::from(ErrorKind::ConnectionReset));
        }
        if half.bytes.is_empty() {
            return if half.end.is_some() { Ok(0) } else { Err(Error::from(ErrorKind::WouldBlock)) };
        }
        let count = buffer.len().min(half.bytes.len());
        std::io::Read::read_exact(&mut half.bytes, buffer.get_mut(..count).unwrap_or_default())?;
        if half.bytes.is_empty() {
            half.bytes.shrink_to(KEPT);
        }
        half.wake_writer();
        Ok(count)
    }

    /// Waits until there is something to read. Cancel safe.
    pub async fn readable(&self) -> Result<()> {
        poll_fn(|context| self.poll_readable(context)).await
    }

    pub(super) fn poll_readable(&self, context: &mut Context<'_>) -> Poll<Result<()>> {
        let mut half = lock(&self.incoming);
        if half.end.is_some() || !half.bytes.is_empty() {
            return Poll::Ready(Ok(()));
        }
        half.reader = Some(context.waker().clone());
        Poll::Pending
    }

    /// Waits until something can be written. Cancel safe.
    pub async fn writable(&self) -> Result<()> {
        poll_fn(|context| self.poll_writable(context)).await
    }

    pub(super) fn poll_writable(&self, context: &mut Context<'_>) -> Poll<Result<()>> {
        let mut half = lock(&self.outgoing);
        if half.end.is_some() || half.bytes.len() < half.capacity {
            return Poll::Ready(Ok(()));
        }
        half.writer = Some(context.waker().clone());
        Poll::Pending
    }

    /// Resets the connection in both directions; what is buffered is lost.
    pub fn reset(&self) {
        for half in [&self.incoming, &self.outgoing] {
            lock(half).finish(HalfEnd::Reset);
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        for half in [&self.incoming, &self.outgoing] {
            lock(half).finish(HalfEnd::Closed);
        }
    }
}

impl Half {
    fn finish(&mut self, end: HalfEnd) {
        if self.end != Some(HalfEnd::Reset) {
            self.end = Some(end);
        }
        if end == HalfEnd::Reset {
            self.bytes.clear();
        }
        self.wake_reader();
        self.wake_writer();
    }

    fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }

    fn wake_writer(&mut self) {
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }
}

fn lock(half: &Mutex<Half>) -> MutexGuard<'_, Half> {
    half.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_pipe_takes_what_fits_and_ends_after_the_last_byte() {
        let (near, far) = pair(4);
        let mut buffer = [0; 8];
        assert_eq!(far.try_read(&mut buffer).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert_eq!(near.try_write(&[IoSlice::new(b"abc"), IoSlice::new(b"def")]).unwrap(), 4);
        assert_eq!(near.try_write(&[IoSlice::new(b"x")]).unwrap_err().kind(), ErrorKind::WouldBlock);
        drop(near);
        far.readable().await.unwrap();
        assert_eq!(far.try_read(&mut buffer).unwrap(), 4);
        assert_eq!(&buffer[..4], b"abcd");
        assert_eq!(far.try_read(&mut buffer).unwrap(), 0);
        assert_eq!(far.try_write(&[IoSlice::new(b"x")]).unwrap_err().kind(), ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn a_reset_pipe_loses_what_was_buffered() {
        let (near, far) = pair(8);
        near.try_write(&[IoSlice::new(b"abc")]).unwrap();
        far.reset();
        assert_eq!(far.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(near.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
}
