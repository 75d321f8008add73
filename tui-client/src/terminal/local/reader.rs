//! Reads what is typed on a thread, where the terminal cannot be opened for ourselves ([`super::own`]): a blocking read on the
//! runtime's pool would hold up its end.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::AsFd as _;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use tokio::sync::mpsc;

use super::ready;
use crate::terminal::TerminalEvent;
use crate::terminal::events::READ_BYTES;

/// Whether somebody else has the terminal: what is typed meanwhile is for them.
static PAUSED: Mutex<bool> = Mutex::new(false);
static RESUMED: Condvar = Condvar::new();

/// Reads nothing from now on, or again.
pub(super) fn pause(is_paused: bool) {
    *PAUSED.lock().unwrap_or_else(PoisonError::into_inner) = is_paused;
    RESUMED.notify_all();
}

/// Waits while somebody else has the terminal. Says whether that was so.
fn wait_while_paused() -> bool {
    let paused = PAUSED.lock().unwrap_or_else(PoisonError::into_inner);
    let was_paused = *paused;
    drop(RESUMED.wait_while(paused, |paused| *paused));
    was_paused
}

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
        if wait_while_paused() {
            // What was there to read may have been read.
            continue;
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
