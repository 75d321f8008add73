//! Commands over ssh, without a screen.

use std::fmt;
use std::sync::Arc;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::Door;
use super::input::Input;
use super::person::Person;

/// What a command has.
pub struct Lines {
    /// The door.
    pub door: Arc<Door>,
    /// Who says it.
    pub person: Person,
    /// The command, as it was sent; without one, lines are read and written as with `--plain`.
    pub command: Option<Vec<u8>>,
    /// There is a terminal at the other end, in raw mode: a line ends by `\r\n`.
    pub has_terminal: bool,
    /// Standard input. It ends when the client has sent its end, or is gone, or the door stops.
    pub stdin: Input,
    /// Standard output; it waits for a client that does not read, and is an error when there is none any more.
    pub stdout: Box<dyn AsyncWrite + Send + Unpin>,
    /// Standard error.
    pub stderr: Box<dyn AsyncWrite + Send + Unpin>,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("person", &self.person).finish_non_exhaustive()
    }
}

/// Runs a command; its exit status.
pub async fn run(mut lines: Lines) -> u8 {
    let why = "chinwag: commands over ssh are not there yet; `ssh HOST` shows the screen\r\n";
    // Nobody is there to be told otherwise.
    lines.stderr.write_all(why.as_bytes()).await.ok();
    1
}
