//! Splits a connection's bytes into lines and charges a token bucket for them. A connection that sends too much is read
//! more slowly, and TCP's flow control passes the backpressure on to the sender.

use std::collections::VecDeque;
use std::io::ErrorKind;

use bytes::BytesMut;
use tokio::time::Instant;
use tokio_util::codec::Decoder as _;

use shared::codec::{Frame, LineCodec};

use super::context::Context;
use crate::config::live::Current;
use crate::token_bucket::Bucket;
use crate::transport::socket::Socket;

/// The cost of a line in addition to its bytes: many short lines are more work than one long line.
const LINE_COST: u64 = 64;

/// The input of a connection that was not processed yet.
#[derive(Debug)]
pub(super) struct LineReader {
    pub(super) codec: LineCodec,
    terms: Current,
    /// The first byte of the connection, which tells a client from another protocol.
    pub(super) first: Option<u8>,
    /// An incomplete line; without memory if there is none.
    partial: BytesMut,
    pub(super) frames: VecDeque<Frame>,
    /// The cost that was not charged yet.
    uncharged: u64,
    bucket: Bucket,
}

impl LineReader {
    pub(super) fn new(max: usize, terms: Current) -> Self {
        let (partial, frames) = (BytesMut::new(), VecDeque::new());
        Self {
            codec: LineCodec::new(max),
            terms,
            first: None,
            partial,
            frames,
            uncharged: 0,
            bucket: Bucket::default(),
        }
    }

    /// Reads what is there; false at the end of the stream.
    pub(super) fn read(&mut self, socket: &Socket, context: &Context) -> std::io::Result<bool> {
        {
            let mut scratch = context.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match socket.try_read(&mut scratch) {
                Ok(0) => return Ok(false),
                Ok(read) => {
                    self.uncharged += read as u64;
                    self.partial.extend_from_slice(scratch.get(..read).unwrap_or_default());
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error),
            }
        }
        socket.heard(context.clock.uptime_ms());
        self.first = self.first.or(self.partial.first().copied());
        Ok(true)
    }

    /// Reads what is there and cuts it into lines; false at the end of the stream.
    pub(super) fn read_lines(&mut self, socket: &Socket, context: &Context) -> std::io::Result<bool> {
        let more = self.read(socket, context)?;
        self.cut()?;
        Ok(more)
    }

    /// The next line of what was read, by the limit that holds now.
    pub(super) fn next_frame(&mut self) -> std::io::Result<Option<Frame>> {
        let frame = self.codec.decode(&mut self.partial)?;
        if frame.is_some() {
            self.uncharged += LINE_COST;
        }
        if self.partial.is_empty() {
            self.partial = BytesMut::new();
        }
        Ok(frame)
    }

    /// Cuts everything that was read into lines.
    pub(super) fn cut(&mut self) -> std::io::Result<()> {
        while let Some(frame) = self.next_frame()? {
            self.frames.push_back(frame);
        }
        Ok(())
    }

    /// Charges for what was read; returns until when nothing more is to be read, if the bucket is empty.
    pub(super) fn wait(&mut self, context: &Context) -> Option<Instant> {
        let (pace, now_ms) = (self.terms.get().settings.byte_pace(), context.clock.uptime_ms());
        self.bucket.charge(pace, std::mem::take(&mut self.uncharged), now_ms);
        self.bucket.wait(pace, 0, now_ms).map(|wait| Instant::now() + wait)
    }
}
