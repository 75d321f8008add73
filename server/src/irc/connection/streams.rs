//! Reads and writes both streams of a connection: none of it waits.

use std::io::{ErrorKind, IoSlice};

use bytes::{Buf as _, BytesMut};
use tokio::time::Instant;

use super::Connection;

/// What is read at once.
const READ_BYTES: usize = 4096;

impl Connection {
    pub(super) fn read_client(&mut self) -> std::io::Result<()> {
        let mut some = [0; READ_BYTES];
        match self.socket.try_read(&mut some) {
            Ok(0) => {
                self.said_all = true;
                // Whoever has not said who they are will not any more.
                if !self.session.is_registered() {
                    self.ends_by = Some(Instant::now());
                }
            }
            Ok(read) => {
                self.input.extend_from_slice(some.get(..read).unwrap_or_default());
                (self.heard, self.asked) = (Instant::now(), false);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    pub(super) fn write_client(&mut self) -> std::io::Result<()> {
        if !self.output.is_empty() {
            match self.socket.try_write(&[IoSlice::new(&self.output)]) {
                Ok(written) => self.output.advance(written),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.unflushed = !self.socket.flush()?;
        self.stalled_since = (!self.client_is_told()).then(Instant::now);
        Ok(())
    }

    pub(super) fn client_is_told(&self) -> bool {
        self.output.is_empty() && !self.unflushed
    }

    pub(super) fn read_server(&mut self) {
        let Some(server) = &mut self.server else { return };
        let mut some = [0; READ_BYTES];
        match server.pipe.try_read(&mut some) {
            Ok(0) => self.server_has_ended(),
            Ok(read) => server.input.extend_from_slice(some.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => self.server_has_ended(),
        }
    }

    pub(super) fn write_server(&mut self) {
        let Some(server) = &mut self.server else { return };
        match server.pipe.try_write(&[IoSlice::new(&server.output)]) {
            Ok(written) => server.output.advance(written),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // Why it has ended may still be there to be read.
            Err(_) => server.output.clear(),
        }
    }

    fn server_has_ended(&mut self) {
        self.server = None;
        self.session.on_server_gone(self.now());
        self.carry_out();
    }

    pub(super) fn server_is_told(&self) -> bool {
        self.server.as_ref().is_none_or(|server| server.output.is_empty())
    }

    /// Frees the buffers that are empty: a connection that idles has none, and the welcome was long.
    pub(super) fn release_buffers(&mut self) {
        let of_server = self.server.as_mut().map(|server| [&mut server.input, &mut server.output]);
        for buffer in [&mut self.input, &mut self.output].into_iter().chain(of_server.into_iter().flatten()) {
            if buffer.is_empty() {
                *buffer = BytesMut::new();
            }
        }
    }
}
