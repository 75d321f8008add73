//! A terminal as a value: everything the shell needs of one, whatever it is reached through. It names no file
//! descriptor, signal or environment variable, so that one process can have several terminals, of which at most one is
//! its own ([`local`]).
//!
//! [`events`] is what happens at it, [`parse`] turns what it sends into keys; [`screen`] works out which cells changed, [`encode`] writes them
//! as escape sequences, [`output`] carries finished frames to the terminal without ever making the shell wait for a slow
//! one; [`modes`] are the bytes that take a terminal and give it back. [`query`] is what it is asked, [`notify`] how it takes notices, [`graphics`] how it shows pictures, [`palette`] and
//! [`stand_in`] are how the screen is made fit for it. [`lines`] are what there is without a screen.

pub mod encode;
pub mod events;
pub mod graphics;
pub mod lines;
pub mod local;
pub mod modes;
pub mod notify;
pub mod output;
pub mod palette;
pub mod parse;
pub mod query;
pub mod screen;
pub mod stand_in;

use std::io;

pub use self::events::{EVENTS, Events, Size, TerminalEvent};
use self::modes::Capabilities;
use self::output::FrameSink;
use crate::effect::DesktopNotice;
use crate::event::EditorFailure;

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
    pub events: Events,
    /// Takes the frames.
    pub output: FrameSink,
    /// Suspending the program, where the terminal belongs to a shell that can continue it.
    pub job_control: Option<Box<dyn JobControl>>,
    /// What edits a text in the whole of the terminal, where there is such a program.
    pub editor: Option<Box<dyn Editor>>,
    /// A way to show a notice that is better than the terminal's own, where there is one.
    pub notices: Option<Box<dyn Notices>>,
    /// Says how many pixels a cell has, where the terminal tells it.
    pub cell_pixels: fn() -> Option<(u16, u16)>,
    /// What opens links where the person sits, if that is here.
    pub opener: Option<Box<dyn Opener>>,
    /// A way to its clipboard that is better than an escape sequence, where there is one.
    pub clipboard: Option<Box<dyn Clipboard>>,
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

/// A program that edits a text, and has the terminal meanwhile.
pub trait Editor: Send {
    /// Gives the terminal back and to the program, with this text in a file; `told` is shown where the program, whose name it gets, has a
    /// window of its own. What came of it is a [`TerminalEvent::Edited`], once it has been started. Afterwards, and after
    /// an error, the terminal is to be taken again ([`JobControl::retake`]).
    fn start(&mut self, text: &str, told: &dyn Fn(&str) -> String) -> Result<(), EditorFailure>;

    /// Ends the program. What it has written by then counts.
    fn end(&mut self);
}

/// Notices for the person at a terminal that is reached by another one.
pub trait Notices: Send {
    /// Takes a notice, and says by [`TerminalEvent::Notice`] which bytes show it. Does not wait for that.
    fn show(&mut self, notice: DesktopNotice);
}

/// A program that opens links.
pub trait Opener: Send {
    /// Opens an address, and says by [`TerminalEvent::Opened`] whether that worked. Does not wait for that.
    fn open(&mut self, address: String);
}

/// A clipboard that is reached by a program.
pub trait Clipboard: Send {
    /// Takes a text, and says by [`TerminalEvent::Copied`] what became of it. Does not wait for that.
    fn copy(&mut self, text: String);
}
