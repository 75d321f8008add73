//! Reads what is typed: by a task of the runtime where the terminal can be opened for ourselves ([`own`]), else on a thread, for
//! a blocking read on the runtime's pool would hold up its end.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::AsFd as _;
use std::thread;

use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;
use tokio::sync::mpsc;

use super::{own, ready};
use crate::terminal::TerminalEvent;

/// What is read at once: what a terminal's line discipline holds.
const READ_BYTES: usize = 4096;

/// Starts reading, until the receiver is dropped or the terminal is gone. Needs a runtime.
pub(super) fn start(sink: mpsc::Sender<TerminalEvent>) -> io::Result<()> {
    if let Ok(terminal) = own::reader(io::stdin()) {
        tokio::spawn(read(terminal, sink));
        return Ok(());
    }
    // A file of its own: `Stdin` would share a buffer with whoever else reads it.
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    thread::Builder::new()
        .name("input".into())
        .stack_size(64 * 1024)
        .spawn(move || read_blocking(file, &sink))?;
    Ok(())
}

async fn read(mut terminal: pipe::Receiver, sink: mpsc::Sender<TerminalEvent>) {
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let read = tokio::select! {
            // What is typed now is for whoever has the terminal next.
            () = sink.closed() => return,
            read = terminal.read(&mut buffer) => read,
        };
        let event = match read {
            Ok(count @ 1..) => TerminalEvent::Input(buffer.get(..count).unwrap_or_default().to_vec()),
            Err(error) if is_passing(&error) => continue,
            Ok(0) | Err(_) => TerminalEvent::Gone,
        };
        let is_gone = event == TerminalEvent::Gone;
        if sink.send(event).await.is_err() || is_gone {
            return;
        }
    }
}

fn read_blocking(mut file: File, sink: &mpsc::Sender<TerminalEvent>) {
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let is_ready = ready::to_read(&file).is_ok();
        if sink.is_closed() {
            // What is typed now is for whoever has the terminal next.
            return;
        }
        let event = match file.read(&mut buffer) {
            Ok(count @ 1..) => TerminalEvent::Input(buffer.get(..count).unwrap_or_default().to_vec()),
            Err(error) if is_ready && is_passing(&error) => continue,
            Ok(0) | Err(_) => TerminalEvent::Gone,
        };
        let is_gone = event == TerminalEvent::Gone;
        if sink.blocking_send(event).is_err() || is_gone {
            return;
        }
    }
}

/// A signal came in between, or somebody else has set the terminal non-blocking and read what was there.
fn is_passing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock)
}
