//! One connection in the delivery: its cursors, and an outbox for lines that are only for it. Writes are non-blocking and
//! vectored, straight from the rings. A line that was written in part is completed from the outbox, even if the ring
//! drops it meanwhile. A connection whose outbox overflows is closed as a slow consumer.

use std::io::{ErrorKind, IoSlice};
use std::sync::Arc;

use bytes::{Buf as _, Bytes, BytesMut};

use shared::codec::to_line;
use shared::server_msg::{Form, Gap, Goodbye, GoodbyeCode, Resumed};
use shared::{Line, RoomName, Seq, ServerMsg};

use super::ring::{Reached, Ring};
use crate::chat::conn_id::ConnId;
use crate::goodbye::spread;
use crate::transport::signals::Signal;
use crate::transport::socket::Socket;

/// The most slices of one vectored write, one for each commit that a cursor is behind by.
const MAX_IO_SLICES: usize = 64;

/// The most bytes in the outbox; beyond it the connection is closed as a slow consumer. A page of history has up to 1
/// MiB.
const MAX_OUTBOX: usize = 4 * 1024 * 1024;

/// The earliest reconnect of a slow consumer, in milliseconds; spread over the same time again.
const RETURN_MS: u64 = 1000;

/// A connection as the delivery sees it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts, each set and cleared on its own")]
pub struct Subscriber {
    /// Which connection.
    pub conn: ConnId,
    /// Where to write.
    pub socket: Arc<Socket>,
    /// The form it asked to be told of people in.
    pub form: Form,
    /// The rooms it follows.
    pub follows: Vec<Cursor>,
    /// The outbox: lines for this connection alone, and the rest of an event that was written in part. Mostly empty, and
    /// without memory then.
    out: BytesMut,
    /// Whether it is in the list of subscribers to be written to.
    pub dirty: bool,
    /// Whether its socket would block.
    pub blocked: bool,
    /// Whether `resumed` is due once it has caught up.
    pub resuming: bool,
    /// Whether its last line is in `out`; nothing is added after that.
    pub closing: bool,
}

/// A position in a room's ring.
#[derive(Debug)]
pub struct Cursor {
    /// The index of the ring.
    pub ring: usize,
    /// The offset of the next byte to write; always the beginning of a line.
    pub offset: u64,
    /// The newest event that was written.
    pub seq: Seq,
}

impl Subscriber {
    /// A connection that follows nothing yet.
    #[must_use]
    pub fn new(conn: ConnId, socket: Arc<Socket>, form: Form) -> Self {
        let (follows, out) = (Vec::new(), BytesMut::new());
        Self {
            conn,
            socket,
            form,
            follows,
            out,
            dirty: false,
            blocked: false,
            resuming: false,
            closing: false,
        }
    }

    /// Adds a line to the outbox.
    pub fn push(&mut self, line: &[u8]) {
        if self.takes(line.len()) {
            self.out.extend_from_slice(line);
        }
    }

    /// The same of a line that is nobody else's: mostly it is not copied.
    pub fn push_own(&mut self, line: Bytes) {
        if !self.takes(line.len()) {
            return;
        }
        if self.out.is_empty() {
            self.out = line.into();
        } else {
            self.out.extend_from_slice(&line);
        }
    }

    /// Whether so many bytes go into the outbox; it is given up where they are too many.
    fn takes(&mut self, bytes: usize) -> bool {
        if !self.closing && self.out.len() + bytes > MAX_OUTBOX {
            tracing::info!(conn = self.conn.number, "gave up a connection that asks for more than it reads");
            self.drop_slow_consumer();
        }
        !self.closing
    }

    /// Drops the outbox, except for a line that may be written in part, and says goodbye instead.
    fn drop_slow_consumer(&mut self) {
        let line = self.out.iter().position(|&byte| byte == b'\n').map_or(self.out.len(), |end| end + 1);
        self.out.truncate(line);
        let goodbye = Goodbye {
            code: GoodbyeCode::SlowConsumer,
            message: "you asked for more than you read; come back and go on where you were".into(),
            reason: Line::default(),
            by: None,
            until: None,
            reconnect: true,
            after_ms: Some(RETURN_MS + spread(self.conn, RETURN_MS)),
            try_next: Vec::new(),
        };
        self.out.extend_from_slice(&to_line(&ServerMsg::Goodbye(goodbye)));
        self.closing = true;
        self.socket.stats.slow.add(1);
        self.socket.signal(Signal::SlowConsumer);
    }

    /// The bytes in the outbox.
    #[must_use]
    pub fn backlog(&self) -> usize {
        self.out.len()
    }

    /// How far it has read a ring that it follows.
    #[must_use]
    pub fn offset_in(&self, ring: usize) -> Option<u64> {
        self.follows.iter().find(|cursor| cursor.ring == ring).map(|cursor| cursor.offset)
    }

