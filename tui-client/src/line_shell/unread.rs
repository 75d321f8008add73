//! A reader of our output that stops reading, or goes away. One that stops holds up nothing: the connection lives, what is typed
//! is sent, and lines that find no room are left out and counted; when everything before them is read, it is told how many.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::LineShell;
use super::input::Step;
use crate::effect::Exit;
use crate::line_options::LineOptions;

/// After we were asked from outside to end, the reader has so long to take what is printed.
const LAST_LINES: Duration = Duration::from_secs(1);

impl LineShell {
    /// Nobody reads what we print. What was said is still stored, and no more is said.
    pub(super) fn stop_unread(&mut self) {
        if self.ending.is_none() {
            self.ending = Some(Exit::Unread);
            self.options.timeout.get_or_insert(LineOptions::TIMEOUT);
            self.terminal = None;
            self.lines.output = Box::new(io::sink());
            self.lines.input.close();
            self.steps = VecDeque::from([Step::End]);
        }
    }

    /// Writes what is given, unless the reader has stopped: then it is counted. That nobody reads it is no error, and the end.
    pub(super) fn write_raw(&mut self, text: &str) -> io::Result<()> {
        let lines = text.matches('\n').count();
        if self.left_out > 0 {
            self.left_out += lines;
            return Ok(());
        }
        match self.lines.output.write_all(text.as_bytes()) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.left_out = lines;
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.stop_unread();
                Ok(())
            }
            written => written,
        }
    }

    /// Everything that was printed is read: says how much was not.
    pub(super) fn tell_left_out(&mut self) -> io::Result<()> {
        match std::mem::take(&mut self.left_out) {
            0 => Ok(()),
            count => self.print_notice(&self.app.lang().lines_left_out(count)),
        }
    }

    /// Waits until the reader has what is printed; whoever asks us to end need not wait long.
    pub(super) async fn finish_output(&mut self, exit: Exit) -> io::Result<Exit> {
        let mut until = self.is_terminated.then(|| Instant::now() + LAST_LINES);
        loop {
            match self.lines.output.flush() {
                Ok(()) if self.left_out > 0 => {
                    self.tell_left_out()?;
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                    return Ok(if exit == Exit::Done { Exit::Unread } else { exit });
                }
                flushed => return flushed.map(|()| exit),
            }
            let deadline = until;
            tokio::select! {
                biased;
                Some(()) = self.lines.drained.recv() => {}
                Some(()) = self.lines.terminate.recv(), if until.is_none() => {
                    until = Some(Instant::now() + LAST_LINES);
                }
                Some(()) = self.lines.unread.recv() => return Ok(exit),
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => return Ok(exit),
                else => return Ok(exit),
            }
        }
    }
}
