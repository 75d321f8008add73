//! One connection through the simulated network: bytes in transit in both directions, with latency, fragmentation,
//! stalls, and a cut after any byte, which either side, both or neither notices at once.

use std::collections::VecDeque;
use std::future::Future as _;
use std::io::{ErrorKind, IoSlice};
use std::pin::pin;
use std::task::{Context, Poll};

use server::transport::pipe::Pipe;
use tokio_util::bytes::{Buf as _, Bytes, BytesMut};
use tui_client::event::Lost;

use super::random::Random;

/// The most bytes in transit to a client (receive window and network). Beyond it the server's buffer fills.
const WINDOW: usize = 64 * 1024;

/// A connection.
pub(crate) struct Wire {
    pub(crate) person: usize,
    /// The server it leads to.
    pub(crate) node: usize,
    /// When the server accepts it; none once it has.
    pub(crate) opens_at: Option<u64>,
    /// The capacity of the server's end, in bytes.
    pub(crate) buffer: usize,
    pipe: Option<Pipe>,
    up: Direction,
    down: Direction,
    /// Bytes that arrived at the server's machine and do not fit into its buffer yet.
    arrived: BytesMut,
    /// The client has closed its end; the server sees that after the last byte.
    closing: bool,
    /// Stalled until then.
    held_until: u64,
    scheduled_cut: Option<ScheduledCut>,
    /// The connection is cut: what is sent is lost.
    is_cut: bool,
    latency: u64,
    random: Random,
}

/// One direction.
#[derive(Default)]
struct Direction {
    packets: VecDeque<(u64, Packet)>,
    bytes: usize,
    last_at: u64,
}

/// What arrives at an end.
pub(crate) enum Packet {
    Bytes(Bytes),
    End(Lost),
}

/// A cut that was scheduled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScheduledCut {
    pub(crate) is_up: bool,
    /// After so many more bytes in that direction.
    pub(crate) bytes: usize,
    pub(crate) noticed_by: NoticedBy,
}

/// Who notices a cut at once. The other side finds out by its heartbeat timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoticedBy {
    Both,
    Client,
    Server,
    Nobody,
}

impl Wire {
    pub(crate) fn new(
        (person, node): (usize, usize),
        opens_at: u64,
        buffer: usize,
        mut random: Random,
    ) -> Self {
        let latency = random.delay(20, 300);
        Self {
            person,
            node,
            opens_at: Some(opens_at),
            buffer,
            pipe: None,
            up: Direction::default(),
            down: Direction::default(),
            arrived: BytesMut::new(),
            closing: false,
            held_until: 0,
            scheduled_cut: None,
            is_cut: false,
            latency,
            random,
        }
    }

    pub(crate) fn open(&mut self, pipe: Pipe) {
        self.opens_at = None;
        self.pipe = Some(pipe);
    }

    /// The server is not running: connection refused.
    pub(crate) fn refuse(&mut self, now: u64) {
        self.opens_at = None;
        self.is_cut = true;
        self.send_down(now, Packet::End(Lost::Unreachable("connection refused".into())));
    }

    /// The client writes.
    pub(crate) fn send(&mut self, now: u64, bytes: Bytes) {
        if !self.is_cut && !self.closing {
            for piece in self.pieces(bytes) {
                let at = now + self.latency + self.random.delay(5, 400);
                self.up.push(at, Packet::Bytes(piece));
            }
        }
    }

    /// The client closes after what it wrote; it receives nothing more.
    pub(crate) fn close(&mut self, now: u64) {
        if !self.closing {
            self.closing = true;
            self.down.clear();
            let at = now + self.latency;
            self.up.push(at, Packet::End(Lost::Closed));
            // An attempt that was given up before it was accepted.
            self.is_cut |= self.opens_at.take().is_some();
        }
    }