    /// Marks it as having something to write, unless it is marked already or blocked.
    pub fn mark_dirty(&mut self, slot: usize, dirty: &mut Vec<usize>) {
        if !self.blocked && !std::mem::replace(&mut self.dirty, true) {
            dirty.push(slot);
        }
    }

    /// Writes until everything is written or the socket would block.
    pub fn pump(&mut self, rings: &[Ring]) {
        while !self.blocked {
            // Nothing comes after the last line.
            let behind = |cursor: &Cursor| !self.closing && cursor.offset < rings[cursor.ring].end();
            if let Some(at) = self.follows.iter().position(behind) {
                self.write_room(at, &rings[self.follows[at].ring]);
            } else if !self.out.is_empty() {
                self.write_private();
            } else if self.closing {
                return self.socket.signal(Signal::End);
            } else if std::mem::take(&mut self.resuming) {
                let rooms = self.follows.iter().map(|cursor| (rings[cursor.ring].room.clone(), cursor.seq));
                let line = resumed(rooms);
                self.push(&line);
            } else {
                return;
            }
        }
    }

    fn write_private(&mut self) {
        let mut out = std::mem::take(&mut self.out);
        let written = self.write(&[IoSlice::new(&out)], out.len());
        if written < out.len() {
            out.advance(written);
            self.out = out;
        }
    }

    /// Writes the outbox and, behind it, what a room has, with one system call.
    fn write_room(&mut self, at: usize, ring: &Ring) {
        let Cursor { offset, seq, .. } = self.follows[at];
        if offset < ring.start() {
            self.socket.stats.gaps.add(1);
            self.push(&gap(&ring.room, seq, ring.head));
            (self.follows[at].offset, self.follows[at].seq) = (ring.end(), ring.head);
            return;
        }
        // Nearly every write: there is nothing but what the last commit brought.
        if self.out.is_empty()
            && let Some(piece) = ring.only_piece(offset, self.form)
        {
            let written = self.write(&[IoSlice::new(piece)], piece.len());
            if written == piece.len() {
                (self.follows[at].offset, self.follows[at].seq) = (ring.end(), ring.head);
            } else {
                self.advance(at, ring, written);
            }
            return;
        }
        let mut out = std::mem::take(&mut self.out);
        let mut pieces = [IoSlice::new(&[]); MAX_IO_SLICES];
        pieces[0] = IoSlice::new(&out);
        let count = 1 + ring.pieces(offset, self.form, &mut pieces[1..]);
        let pieces = &pieces[usize::from(out.is_empty())..count];
        let written = self.write(pieces, pieces.iter().map(|piece| piece.len()).sum());
        if written <= out.len() {
            out.advance(written);
            self.out = out;
        } else {
            self.advance(at, ring, written - out.len());
        }
    }

    /// So many bytes of a room were written. A line that was cut must be completed before anything else, even if the ring lets
    /// go of it meanwhile.
    fn advance(&mut self, at: usize, ring: &Ring, written: usize) {
        if written > 0 {
            let Reached { rest, offset, seq } = ring.reached(self.follows[at].offset, self.form, written);
            self.out.extend_from_slice(&rest);
            (self.follows[at].offset, self.follows[at].seq) = (offset, seq);
        }
    }

    /// The socket is writable again: flushes what the TLS layer has buffered first.
    pub fn unblock(&mut self) {
        self.blocked = false;
        self.flush();
    }

    /// Flushes what the TLS layer has buffered, since no later write may follow that would.
    fn flush(&mut self) {
        match self.socket.flush() {
            Ok(true) => {}
            Ok(false) => self.block(),
            Err(_) => self.fail(),
        }
    }

    /// Writes; returns how many bytes the socket took of so many in all.
    fn write(&mut self, pieces: &[IoSlice<'_>], total: usize) -> usize {
        match self.socket.try_write(pieces) {
            Ok(written) if written == total => {
                self.flush();
                written
            }
            Ok(written) => {
                // A short write means that the next one would block.
                self.block();
                written
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                self.block();
                0
            }
            Err(_) => {
                self.fail();
                0
            }
        }
    }

    fn fail(&mut self) {
        self.blocked = true;
        self.socket.signal(Signal::End);
    }

    fn block(&mut self) {
        self.blocked = true;
        self.socket.signal(Signal::WantWrite);
    }
}

/// The line that tells a client which events of a room it does not get here; it can page them from the store.
pub(super) fn gap(room: &RoomName, after: Seq, head: Seq) -> bytes::Bytes {
    to_line(&ServerMsg::Gap(Gap { room: room.clone(), after, before: head.next() }))
}

fn resumed(rooms: impl Iterator<Item = (RoomName, Seq)>) -> bytes::Bytes {
    to_line(&ServerMsg::Resumed(Resumed { rooms: rooms.collect() }))
}
