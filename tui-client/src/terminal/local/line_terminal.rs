//! The terminal this process was started on, for lines: the person's line is edited in its last row, and what arrives goes
//! above it. No alternate screen: what was said stays in the terminal's own scrollback.

use std::io;
use std::sync::atomic::Ordering;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use tokio::sync::mpsc;

use super::signals::{self, Signals};
use super::{TAKEN, Wishes, capabilities, give_back_on_panic, reader, size, write};
use crate::terminal::lines::LineTerminal;
use crate::terminal::{EVENTS, JobControl, Size};

/// Bracketed paste: a paste of several lines is no line to send.
const ENTER: &[u8] = b"\x1b[?2004h";
/// Takes the row away that was being written, too.
const LEAVE: &[u8] = b"\r\x1b[K\x1b[?2004l";

/// Holds the terminal. Dropping it gives the terminal back.
#[derive(Debug)]
pub(crate) struct LineGuard(());

/// Takes the terminal; a panic of the calling thread gives it back. Needs a runtime, which passes signals on.
pub(crate) fn take(wishes: Wishes) -> io::Result<(LineGuard, LineTerminal)> {
    let columns = size()?.columns;
    let escape_wait = capabilities(wishes).escape_wait;
    let signals = Signals::listen()?;
    give_back_on_panic(give_back);
    let guard = LineGuard(());
    enter()?;
    let (sink, events) = mpsc::channel(EVENTS);
    reader::start(sink.clone())?;
    tokio::spawn(super::pass_on(signals, sink));
    Ok((guard, LineTerminal { columns, escape_wait, events, job_control: Box::new(Jobs) }))
}

impl Drop for LineGuard {
    fn drop(&mut self) {
        give_back();
    }
}

struct Jobs;

impl JobControl for Jobs {
    fn suspend(&mut self) -> io::Result<Size> {
        give_back();
        let stopped = signals::stop();
        enter()?;
        stopped.and_then(|()| size())
    }

    fn retake(&mut self) -> io::Result<Size> {
        give_back();
        enter()?;
        size()
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    write(ENTER)
}

/// Gives the terminal back, once. Errors have nowhere to go: the terminal may be gone.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        write(LEAVE).ok();
        disable_raw_mode().ok();
    }
}
