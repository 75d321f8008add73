//! Lines in and lines out as a value: what the shell without a screen needs instead of a terminal. A pipe, a terminal in
//! cooked mode or a channel of a remote login may be behind it.

use std::io;

use tokio::sync::mpsc;

/// Lines that wait for the shell. When it is full, whoever reads them waits (backpressure).
pub const LINES: usize = 64;

/// Where lines come from and go to, while a shell has it.
pub struct Lines {
    /// What is said: whole lines, then their end. When it is closed without an end, nothing can be said any more, and the
    /// shell goes on listening.
    pub input: mpsc::Receiver<LineInput>,
    /// Whoever started us asks us to end.
    pub terminate: mpsc::Receiver<()>,
    /// Where lines go. Writing may block: a reader that is slow slows the shell down.
    pub output: Box<dyn io::Write + Send>,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineInput {
    /// A line without its end.
    Line(String),
    /// There will be no more: the shell leaves when everything is sent.
    End,
}
