//! Lines in and lines out as a value: what the shell without a screen needs instead of a terminal. A pipe, a terminal in
//! cooked mode or a channel of a remote login may be behind it.

pub mod cutter;

use std::io;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::line_options::Unusable;
use crate::terminal::{JobControl, TerminalEvent};

/// Lines that wait for the shell. When it is full, whoever reads them waits (backpressure).
pub const LINES: usize = 64;

/// Where lines come from and go to, while a shell has it.
pub struct Lines {
    /// What is said: whole lines, then their end. When it is closed without an end, nothing can be said any more, and the
    /// shell goes on listening.
    pub input: mpsc::Receiver<LineInput>,
    /// What standard input has, where it is no lines.
    pub content: Option<Box<dyn io::Read + Send>>,
    /// Whoever started us asks us to end.
    pub terminate: mpsc::Receiver<()>,
    /// Nobody reads the output any more. It may be closed without that having happened.
    pub unread: mpsc::Receiver<()>,
    /// The terminal where the line being written is edited, if there is one: `input` is closed then.
    pub terminal: Option<LineTerminal>,
    /// Where lines go. A write that would wait for the reader fails with `WouldBlock`, and the lines in it are left out until
    /// everything before them is written; a flush fails like that while something is not written.
    pub output: Box<dyn io::Write + Send>,
    /// Everything is written, after a write or a flush that would have waited.
    pub drained: mpsc::Receiver<()>,
}

/// A terminal in raw mode, whose last row is ours.
pub struct LineTerminal {
    /// How wide it is at the start.
    pub columns: u16,
    /// How long the rest of a key may come after its Esc.
    pub escape_wait: Duration,
    /// What happens at it.
    pub events: mpsc::Receiver<TerminalEvent>,
    /// Suspending the program.
    pub job_control: Box<dyn JobControl>,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineInput {
    /// A line.
    Line(InputLine),
    /// A line that cannot be sent. What comes after it can.
    Unusable {
        /// Which line of the input, counted from 1.
        number: u64,
        /// Why.
        why: Unusable,
        /// Whether it may have said to which room the next ones belong.
        chooses_room: bool,
    },
    /// There will be no more: the shell leaves when everything is sent.
    End,
}

/// A line, or a part of one that is too long to be held as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputLine {
    /// Which line of the input, counted from 1.
    pub number: u64,
    /// It without its end.
    pub text: String,
    /// Whether it goes on where the one before it ended. Such a part is said, whatever it begins with.
    pub continues: bool,
}

impl From<&str> for LineInput {
    fn from(text: &str) -> Self {
        Self::Line(InputLine { number: 1, text: text.into(), continues: false })
    }
}
