//! The terminal this process was started on: raw mode, standard input and output, signals, the environment, and the
//! panic hook that gives the terminal back. Nothing else of the client knows them. A process has one such terminal,
//! which is why there may be a static here.
//!
//! Two threads read and write it, so that neither a silent person nor a slow terminal holds the shell up.

pub(crate) mod lines;
mod reader;
mod ready;
pub(crate) mod signals;
mod writer;

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::panic;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use tokio::sync::mpsc;

use self::signals::{Signal, Signals};
use super::modes::{self, Capabilities};
use super::parse::{ESCAPE_WAIT, ESCAPE_WAIT_REMOTE};
use super::{EVENTS, JobControl, Size, Terminal, TerminalEvent, output};

/// Whether the terminal is ours: what the panic hook and a second [`give_back`] look at.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Holds the terminal. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Guard {
    capabilities: Capabilities,
}

/// Whether standard input and output are a terminal.
#[must_use]
pub fn is_there() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Whether it can show a full screen: not on `TERM=dumb`, as in the shell of an editor.
#[must_use]
pub fn has_screen() -> bool {
    modes::has_cursor_addressing(&env::var("TERM").unwrap_or_default())
}

/// Takes the terminal; a panic of the calling thread gives it back. `mouse` says whether the wheel is ours, `escape_wait`
/// how long the rest of a key may come after its Esc, where that was set. Needs a runtime, which passes signals on.
pub fn take(mouse: bool, escape_wait: Option<Duration>) -> io::Result<(Guard, Terminal)> {
    let var = |name| env::var(name).unwrap_or_default();
    let is_remote = ["SSH_CONNECTION", "SSH_TTY"].into_iter().any(|name| !var(name).is_empty());
    let usual = if is_remote { ESCAPE_WAIT_REMOTE } else { ESCAPE_WAIT };
    let capabilities = Capabilities {
        escape_wait: escape_wait.unwrap_or(usual),
        ..Capabilities::of(&var("TERM"), !var("NO_COLOR").is_empty(), mouse)
    };
    let size = size()?;
    let signals = Signals::listen()?;
    give_back_on_panic(capabilities);
    let guard = Guard { capabilities };
    enter(capabilities)?;
    let (sink, events) = mpsc::channel(EVENTS);
    let (frames, source) = output::channel();
    reader::start(sink.clone())?;
    writer::start(source)?;
    tokio::spawn(pass_on(signals, sink));
    let job_control: Option<Box<dyn JobControl>> = Some(Box::new(guard.jobs()));
    Ok((guard, Terminal { size, capabilities, events, output: frames, job_control }))
}

/// Tells the shell of signals until it has ended.
async fn pass_on(mut signals: Signals, sink: mpsc::Sender<TerminalEvent>) {
    loop {
        let event = match signals.next().await {
            Signal::Terminate => TerminalEvent::Terminate,
            Signal::Suspend => TerminalEvent::Suspend,
            Signal::Continue => TerminalEvent::Continue,
            Signal::Resize => match size() {
                Ok(size) => TerminalEvent::Resize(size),
                Err(_) => continue,
            },
        };
        if sink.send(event).await.is_err() {
            return;
        }
    }
}

impl Guard {
    fn jobs(&self) -> Jobs {
        Jobs { capabilities: self.capabilities }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back(self.capabilities);
    }
}

/// Job control of this process group.
struct Jobs {
    capabilities: Capabilities,
}

impl JobControl for Jobs {
    /// In raw mode the terminal sends no signal itself at Ctrl-Z; this does what it would.
    fn suspend(&mut self) -> io::Result<Size> {
        give_back(self.capabilities);
        let stopped = signals::stop();
        enter(self.capabilities)?;
        stopped.and_then(|()| size())
    }

    fn retake(&mut self) -> io::Result<Size> {
        give_back(self.capabilities);
        enter(self.capabilities)?;
        size()
    }
}

fn size() -> io::Result<Size> {
    let (columns, rows) = crossterm::terminal::size()?;
    Ok(Size { columns, rows })
}

fn enter(capabilities: Capabilities) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    write(&modes::enter(capabilities))
}

/// Gives the terminal back, once. Errors have nowhere to go: the terminal may be gone.
fn give_back(capabilities: Capabilities) {
    if TAKEN.swap(false, Ordering::SeqCst) {
        write(&modes::leave(capabilities)).ok();
        disable_raw_mode().ok();
    }
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// A panic gives the terminal back before it prints, and ends the process when it was the shell of this terminal that
/// panicked.
///
/// The tasks of that shell run on the thread that called this. Without an end, the runtime would catch the panic and a
/// half-dead app would go on under the Unix shell's prompt. Panics of other threads (a server hosted in this process,
/// shells of other terminals) end their task only.
fn give_back_on_panic(capabilities: Capabilities) {
    let ours = thread::current().id();
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let fatal = thread::current().id() == ours;
        if fatal {
            give_back(capabilities);
            print(info);
            process::exit(101);
        } else if !TAKEN.load(Ordering::SeqCst) {
            print(info);
        }
    }));
}
