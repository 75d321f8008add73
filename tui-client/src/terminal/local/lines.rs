//! Standard input and output as lines.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::thread;

use tokio::sync::mpsc;

use super::signals::{self, Signal, Signals};
use crate::terminal::lines::{LINES, LineInput, Lines};

/// Takes standard input and output. Needs a runtime, which passes signals on.
pub(crate) fn take() -> io::Result<Lines> {
    let (sink, terminate) = mpsc::channel(1);
    tokio::spawn(pass_on(Signals::listen()?, sink));
    Ok(Lines { input: read(), terminate, output: Box::new(io::stdout()) })
}

async fn pass_on(mut signals: Signals, terminate: mpsc::Sender<()>) {
    loop {
        match signals.next().await {
            // Asked once more while the first is still waiting is asked once.
            Signal::Terminate => drop(terminate.try_send(())),
            // There is no terminal to give back before. Where we may not stop ourselves, we go on.
            Signal::Suspend => drop(signals::stop()),
            Signal::Continue | Signal::Resize => {}
        }
    }
}

/// Reads standard input on a thread of its own.
///
/// Its end counts only if something was said before: somebody who only listens has it closed from the beginning. A
/// terminal's end is Ctrl-D, and always counts.
fn read() -> mpsc::Receiver<LineInput> {
    let (sink, input) = mpsc::channel(LINES);
    let read = move || {
        let mut leaves = io::stdin().is_terminal();
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            leaves = true;
            if sink.blocking_send(LineInput::Line(line)).is_err() {
                return;
            }
        }
        if leaves {
            sink.blocking_send(LineInput::End).ok();
        }
    };
    // Without a thread nothing can be said, but everything can be heard.
    thread::Builder::new().name("input".into()).spawn(read).ok();
    input
}
