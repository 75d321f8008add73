//! A terminal at which a line is typed: what happens there, and the row that is edited.

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
