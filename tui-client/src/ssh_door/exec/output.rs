//! What a command writes: lines to standard output and standard error, as the other side wants its lines to end, and nothing in
//! them that moves a cursor.

use std::io;

use shared::text::is_safe;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

type Writer = Box<dyn AsyncWrite + Send + Unpin>;

/// Standard output and standard error.
pub(super) struct Output {
    pub(super) stdout: Writer,
    stderr: Writer,
    /// There is a terminal in raw mode at the other end.
    has_terminal: bool,
}

impl Output {
    pub(super) fn new(stdout: Writer, stderr: Writer, has_terminal: bool) -> Self {
        Self { stdout, stderr, has_terminal }
    }

    /// Writes lines. An error means that nobody reads them.
    pub(super) async fn print(&mut self, text: &str) -> io::Result<()> {
        let text = self.lines(text);
        self.stdout.write_all(text.as_bytes()).await?;
        self.stdout.flush().await
    }

    /// Writes one JSON line.
    pub(super) async fn print_json(&mut self, value: &impl serde::Serialize) -> io::Result<()> {
        let line = serde_json::to_string(value).map_err(io::Error::other)?;
        self.print(&line).await
    }

    /// Says what is wrong, in one line of standard error.
    pub(super) async fn complain(&mut self, why: &str) {
        let text = self.lines(&format!("chinwag: {}", why.replace('\n', " ")));
        // Nobody is there to be told otherwise.
        self.stderr.write_all(text.as_bytes()).await.ok();
        self.stderr.flush().await.ok();
    }

    fn lines(&self, text: &str) -> String {
        let mut lines: String = text.chars().filter(|&c| c == '\n' || is_safe(c)).collect();
        if !lines.ends_with('\n') {
            lines.push('\n');
        }
        if self.has_terminal { lines.replace('\n', "\r\n") } else { lines }
    }
}
