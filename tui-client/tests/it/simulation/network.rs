//! One connection through the simulated network: bytes under way in both directions, late, in pieces, held up, cut at
//! any byte, noticed or not. It must not look at what they say.

use std::collections::VecDeque;
use std::future::Future as _;
use std::io::{ErrorKind, IoSlice};
use std::pin::pin;
use std::task::{Context, Poll};

use server::transport::pipe::Pipe;
use tokio_util::bytes::{Buf as _, Bytes, BytesMut};
use tui_client::event::Lost;

use super::random::Random;

/// The most bytes under way to a client: what its kernel and the network hold. Beyond that the server's buffer fills.
const WINDOW: usize = 64 * 1024;

/// A connection.
pub(crate) struct Wire {
    pub(crate) person: usize,
    /// When the server gets to know of it; nothing once it does.
    pub(crate) opens_at: Option<u64>,
    /// How much the server's end takes before it blocks.
    pub(crate) buffer: usize,
    pipe: Option<Pipe>,
    up: Lane,
    down: Lane,
    /// What has come to the server's machine and the server has not taken.
    arrived: BytesMut,
    /// The client has closed its end: the server learns so after the last byte.
    closing: bool,
    /// Nothing moves until then.
    held_until: u64,
    fuse: Option<Fuse>,
    /// What is sent goes nowhere.
    is_cut: bool,
    latency: u64,
    random: Random,
}

/// One direction.
#[derive(Default)]
struct Lane {
    packets: VecDeque<(u64, Packet)>,
    bytes: usize,
    last_at: u64,
}

/// What comes out at an end.
pub(crate) enum Packet {
    Bytes(Bytes),
    End(Lost),
}

/// Where a connection will break.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fuse {
    pub(crate) is_up: bool,
    /// After so many more bytes in that direction.
    pub(crate) bytes: usize,
    pub(crate) noticed: Noticed,
}

/// Who learns at once that a connection broke. The others find out by silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noticed {
    Both,
    Client,
    Server,
    Nobody,
}

impl Wire {
    pub(crate) fn new(person: usize, opens_at: u64, buffer: usize, mut random: Random) -> Self {
        let latency = random.delay(20, 300);
        Self {
            person,
            opens_at: Some(opens_at),
            buffer,
            pipe: None,
            up: Lane::default(),
            down: Lane::default(),
            arrived: BytesMut::new(),
            closing: false,
            held_until: 0,
            fuse: None,
            is_cut: false,
            latency,
            random,
        }
    }

    pub(crate) fn open(&mut self, pipe: Pipe) {
        self.opens_at = None;
        self.pipe = Some(pipe);
    }