    /// The client's process was killed; part of what it wrote may be lost.
    pub(crate) fn crash(&mut self, now: u64) {
        if self.random.one_in(2) {
            let kept = self.random.index(self.up.packets.len() + 1);
            self.up.packets.truncate(kept);
        }
        self.close(now);
    }

    /// Stalls the connection for a while without losing anything.
    /// The server's machine is lost, and with it all that was on its way from there.
    pub(crate) fn lose_server(&mut self, now: u64) {
        self.down.clear();
        self.cut(now, NoticedBy::Client);
    }

    pub(crate) fn hold(&mut self, until: u64) {
        self.held_until = self.held_until.max(until);
    }

    pub(crate) fn schedule_cut(&mut self, now: u64, scheduled_cut: ScheduledCut) {
        if scheduled_cut.bytes == 0 {
            self.cut(now, scheduled_cut.noticed_by);
        } else {
            self.scheduled_cut = Some(scheduled_cut);
        }
    }

    /// Removes scheduled faults; a connection that is cut stays so.
    pub(crate) fn stop_faults(&mut self) {
        self.scheduled_cut = None;
        self.held_until = 0;
    }

    pub(crate) fn is_whole(&self) -> bool {
        !self.is_cut && !self.closing && self.pipe.is_some()
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.up.packets.is_empty() && self.down.packets.is_empty() && self.arrived.is_empty()
    }

    /// Whether it can be removed.
    pub(crate) fn is_over(&self) -> bool {
        self.opens_at.is_none() && self.pipe.is_none() && self.down.packets.is_empty()
    }

    /// When the next packet is due.
    pub(crate) fn next_due(&self, now: u64, reads: bool) -> Option<u64> {
        if now < self.held_until {
            return Some(self.held_until);
        }
        let down = self.down.next_at().filter(|_| reads);
        let directions = [self.up.next_at().filter(|_| self.pipe.is_some()), down];
        directions.into_iter().flatten().chain(self.opens_at).min()
    }

    /// Ready when the server's end is readable, or writable again for what has arrived. Registers the waker.
    pub(crate) fn poll(&self, context: &mut Context<'_>, now: u64, reads: bool) -> Poll<()> {
        let Some(pipe) = self.pipe.as_ref().filter(|_| now >= self.held_until) else { return Poll::Pending };
        let may_read = !self.is_cut && (self.closing || reads && self.down.bytes < WINDOW);
        if may_read && pin!(pipe.readable()).poll(context).is_ready() {
            return Poll::Ready(());
        }
        if !self.arrived.is_empty() && pin!(pipe.writable()).poll(context).is_ready() {
            return Poll::Ready(());
        }
        Poll::Pending
    }

    /// Delivers what is due to the server, and reads what it has written.
    pub(crate) fn step(&mut self, now: u64, reads: bool, scratch: &mut [u8]) {
        if now < self.held_until || self.opens_at.is_some() {
            return;
        }
        while let Some(packet) = self.up.pop(now) {
            match packet {
                Packet::Bytes(bytes) => self.arrive(now, &bytes),
                Packet::End(_) => self.closing = true,
            }
        }
        self.push();
        if self.closing && !self.is_cut && self.up.packets.is_empty() && self.arrived.is_empty() {
            self.pipe = None;
        }
        self.pull(now, reads, scratch);
    }

    /// The next packet for the client that is due.
    pub(crate) fn next_down(&mut self, now: u64) -> Option<Packet> {
        if now < self.held_until { None } else { self.down.pop(now) }
    }

    /// Bytes arrive at the server's machine, up to a scheduled cut.
    fn arrive(&mut self, now: u64, bytes: &[u8]) {
        let (taken, cut) = self.count_bytes(true, bytes.len());
        self.arrived.extend_from_slice(&bytes[..taken]);
        if let Some(noticed_by) = cut {
            self.push();
            self.cut(now, noticed_by);
        }
    }

