//! One step of a transfer between its socket and its file, on a thread for disk work: pieces of the thread's buffer, until the socket
//! would block or the step is long enough. What waits for its turn has no buffer.

use std::fs::File;
use std::io::{Error, ErrorKind, IoSlice};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use bytes::Bytes;

use super::pool::{PIECE, STEP, give_way, with_scratch};
use crate::transport::socket::Socket;

/// Where a step begins.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) socket: Arc<Socket>,
    pub(super) file: Arc<File>,
    /// The place in the content.
    pub(super) at: u64,
    /// Where the content ends.
    pub(super) end: u64,
    /// Of an upload: what was read of the socket before.
    pub(super) early: Bytes,
}

/// What a step did.
#[derive(Debug)]
pub(super) struct Pumped {
    /// How many bytes were moved.
    pub(super) bytes: u64,
    pub(super) then: Then,
}

/// Why it stopped.
#[derive(Debug)]
pub(super) enum Then {
    /// Others have their turn, or the content is at its end.
    Stopped,
    /// The socket has nothing, or takes nothing.
    Blocked,
    /// The peer has closed, or the file is shorter than it was.
    Ended,
    /// The peer sends more than the content has.
    TooMuch,
    /// The connection failed.
    Lost(Error),
    /// The disk failed.
    Disk(Error),
}

impl Step {
    fn left(&self) -> u64 {
        self.end - self.at
    }

    /// Receives: from the socket to the file.
    pub(super) fn receive(mut self) -> Pumped {
        let begin = self.at;
        let early = std::mem::take(&mut self.early);
        let then = with_scratch(|scratch| {
            self.take_early(&early).unwrap_or_else(|| self.receive_all(begin, scratch))
        });
        Pumped { bytes: self.at - begin, then }
    }

    fn take_early(&mut self, early: &[u8]) -> Option<Then> {
        if early.len() as u64 > self.left() {
            return Some(Then::TooMuch);
        }
        self.write(early)
    }

    fn receive_all(&mut self, begin: u64, scratch: &mut [u8]) -> Then {
        while self.left() > 0 {
            if self.at - begin >= STEP {
                return Then::Stopped;
            }
            let want = usize::try_from(self.left()).map_or(PIECE, |left| left.min(PIECE));
            let (filled, stopped) = fill(&self.socket, scratch.get_mut(..want).unwrap_or_default());
            if let Some(then) = self.write(scratch.get(..filled).unwrap_or_default()) {
                return then;
            }
            if let Some(then) = stopped {
                return if self.left() == 0 { self.check_end() } else { then };
            }
            give_way();
        }
        self.check_end()
    }

    fn write(&mut self, bytes: &[u8]) -> Option<Then> {
        match self.file.write_all_at(bytes, self.at) {
            Ok(()) => {
                self.at += bytes.len() as u64;
                None
            }
            Err(error) => Some(Then::Disk(error)),
        }
    }

    /// Whether something stands behind the last byte.
    fn check_end(&self) -> Then {
        match self.socket.try_read(&mut [0]) {
            Ok(1..) => Then::TooMuch,
            Ok(0) | Err(_) => Then::Stopped,
        }
    }

    /// Sends: from the file to the socket.
    pub(super) fn send(mut self) -> Pumped {
        let begin = self.at;
        let then = with_scratch(|scratch| self.send_all(begin, scratch));
        Pumped { bytes: self.at - begin, then }
    }

    fn send_all(&mut self, begin: u64, scratch: &mut [u8]) -> Then {
        while self.left() > 0 {
            if self.at - begin >= STEP {
                return Then::Stopped;
            }
            let most = usize::try_from(self.left()).map_or(PIECE, |left| left.min(PIECE));
            let sent = match self.socket.try_send_file(&self.file, self.at, most) {
                Some(sent) => sent,
                None => match self.file.read_at(scratch.get_mut(..most).unwrap_or_default(), self.at) {
                    Ok(0) => Ok(0),
                    Ok(read) => {
                        self.socket.try_write(&[IoSlice::new(scratch.get(..read).unwrap_or_default())])
                    }
                    Err(error) => return Then::Disk(error),
                },
            };
            match sent {
                Ok(0) => return Then::Ended,
                Ok(sent) => self.at += sent as u64,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Then::Blocked,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Then::Lost(error),
            }
            give_way();
        }
        Then::Stopped
    }
}

/// Reads until the buffer is full, or says why it is not.
fn fill(socket: &Socket, buffer: &mut [u8]) -> (usize, Option<Then>) {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match socket.try_read(rest) {
            Ok(0) => return (filled, Some(Then::Ended)),
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return (filled, Some(Then::Blocked)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return (filled, Some(Then::Lost(error))),
        }
    }
    (filled, None)
}
