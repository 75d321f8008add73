//! The terminal of the line shell as state: where keys come from (its events, the parser, when an unfinished key counts) and the
//! row they edit. The editing itself is in `editor.rs`, what the shell does with keys and finished lines in `at_terminal.rs`.

use tokio::time::Instant;

use super::editor::Editor;
use crate::terminal::TerminalEvent;
use crate::terminal::lines::LineTerminal;
use crate::terminal::parse::Parser;

/// The terminal, and the row that is edited there.
pub(super) struct EditedTerminal {
    pub(super) terminal: LineTerminal,
    pub(super) parser: Parser,
    /// When an unfinished key counts as finished.
    pub(super) flush_at: Option<Instant>,
    pub(super) editor: Editor,
}

impl EditedTerminal {
    pub(super) fn new(terminal: LineTerminal, ascii: bool) -> Self {
        let editor = Editor::new(terminal.columns, ascii);
        Self { parser: Parser::new(terminal.escape_wait), terminal, flush_at: None, editor }
    }
}

/// The next thing that happens at the terminal; waits for ever without one. Cancel safe.
pub(super) async fn next_event(terminal: &mut Option<EditedTerminal>) -> TerminalEvent {
    match terminal {
        Some(at) => at.terminal.events.recv().await.unwrap_or(TerminalEvent::Gone),
        None => std::future::pending().await,
    }
}
