//! Standard output for lines, written by a thread of its own: a reader that stops (`chinwag --plain | sleep 1000`) blocks the
//! thread and not the program, which goes on answering the server. What waits to be written is bounded: when it is full a write
//! fails with `WouldBlock`, and the shell of lines counts what it leaves out, to tell it when there is room again.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::mpsc;

use super::writer;

/// So many bytes wait for the reader at most; one write is taken whatever its length. Beyond it lines are left out.
const WAITING: usize = 4 << 20;

/// The shell's end.
#[derive(Debug)]
pub(super) struct LineOutput(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    /// Something was added, or the shell has ended.
    added: Condvar,
    /// Says that everything is written, once for each refusal.
    drained: mpsc::Sender<()>,
}

#[derive(Debug, Default)]
struct Queue {
    texts: VecDeque<Vec<u8>>,
    /// Those, and what is being written.
    bytes: usize,
    /// The shell wants to know when everything is written.
    is_awaited: bool,
    has_ended: bool,
    failed: Option<io::ErrorKind>,
}

/// Starts the thread that writes to standard output. The receiver hears when everything is written, after a write or a flush
/// that would have blocked.
pub(super) fn start() -> io::Result<(LineOutput, mpsc::Receiver<()>)> {
    to(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

fn to(file: File) -> io::Result<(LineOutput, mpsc::Receiver<()>)> {
    let (drained, heard) = mpsc::channel(1);
    let shared = Arc::new(Shared { queue: Mutex::default(), added: Condvar::new(), drained });
    let theirs = Arc::clone(&shared);
    thread::Builder::new().name("lines".into()).stack_size(64 * 1024).spawn(move || theirs.write_to(file))?;
    Ok((LineOutput(shared), heard))
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, mut file: File) {
        let mut queue = self.lock();
        loop {
            let Some(text) = queue.texts.pop_front() else {
                if queue.has_ended {
                    return;
                }
                queue = self.added.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(queue);
            let written = writer::write_all(&mut file, &text);
            queue = self.lock();
            queue.bytes -= text.len();
            if let Err(error) = written {
                queue.failed = Some(error.kind());
                (queue.bytes, queue.has_ended) = (0, true);
                queue.texts.clear();
            }
            if queue.bytes == 0 && std::mem::take(&mut queue.is_awaited) {
                // One that waits there already says the same.
                self.drained.try_send(()).ok();
            }
        }
    }
}

impl Queue {
    fn wait(&mut self) -> io::Error {
        self.is_awaited = true;
        io::ErrorKind::WouldBlock.into()
    }
}

impl io::Write for LineOutput {
    /// Takes all of it or nothing.
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let mut queue = self.0.lock();
        if let Some(kind) = queue.failed {
            return Err(kind.into());
        }
        if queue.bytes > 0 && queue.bytes + text.len() > WAITING {
            return Err(queue.wait());
        }
        queue.bytes += text.len();
        queue.texts.push_back(text.to_vec());
        self.0.added.notify_one();
        Ok(text.len())
    }

    /// Whether everything is written.
    fn flush(&mut self) -> io::Result<()> {
        let mut queue = self.0.lock();
        match queue.failed {
            Some(kind) => Err(kind.into()),
            None if queue.bytes > 0 => Err(queue.wait()),
            None => Ok(()),
        }
    }
}

impl Drop for LineOutput {
    fn drop(&mut self) {
        self.0.lock().has_ended = true;
        self.0.added.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::os::fd::OwnedFd;

    use super::*;

    #[test]
    fn a_reader_that_stops_holds_up_nobody_and_what_waits_is_bounded() {
        let (mut reader, pipe) = io::pipe().unwrap();
        let (mut output, mut drained) = to(File::from(OwnedFd::from(pipe))).unwrap();
        let line = vec![b'x'; 64 * 1024];
        let mut taken = 0;
        let why = loop {
            match output.write(&line) {
                Ok(count) => taken += count,
                Err(why) => break why,
            }
            assert!(taken < 2 * WAITING, "it takes everything");
        };
        assert_eq!(
            (why.kind(), output.flush().unwrap_err().kind()),
            (ErrorKind::WouldBlock, ErrorKind::WouldBlock)
        );
        assert!(taken >= WAITING - line.len(), "{taken}");
        let mut read = vec![0; taken];
        reader.read_exact(&mut read).unwrap();
        drained.blocking_recv().unwrap();
        output.flush().unwrap();
        output.write_all(b"after").unwrap();
        drop(output);
        let mut rest = String::new();
        reader.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "after");
    }

    #[test]
    fn a_reader_that_is_gone_is_an_error() {
        let (reader, pipe) = io::pipe().unwrap();
        drop(reader);
        let (mut output, mut drained) = to(File::from(OwnedFd::from(pipe))).unwrap();
        output.write_all(b"x").unwrap();
        if output.flush().is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
            drained.blocking_recv().unwrap();
        }
        assert_eq!(output.flush().unwrap_err().kind(), ErrorKind::BrokenPipe);
        assert_eq!(output.write(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
    }
}
