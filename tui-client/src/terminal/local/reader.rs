//! Reads what is typed on a thread, where the terminal cannot be opened for ourselves ([`super::own`]): a blocking read on the
//! runtime's pool would hold up its end.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::AsFd as _;
use std::thread;

use tokio::sync::mpsc;

use super::ready;
use crate::terminal::TerminalEvent;
use crate::terminal::events::READ_BYTES;

/// Starts reading, until the receiver is dropped or the terminal is gone.
pub(super) fn start(sink: mpsc::Sender<TerminalEvent>) -> io::Result<()> {
    // A file of its own: `Stdin` would share a buffer with whoever else reads it.
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    thread::Builder::new().name("input".into()).stack_size(64 * 1024).spawn(move || read(file, &sink))?;
    Ok(())
}

fn read(mut file: File, sink: &mpsc::Sender<TerminalEvent>) {
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
