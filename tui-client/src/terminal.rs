//! A terminal as a value: everything the shell needs of one, whatever it is reached through. It names no file
//! descriptor, signal or environment variable, so that one process can have several terminals, of which at most one is
//! its own ([`local`]).
//!
//! [`parse`] turns what a terminal sends into events; [`screen`] works out which cells changed, [`encode`] writes them
//! as escape sequences, [`output`] carries finished frames to the terminal without ever making the shell wait for a slow
//! one; [`modes`] are the bytes that take a terminal and give it back. [`query`] is what it is asked, [`palette`] and
//! [`stand_in`] are how the screen is made fit for it. [`lines`] are what there is without a screen.

pub mod encode;
pub mod lines;
pub mod local;
pub mod modes;
pub mod output;
pub mod palette;
pub mod parse;
pub mod query;
pub mod screen;
pub mod stand_in;

use std::io;

use tokio::sync::mpsc;

use self::modes::Capabilities;
use self::output::FrameSink;

/// Events of a terminal that wait for the shell. When it is full, whoever reads the terminal waits, and its own buffers
/// fill (backpressure).
pub const EVENTS: usize = 64;

/// A terminal that somebody is at, while a shell has it.
///
/// Whoever makes one writes [`modes::enter`] to the terminal before, and [`modes::leave`] after the shell has ended, in
/// whatever way: a panic in the shell must not leave a terminal in a state its person cannot use.
pub struct Terminal {
    /// Its size at the start.
    pub size: Size,
    /// What it can do.
    pub capabilities: Capabilities,
    /// What happens at it.
    pub events: mpsc::Receiver<TerminalEvent>,
    /// Takes the frames.
    pub output: FrameSink,
    /// Suspending the program, where the terminal belongs to a shell that can continue it.
    pub job_control: Option<Box<dyn JobControl>>,
    /// A way to its clipboard that is better than an escape sequence, where there is one.
    pub clipboard: Option<Box<dyn Clipboard>>,
}

/// Columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many cells a row has.
    pub columns: u16,
    /// How many rows there are.
    pub rows: u16,
}

/// What happens at a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalEvent {
    /// Keys, the mouse, a paste: bytes for the [`parse::Parser`], cut anywhere.
    Input(Vec<u8>),
    /// It has this size now.
    Resize(Size),
    /// Whoever gave us the terminal asks us to end (SIGTERM, a transport that shuts down).
    Terminate,
    /// Somebody asks us to suspend (SIGTSTP).
    Suspend,
    /// We were stopped without being asked, and go on: something else may have had the terminal (SIGCONT).
    Continue,
    /// What became of the text given to its [`Clipboard`]: it took it, or here it is again.
    Copied(Result<(), String>),
    /// It is gone, and with it the person. So it is when the channel closes.
    Gone,
}

/// Giving the terminal back to a Unix shell for a while, and taking it again. Both block, since the process is stopped
/// in between, and both answer with the size the terminal has afterwards.
pub trait JobControl: Send {
    /// Gives the terminal back, stops the process, and takes the terminal when somebody continues it. The continuation
    /// is a [`TerminalEvent::Continue`] as well.
    fn suspend(&mut self) -> io::Result<Size>;

    /// Takes the terminal again after something else may have had it.
    fn retake(&mut self) -> io::Result<Size>;
}

/// A clipboard that is reached by a program.
pub trait Clipboard: Send {
    /// Takes a text, and says by [`TerminalEvent::Copied`] what became of it. Does not wait for that.
    fn copy(&mut self, text: String);
}
