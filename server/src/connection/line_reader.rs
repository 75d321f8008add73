//! Splits a connection's bytes into lines and charges a token bucket for them. A connection that sends too much is read
//! more slowly, and TCP's flow control passes the backpressure on to the sender.
//!
//! Lines are cut one at a time, when they are wanted: what waits is kept as the bytes it came in, since a line of one byte
//! would take forty as an entry of a list. Nothing is read before all lines of the last read were taken, so that is at most
//! one read and an incomplete line.

use std::io::ErrorKind;

use bytes::BytesMut;
use tokio::time::Instant;
use tokio_util::codec::Decoder as _;

use shared::codec::{Frame, LineCodec};

use super::context::Context;
use crate::config::live::{Current, Terms};
use crate::token_bucket::Bucket;
use crate::transport::socket::Socket;

/// The cost of a line in addition to its bytes: many short lines are more work than one long line.
const LINE_COST: u64 = 64;

/// The input of a connection that was not processed yet.
#[derive(Debug)]
pub(super) struct LineReader {
    codec: LineCodec,
    terms: Current,
    /// The first byte of the connection, which tells a client from another protocol.
    pub(super) first: Option<u8>,
    /// What was read and not cut yet; without memory if that is nothing.
    rest: BytesMut,
    /// Whether there may be more to read at once: others have their turn before that.
    pub(super) may_have_more: bool,
    /// The next line, if it was looked at and not taken.
    next: Option<Frame>,
    /// How many bytes were read.
    read: u64,
    /// The cost that was not charged yet.
    uncharged: u64,
    bucket: Bucket,
}

impl LineReader {
    pub(super) fn new(max: usize, terms: Current) -> Self {
        Self {
            codec: LineCodec::new(max),
            terms,
            first: None,
            rest: BytesMut::new(),
            may_have_more: false,
            next: None,
            read: 0,
            uncharged: 0,
            bucket: Bucket::default(),
        }
    }

    /// The settings in force.
    pub(super) fn terms(&mut self) -> &Terms {
        self.terms.get()
    }

    /// Changes the longest line, from the next one that is cut.
    pub(super) fn set_max(&mut self, max: usize) {
        self.codec.set_max(max);
    }

    /// Reads what is there, at most one buffer of it; false at the end of the stream.
    pub(super) fn read(&mut self, socket: &Socket, context: &Context) -> std::io::Result<bool> {
        let read = {
            let mut scratch = context.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let read = socket.try_read(&mut scratch);
            self.uncharged += socket.take_overhead();
            match read {
                Ok(0) => return Ok(false),
                Ok(read) => {
                    self.rest.extend_from_slice(scratch.get(..read).unwrap_or_default());
                    self.may_have_more = socket.may_have_more(read, scratch.len());
                    read as u64
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.may_have_more = true;
                    return Ok(true);
                }
                Err(error) => return Err(error),
            }
        };
        self.read += read;
        self.uncharged += read;
        socket.heard(context.clock.uptime_ms());
        self.first = self.first.or(self.rest.first().copied());
        Ok(true)
    }

    /// Whether something was read that is not taken yet: maybe a line.
    pub(super) fn has_read(&self) -> bool {
        self.next.is_some() || !self.rest.is_empty()
    }

    /// The next line of what was read, by the limit that holds now.
    pub(super) fn next_line(&mut self) -> std::io::Result<Option<Frame>> {
        if let Some(next) = self.next.take() {
            return Ok(Some(next));
        }
        let frame = self.codec.decode(&mut self.rest)?;
        if frame.is_some() {
            self.uncharged += LINE_COST;
        } else {
            // The lines before it no longer need the memory they share with it.
            self.rest = BytesMut::from(&*self.rest);
        }
        Ok(frame)
    }

    /// Looks at the next line; it stays the next one.
    pub(super) fn peek(&mut self) -> std::io::Result<Option<&Frame>> {
        self.next = self.next_line()?;
        Ok(self.next.as_ref())
    }

    /// Puts a line back that was the next one.
    pub(super) fn put_back(&mut self, line: Frame) {
        self.next = Some(line);
    }

    /// Drops the line that was looked at.
    pub(super) fn drop_next(&mut self) {
        self.next = None;
    }

    /// What was read behind the last line, where no more lines follow.
    pub(super) fn take_rest(&mut self) -> BytesMut {
        std::mem::take(&mut self.rest)
    }

    /// How many bytes were cut, blank lines and what is skipped included.
    pub(super) fn cut_bytes(&self) -> u64 {
        self.read - self.rest.len() as u64
    }

    /// Charges for what was read; returns until when nothing more is to be read, if the bucket is empty.
    pub(super) fn wait(&mut self, socket: &Socket, context: &Context) -> Option<Instant> {
        let (pace, now_ms) = (self.terms.get().settings.byte_pace(socket.uid()), context.clock.uptime_ms());
        self.bucket.charge(pace, std::mem::take(&mut self.uncharged), now_ms);
        self.bucket.wait(pace, 0, now_ms).map(|wait| Instant::now() + wait)
    }
}
