//! The terminal this process was started on: raw mode, standard input and output, signals, the environment, and the
//! panic hook that gives the terminal back. Nothing else of the client knows them. A process has one such terminal,
//! which is why there may be a static here.
//!
//! Neither a silent person nor a slow terminal holds up the shell: it reads and writes a terminal that can be opened once more,
//! non-blocking (`own`); any other is read and written by two threads (`reader`, `writer`).

mod editor;
mod line_output;
pub(crate) mod line_terminal;
pub(crate) mod lines;
mod opener;
mod own;
mod reader;
mod ready;
pub(crate) mod signals;
mod taken;
mod tmux;
mod writer;

use std::env;
use std::io::{self, IsTerminal as _};
use std::panic;
use std::process;
use std::sync::atomic::Ordering;
use std::thread;

use tokio::sync::mpsc;

use self::editor::LocalEditor;
use self::opener::Browser;
use self::signals::{Signal, Signals};
use self::taken::{TAKEN, enter, give_back, write};
use self::tmux::Tmux;
use super::modes::{self, Capabilities, Wishes};
use super::output::{self, FrameSink};
use super::{Clipboard, EVENTS, Editor, Events, JobControl, Notices, Opener, Size, Terminal, TerminalEvent};

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

/// Takes the terminal; a panic of the calling thread gives it back. Needs a runtime, which passes signals on.
pub fn take(wishes: Wishes) -> io::Result<(Guard, Terminal)> {
    let capabilities = capabilities(wishes);
    let size = size()?;
    let signals = Signals::listen()?;
    give_back_on_panic(move || give_back(capabilities));
    let guard = Guard { capabilities };
    enter(capabilities)?;
    let (sink, queue) = mpsc::channel(EVENTS);
    let events = if let Ok(input) = own::reader(io::stdin()) {
        Events::reading(input, queue)
    } else {
        reader::start(sink.clone())?;
        queue.into()
    };
    let output = if let Ok(terminal) = own::writer(io::stdout()) {
        FrameSink::direct(terminal)
    } else {
        let (frames, source) = output::channel();
        writer::start(source)?;
        frames
    };
    let is_in_tmux = !env::var("TMUX").unwrap_or_default().is_empty();
    let clipboard = is_in_tmux.then(|| Box::new(Tmux::new(sink.clone())) as Box<dyn Clipboard>);
    let notices = is_in_tmux.then(|| Box::new(Tmux::new(sink.clone())) as Box<dyn Notices>);
    let opener = Browser::of_environment(sink.clone()).map(|browser| Box::new(browser) as Box<dyn Opener>);
    let editor: Option<Box<dyn Editor>> = Some(Box::new(LocalEditor::new(capabilities, sink.clone())));
    tokio::spawn(pass_on(signals, sink));
    let job_control: Option<Box<dyn JobControl>> = Some(Box::new(guard.jobs()));
    Ok((
        guard,
        Terminal {
            size,
            capabilities,
            events,
            output,
            job_control,
            editor,
            notices,
            cell_pixels,
            opener,
            clipboard,
        },
    ))
}

/// What the environment says about the terminal.
fn capabilities(wishes: Wishes) -> Capabilities {
    Capabilities::of_environment(&|name| env::var(name).unwrap_or_default(), wishes)
}

/// Tells the shell of signals until it has ended.
async fn pass_on(mut signals: Signals, sink: mpsc::Sender<TerminalEvent>) {
    loop {
        let event = match signals.next().await {
            // While somebody else has the terminal, its keys and what follows from them are theirs.
            Signal::Interrupt | Signal::Suspend | Signal::Continue if !TAKEN.load(Ordering::SeqCst) => {
                continue;
            }
            Signal::Interrupt | Signal::Terminate => TerminalEvent::Terminate,
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

/// The pixels of a cell, where the terminal tells the size of its window in pixels (TIOCGWINSZ).
fn cell_pixels() -> Option<(u16, u16)> {
    let size = crossterm::terminal::window_size().ok()?;
    let of_one = |pixels: u16, cells: u16| pixels.checked_div(cells).filter(|pixels| *pixels > 0);
    Some((of_one(size.width, size.columns)?, of_one(size.height, size.rows)?))
}

fn size() -> io::Result<Size> {
    let (columns, rows) = crossterm::terminal::size()?;
    Ok(Size { columns, rows })
}

/// A panic gives the terminal back before it prints, and ends the process when it was the shell of this terminal that
/// panicked.
///
/// The tasks of that shell run on the thread that called this. Without an end, the runtime would catch the panic and a
/// half-dead app would go on under the Unix shell's prompt. Panics of other threads (a server hosted in this process,
/// shells of other terminals) end their task only.
fn give_back_on_panic(give_back: impl Fn() + Send + Sync + 'static) {
    let ours = thread::current().id();
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let fatal = thread::current().id() == ours;
        if fatal {
            give_back();
            print(info);
            process::exit(101);
        } else if !TAKEN.load(Ordering::SeqCst) {
            print(info);
        }
    }));
}
