//! The pipe to the server, with what was read of it and what waits for it.

use bytes::BytesMut;

use shared::codec::LineCodec;
use shared::limits::SERVER_LINE_BYTES;

use crate::transport::pipe::Pipe;

/// The pipe to the server.
pub(super) struct ServerPipe {
    pub(super) pipe: Pipe,
    pub(super) input: BytesMut,
    pub(super) lines: LineCodec,
    pub(super) output: BytesMut,
}

impl ServerPipe {
    pub(super) fn new(pipe: Pipe) -> Self {
        let lines = LineCodec::new(SERVER_LINE_BYTES);
        Self { pipe, input: BytesMut::new(), lines, output: BytesMut::new() }
    }
}
