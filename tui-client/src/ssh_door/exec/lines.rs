//! `--plain` and `--json` over a channel: the shell of lines, with the channel as its standard input and output.

use std::io::{self, ErrorKind, Write};
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::output::Output;
use super::status::{FAILED, UNREAD};
use crate::app::output_mode::OutputMode;
use crate::effect::Exit;
use crate::line_options::LineOptions;
use crate::line_shell;
use crate::ssh_door::Door;
use crate::ssh_door::input::Input;
use crate::ssh_door::person::{self, Person};
use crate::terminal::lines::cutter::{Cut, LineCutter};
use crate::terminal::lines::{LINES, LineInput, Lines};

/// What is read at once.
const READ_BYTES: usize = 16 * 1024;
/// Pieces of output that wait for the other side. When it is full, what is printed meanwhile is left out, and that is told.
const PIECES: usize = 64;

/// Runs the shell; its exit status.
pub(super) async fn run(door: &Arc<Door>, person: Person, json: bool, stdin: Input, output: Output) -> u8 {
    let lang = person.lang;
    let ascii = !person.is_utf8 && !json;
    let (app, services) = person::open(person, door, OutputMode::Lines { confirms: false }).await;
    let options = LineOptions { json, ascii, timeout: None, ..LineOptions::default() };
    let ((sink, input), (ends, terminate)) = (mpsc::channel(LINES), mpsc::channel(1));
    let ((nobody, unread), (pieces, queue)) = (mpsc::channel(1), mpsc::channel(PIECES));
    let (written, drained) = mpsc::channel(1);
    let reading = tokio::spawn(read(stdin, sink));
    let writing: JoinHandle<Output> = tokio::spawn(write(output, queue, written, nobody));
    let output = Box::new(Queued { pieces, has_left_out: false });
    let lines = Lines { input, content: None, terminate, unread, terminal: None, output, drained };
    let (exit, services) = Box::pin(line_shell::run(app, lines, services, options)).await;
    reading.abort();
    drop(ends);
    // The queue has ended with the shell.
    let mut output = writing.await.ok();
    services.close().await;
    let Ok(exit) = exit else { return UNREAD };
    if let (Some(output), Some(why)) = (&mut output, lang.exit_reason(&exit)) {
        output.complain(&why).await;
    }
    match exit {
        Exit::Unread => UNREAD,
        Exit::Done => 0,
        Exit::Failed(_) | Exit::Refused(_) | Exit::Unconnected(_) | Exit::Unanswered(_) => FAILED,
    }
}

/// Cuts standard input into lines up to its end, or until nobody wants them.
async fn read(mut stdin: Input, sink: mpsc::Sender<LineInput>) {
    let mut cutter = LineCutter::new(Cut { splits: true, has_commands: true });
    let (mut piece, mut lines) = (vec![0; READ_BYTES], Vec::new());
    loop {
        let count = stdin.read(&mut piece).await.unwrap_or(0);
        match piece.get(..count) {
            Some(bytes @ [_, ..]) => cutter.feed(bytes, &mut lines),
            Some([]) | None => cutter.end(&mut lines),
        }
        for line in lines.drain(..) {
            if sink.send(line).await.is_err() {
                return;
            }
        }
        if count == 0 {
            return;
        }
    }
}

/// Writes what the shell has printed, until it ends or nobody reads any more.
async fn write(
    mut output: Output,
    mut queue: mpsc::Receiver<String>,
    written: mpsc::Sender<()>,
    nobody: mpsc::Sender<()>,
) -> Output {
    while let Some(piece) = queue.recv().await {
        if output.print(&piece).await.is_err() {
            nobody.try_send(()).ok();
            break;
        }
        if queue.is_empty() {
            // One word of it is enough.
            written.try_send(()).ok();
        }
    }
    output.stdout.flush().await.ok();
    output
}

/// The shell's output: whole lines into the queue.
struct Queued {
    pieces: mpsc::Sender<String>,
    has_left_out: bool,
}

impl Write for Queued {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Until what is queued is written, nothing is put behind a gap that was not told of.
        if self.has_left_out && self.pieces.capacity() < self.pieces.max_capacity() {
            return Err(ErrorKind::WouldBlock.into());
        }
        match self.pieces.try_send(String::from_utf8_lossy(bytes).into_owned()) {
            Ok(()) => {
                self.has_left_out = false;
                Ok(bytes.len())
            }
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.has_left_out = true;
                Err(ErrorKind::WouldBlock.into())
            }
            Err(mpsc::error::TrySendError::Closed(_)) => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.pieces.capacity() < self.pieces.max_capacity() {
            Err(ErrorKind::WouldBlock.into())
        } else {
            Ok(())
        }
    }
}
