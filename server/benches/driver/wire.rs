//! One connection: lines out, lines in, never waiting unless it is asked to.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::{Domain, Socket, Type};

/// How much is read at once.
const READ: usize = 64 * 1024;
/// How long a line that is waited for may take.
const LIMIT: Duration = Duration::from_mins(1);

/// A connection to the server.
pub(crate) struct Wire {
    stream: TcpStream,
    inbox: Vec<u8>,
    /// Up to here the inbox was taken.
    taken: usize,
    out: Vec<u8>,
    /// All bytes that were read.
    pub(crate) received: u64,
    ended: bool,
}

impl Wire {
    /// Connects.
    pub(crate) fn connect(address: SocketAddr) -> Self {
        Self::connect_with(address, None)
    }

    /// The same with a receive buffer of about so many bytes.
    pub(crate) fn connect_with(address: SocketAddr, receive_buffer: Option<usize>) -> Self {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes).unwrap();
        }
        socket.connect(&address.into()).unwrap();
        socket.set_tcp_nodelay(true).unwrap();
        socket.set_nonblocking(true).unwrap();
        Self {
            stream: socket.into(),
            inbox: Vec::new(),
            taken: 0,
            out: Vec::new(),
            received: 0,
            ended: false,
        }
    }

    /// Sends a line, as far as the socket takes it; the rest goes with [`Wire::flush`].
    pub(crate) fn send(&mut self, line: &str) {
        self.out.extend_from_slice(line.as_bytes());
        self.out.push(b'\n');
        self.flush();
    }

    /// Sends what is left.
    pub(crate) fn flush(&mut self) {
        while !self.out.is_empty() {
            match self.stream.write(&self.out) {
                Ok(written) => drop(self.out.drain(..written)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => {
                    self.ended = true;
                    return self.out.clear();
                }
            }
        }
    }

    /// Reads what is there; false when the connection has ended.
    pub(crate) fn fill(&mut self) -> bool {
        self.inbox.drain(..self.taken);
        self.taken = 0;
        while !self.ended {
            let filled = self.inbox.len();
            self.inbox.resize(filled + READ, 0);
            let read = self.stream.read(&mut self.inbox[filled..]);
            self.inbox.truncate(filled + read.as_ref().copied().unwrap_or(0));
            match read {
                Ok(0) => self.ended = true,
                Ok(count) => {
                    self.received += count as u64;
                    if count < READ {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => self.ended = true,
            }
        }
        !self.ended
    }

    /// The next whole line that was read, without its end.
    pub(crate) fn line(&mut self) -> Option<&[u8]> {
        let rest = &self.inbox[self.taken..];
        let end = memchr::memchr(b'\n', rest)?;
        self.taken += end + 1;
        Some(&rest[..end])
    }

    /// Waits for a line that has this in it and returns it; what comes before is dropped.
    pub(crate) fn wait_for(&mut self, what: &str) -> String {
        let (began, mut last) = (std::time::Instant::now(), String::new());
        loop {
            while let Some(line) = self.line() {
                last.clear();
                last.push_str(&String::from_utf8_lossy(line));
                if last.contains(what) {
                    return last;
                }
            }
            let wanted = if self.out.is_empty() { PollFlags::IN } else { PollFlags::IN | PollFlags::OUT };
            let a_second = Timespec { tv_sec: 1, tv_nsec: 0 };
            // Woken early by a signal it only looks again.
            poll(&mut [PollFd::new(&self.stream, wanted)], Some(&a_second)).ok();
            self.flush();
            assert!(self.fill(), "the connection ended before a line with {what}, after {last}");
            assert!(began.elapsed() < LIMIT, "no line with {what}, but {last}");
        }
    }
}

impl AsFd for Wire {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