    fn push(&mut self) {
        while let Some(pipe) = self.pipe.as_ref().filter(|_| !self.arrived.is_empty()) {
            match pipe.try_write(&[IoSlice::new(&self.arrived)]) {
                Ok(count) => self.arrived.advance(count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // The server has closed its end.
                Err(_) => return self.arrived.clear(),
            }
        }
    }

    fn pull(&mut self, now: u64, reads: bool, scratch: &mut [u8]) {
        while let Some(pipe) = &self.pipe {
            if self.is_cut || !(self.closing || reads && self.down.bytes < WINDOW) {
                return;
            }
            match pipe.try_read(scratch) {
                Ok(0) => {
                    self.pipe = None;
                    self.send_down(now, Packet::End(Lost::Closed));
                }
                Ok(_) if self.closing => {}
                Ok(count) => {
                    let (taken, cut) = self.count_bytes(false, count);
                    for piece in self.pieces(Bytes::copy_from_slice(&scratch[..taken])) {
                        self.send_down(now, Packet::Bytes(piece));
                    }
                    if let Some(noticed_by) = cut {
                        return self.cut(now, noticed_by);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => {
                    self.pipe = None;
                    self.send_down(now, Packet::End(Lost::Broken((&error).into())));
                }
            }
        }
    }

    fn send_down(&mut self, now: u64, packet: Packet) {
        if !self.closing {
            let at = now + self.latency + self.random.delay(5, 400);
            self.down.push(at, packet);
        }
    }

    /// Fragments bytes: mostly whole, sometimes in two.
    fn pieces(&mut self, mut bytes: Bytes) -> impl Iterator<Item = Bytes> + use<> {
        let at = if self.random.one_in(5) { self.random.index(bytes.len() + 1) } else { 0 };
        let first = bytes.split_to(at);
        [first, bytes].into_iter().filter(|piece| !piece.is_empty())
    }

    /// How many of `count` bytes pass before the scheduled cut, and who notices it if it happens after them.
    fn count_bytes(&mut self, is_up: bool, count: usize) -> (usize, Option<NoticedBy>) {
        let Some(scheduled_cut) = self.scheduled_cut.as_mut().filter(|scheduled| scheduled.is_up == is_up)
        else {
            return (count, None);
        };
        if count < scheduled_cut.bytes {
            scheduled_cut.bytes -= count;
            return (count, None);
        }
        (scheduled_cut.bytes, Some(scheduled_cut.noticed_by))
    }

    /// Cuts the connection.
    fn cut(&mut self, now: u64, noticed_by: NoticedBy) {
        self.scheduled_cut = None;
        if self.is_cut || self.opens_at.is_some() {
            return;
        }
        self.is_cut = true;
        self.up.clear();
        self.arrived.clear();
        if matches!(noticed_by, NoticedBy::Both | NoticedBy::Server)
            && let Some(pipe) = self.pipe.take()
        {
            pipe.reset();
        }
        // Some of what is in transit to the client still arrives; then a reset, if the client notices.
        let kept = self.random.index(self.down.packets.len() + 1);
        self.down.packets.truncate(kept);
        if matches!(noticed_by, NoticedBy::Both | NoticedBy::Client) {
            self.send_down(now, Packet::End(Lost::Broken("connection reset by peer".into())));
        }
    }
}

impl Direction {
    fn push(&mut self, at: u64, packet: Packet) {
        if let Packet::Bytes(bytes) = &packet {
            self.bytes += bytes.len();
        }
        self.last_at = self.last_at.max(at);
        self.packets.push_back((self.last_at, packet));
    }

    fn pop(&mut self, now: u64) -> Option<Packet> {
        let (_, packet) = self.packets.pop_front_if(|(at, _)| *at <= now)?;
        if let Packet::Bytes(bytes) = &packet {
            self.bytes = self.bytes.saturating_sub(bytes.len());
        }
        Some(packet)
    }

    fn next_at(&self) -> Option<u64> {
        self.packets.front().map(|(at, _)| *at)
    }

    fn clear(&mut self) {
        self.packets.clear();
        self.bytes = 0;
    }
}