    /// The server does not listen.
    pub(crate) fn refuse(&mut self, now: u64) {
        self.opens_at = None;
        self.is_cut = true;
        self.come_down(now, Packet::End(Lost::Unreachable("connection refused".into())));
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

    /// The client closes, once what it wrote is written; nothing comes to it any more.
    pub(crate) fn close(&mut self, now: u64) {
        if !self.closing {
            self.closing = true;
            self.down.clear();
            let at = now + self.latency;
            self.up.push(at, Packet::End(Lost::Closed));
            // An attempt that was given up never comes about.
            self.is_cut |= self.opens_at.take().is_some();
        }
    }

    /// The client's process is gone; part of what it wrote may be, too.
    pub(crate) fn crash(&mut self, now: u64) {
        if self.random.one_in(2) {
            let kept = self.random.index(self.up.packets.len() + 1);
            self.up.packets.truncate(kept);
        }
        self.close(now);
    }

    /// Nothing moves for a while, and then everything goes on.
    pub(crate) fn hold(&mut self, until: u64) {
        self.held_until = self.held_until.max(until);
    }

    pub(crate) fn set_fuse(&mut self, now: u64, fuse: Fuse) {
        if fuse.bytes == 0 {
            self.break_off(now, fuse.noticed);
        } else {
            self.fuse = Some(fuse);
        }
    }

    /// No more trouble is to come; what is broken stays broken.
    pub(crate) fn heal(&mut self) {
        self.fuse = None;
        self.held_until = 0;
    }

    pub(crate) fn is_whole(&self) -> bool {
        !self.is_cut && !self.closing && self.pipe.is_some()
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.up.packets.is_empty() && self.down.packets.is_empty() && self.arrived.is_empty()
    }

    /// Whether nothing will ever come of it.
    pub(crate) fn is_over(&self) -> bool {
        self.opens_at.is_none() && self.pipe.is_none() && self.down.packets.is_empty()
    }

    /// When something is due, if the client reads.
    pub(crate) fn next_due(&self, now: u64, reads: bool) -> Option<u64> {
        if now < self.held_until {
            return Some(self.held_until);
        }
        let down = self.down.next_at().filter(|_| reads);
        let lanes = [self.up.next_at().filter(|_| self.pipe.is_some()), down];
        lanes.into_iter().flatten().chain(self.opens_at).min()
    }

    /// Whether the server has something for us, or takes what it did not take before. Registers to be woken.
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

    /// Moves everything that is due towards the server, and takes from it what it has written.
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

    /// The next that comes to the client.
    pub(crate) fn next_down(&mut self, now: u64) -> Option<Packet> {
        if now < self.held_until { None } else { self.down.pop(now) }
    }

    /// Bytes reach the server's machine, as far as the wire is whole.
    fn arrive(&mut self, now: u64, bytes: &[u8]) {
        let (taken, blown) = self.burn(true, bytes.len());
        self.arrived.extend_from_slice(&bytes[..taken]);
        if let Some(noticed) = blown {
            self.push();
            self.break_off(now, noticed);
        }
    }

    fn push(&mut self) {
        while let Some(pipe) = self.pipe.as_ref().filter(|_| !self.arrived.is_empty()) {
            match pipe.try_write(&[IoSlice::new(&self.arrived)]) {
                Ok(count) => self.arrived.advance(count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // The server has closed its end; it reads nothing any more.
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
                    self.come_down(now, Packet::End(Lost::Closed));
                }
                Ok(_) if self.closing => {}
                Ok(count) => {
                    let (taken, blown) = self.burn(false, count);
                    for piece in self.pieces(Bytes::copy_from_slice(&scratch[..taken])) {
                        self.come_down(now, Packet::Bytes(piece));
                    }
                    if let Some(noticed) = blown {
                        return self.break_off(now, noticed);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => {
                    self.pipe = None;
                    self.come_down(now, Packet::End(Lost::Broken(error.to_string())));
                }
            }
        }
    }

    fn come_down(&mut self, now: u64, packet: Packet) {
        if !self.closing {
            let at = now + self.latency + self.random.delay(5, 400);
            self.down.push(at, packet);
        }
    }

    /// Bytes as the network cuts them: mostly whole, else in two.
    fn pieces(&mut self, mut bytes: Bytes) -> impl Iterator<Item = Bytes> + use<> {
        let at = if self.random.one_in(5) { self.random.index(bytes.len() + 1) } else { 0 };
        let first = bytes.split_to(at);
        [first, bytes].into_iter().filter(|piece| !piece.is_empty())
    }

    /// How many of `count` bytes still pass, and whether the wire breaks after them.
    fn burn(&mut self, is_up: bool, count: usize) -> (usize, Option<Noticed>) {
        let Some(fuse) = self.fuse.as_mut().filter(|fuse| fuse.is_up == is_up) else { return (count, None) };
        if count < fuse.bytes {
            fuse.bytes -= count;
            return (count, None);
        }
        (fuse.bytes, Some(fuse.noticed))
    }

    /// Cuts the connection.
    fn break_off(&mut self, now: u64, noticed: Noticed) {
        self.fuse = None;
        if self.is_cut || self.opens_at.is_some() {
            return;
        }
        self.is_cut = true;
        self.up.clear();
        self.arrived.clear();
        if matches!(noticed, Noticed::Both | Noticed::Server)
            && let Some(pipe) = self.pipe.take()
        {
            pipe.reset();
        }
        // What was on its way down still comes, or some of it; then an end, or nothing.
        let kept = self.random.index(self.down.packets.len() + 1);
        self.down.packets.truncate(kept);
        if matches!(noticed, Noticed::Both | Noticed::Client) {
            self.come_down(now, Packet::End(Lost::Broken("connection reset by peer".into())));
        }
    }
}

impl Lane {
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
