//! Standard input and output as lines.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::os::fd::AsFd as _;
use std::thread;

use tokio::sync::mpsc;

use super::signals::{self, Signal, Signals};
use super::{line_output, ready, writer};
use crate::line_options::Unusable;
use crate::terminal::lines::cutter::{Cut, LineCutter};
use crate::terminal::lines::{LINES, LineInput, LineTerminal, Lines};

/// What is read at once: what a pipe usually holds.
const READ_BYTES: usize = 64 * 1024;

/// What is read of standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Nothing: we only listen.
    Nothing,
    /// Lines.
    Lines(Cut),
    /// What it has, as it is, when it is asked for.
    Content,
}

/// Takes standard input and output. Needs a runtime, which passes signals on.
pub(crate) fn take(input: Input) -> io::Result<Lines> {
    let (sink, terminate) = mpsc::channel(1);
    tokio::spawn(pass_on(Signals::listen()?, sink));
    let (output, drained) = line_output::start()?;
    let content = content_of(input);
    let (input, unread, output) = (read(input), watch_output(), Box::new(output));
    Ok(Lines { input, content, terminate, unread, terminal: None, output, drained })
}

/// Lines whose input is edited at this terminal.
pub(crate) fn at(terminal: LineTerminal) -> io::Result<Lines> {
    let ((_, input), (_, terminate)) = (mpsc::channel(1), mpsc::channel(1));
    let ((_, unread), (_, drained)) = (mpsc::channel(1), mpsc::channel(1));
    Ok(Lines {
        input,
        content: None,
        terminate,
        unread,
        terminal: Some(terminal),
        output: output()?,
        drained,
    })
}

fn content_of(input: Input) -> Option<Box<dyn io::Read + Send>> {
    match input {
        Input::Content => Some(Box::new(io::stdin())),
        Input::Nothing | Input::Lines(_) => None,
    }
}

/// A terminal at standard output, which somebody else may have set non-blocking.
fn output() -> io::Result<Box<dyn io::Write + Send>> {
    Ok(Box::new(Output(File::from(io::stdout().as_fd().try_clone_to_owned()?))))
}

struct Output(File);

impl io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        writer::write_all(&mut self.0, bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn pass_on(mut signals: Signals, terminate: mpsc::Sender<()>) {
    loop {
        match signals.next().await {
            // Asked once more while the first is still waiting is asked once.
            Signal::Terminate | Signal::Interrupt => drop(terminate.try_send(())),
            // There is no terminal to give back before. Where we may not stop ourselves, we go on.
            Signal::Suspend => drop(signals::stop()),
            Signal::Continue | Signal::Resize => {}
        }
    }
}

/// Reads standard input on a thread of its own.
fn read(input: Input) -> mpsc::Receiver<LineInput> {
    let (sink, lines) = mpsc::channel(LINES);
    let Input::Lines(cut_by) = input else { return lines };
    let read = move || {
        let file = io::stdin().as_fd().try_clone_to_owned().map(File::from);
        let cutter = LineCutter::new(cut_by);
        if let Err(error) = file.and_then(|file| cut(file, cutter, &sink)) {
            let why = Unusable::Unread(error.to_string());
            // Which line it was the reader does not know: nothing comes after it.
            sink.blocking_send(LineInput::Unusable { number: 0, why, chooses_room: false }).ok();
            sink.blocking_send(LineInput::End).ok();
        }
    };
    // Without a thread nothing can be said, but everything can be heard.
    thread::Builder::new().name("input".into()).spawn(read).ok();
    lines
}

/// Cuts a file into lines up to its end, or until nobody wants them.
fn cut(mut file: File, mut cutter: LineCutter, sink: &mpsc::Sender<LineInput>) -> io::Result<()> {
    let mut buffer = vec![0; READ_BYTES];
    let mut lines = Vec::new();
    loop {
        let count = match file.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // Somebody else has set it non-blocking.
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                ready::to_read(&file)?;
                continue;
            }
            Err(error) => return Err(error),
        };
        match buffer.get(..count) {
            Some(bytes @ [_, ..]) => cutter.feed(bytes, &mut lines),
            Some([]) | None => cutter.end(&mut lines),
        }
        for line in lines.drain(..) {
            if sink.blocking_send(line).is_err() {
                return Ok(());
            }
        }
        if count == 0 {
            return Ok(());
        }
    }
}

/// Watches for the reader of standard output to go away (`| head -1`): one who only listens would find out with the next
/// line, which may be tomorrow's.
fn watch_output() -> mpsc::Receiver<()> {
    let (sink, unread) = mpsc::channel(1);
    let watch = move || {
        let file = io::stdout().as_fd().try_clone_to_owned().map(File::from);
        if file.and_then(|file| ready::to_fail(&file)).is_ok() {
            sink.blocking_send(()).ok();
        }
    };
    // Without a thread the next line finds out.
    thread::Builder::new().name("output".into()).stack_size(64 * 1024).spawn(watch).ok();
    unread
}
