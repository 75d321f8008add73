//! The line codec: cuts a byte stream into lines (framing), and writes a message as one line of JSON.
//!
//! A line that is too long or not UTF-8 is an item like any other, so that the caller answers it; an over-long one is
//! skipped to its end without being kept. What was searched for a line end once is not searched again.

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::memchr;
use serde::Serialize;
use tokio_util::codec::Decoder;

/// What a stream is cut into. A bad line is an item, never the end of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A line of UTF-8 without its end, not blank.
    Line(Bytes),
    /// A line was longer than the limit; it is skipped to its end.
    TooLong,
    /// A line was not UTF-8.
    BadUtf8,
}

/// Lines that end in `\n` or `\r\n`, of at most `max` bytes. Blank lines are skipped. What stands after the last
/// line end when the stream closes is half a message and is dropped.
#[derive(Debug)]
pub struct LineCodec {
    max: usize,
    /// How much of the buffer was searched for a line end already.
    searched: usize,
    /// Whether the rest of an over-long line is being skipped.
    skipping: bool,
}

impl LineCodec {
    /// A codec for lines of at most `max` bytes, the line end not counted.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { max, searched: 0, skipping: false }
    }

    /// Changes the limit, from the next line on.
    pub const fn set_max(&mut self, max: usize) {
        self.max = max;
    }
}

impl Decoder for LineCodec {
    type Item = Frame;
    type Error = std::io::Error;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame>, std::io::Error> {
        loop {
            let unsearched = buffer.get(self.searched..).unwrap_or_default();
            let Some(at) = memchr(b'\n', unsearched) else {
                return Ok(self.without_end(buffer));
            };
            let mut line = buffer.split_to(self.searched + at).freeze();
            buffer.advance(1);
            self.searched = 0;
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            if line.last() == Some(&b'\r') {
                line.truncate(line.len() - 1);
            }
            if line.len() > self.max {
                return Ok(Some(Frame::TooLong));
            }
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let utf8 = std::str::from_utf8(&line).is_ok();
            return Ok(Some(if utf8 { Frame::Line(line) } else { Frame::BadUtf8 }));
        }
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame>, std::io::Error> {
        let frame = self.decode(buffer)?;
        if frame.is_none() {
            // What is left of this stream is no part of whatever the caller reads after its end.
            buffer.clear();
            (self.searched, self.skipping) = (0, false);
        }
        Ok(frame)
    }
}

impl LineCodec {
    /// No line end in sight: remember how far we looked, and give up on a line that is too long already.
    fn without_end(&mut self, buffer: &mut BytesMut) -> Option<Frame> {
        self.searched = buffer.len();
        // One byte more than the limit may still be the `\r` of a line that fits.
        if !self.skipping && buffer.len() <= self.max + 1 {
            return None;
        }
        buffer.clear();
        self.searched = 0;
        (!std::mem::replace(&mut self.skipping, true)).then_some(Frame::TooLong)
    }
}

/// Writes a message as one line, its end included.
///
/// Messages are built of types that always serialise; if one did not, the line would be empty, which readers skip.
#[must_use]
pub fn to_line(message: &impl Serialize) -> Bytes {
    let mut line = Vec::with_capacity(256);
    append_line(&mut line, message);
    line.into()
}

/// Writes a message as one line at the end of `buffer`.
pub fn append_line(buffer: &mut Vec<u8>, message: &impl Serialize) {
    let start = buffer.len();
    if serde_json::to_writer(&mut *buffer, message).is_err() {
        buffer.truncate(start);
    }
    buffer.push(b'\n');
}
