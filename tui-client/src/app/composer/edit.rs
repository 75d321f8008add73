//! The edits the composer can do, and whether one changed the text or moved the caret. `keymap.rs` binds keys to them.

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A typed character. A run of them is undone word by word.
    Insert(char),
    /// Pasted text, undone as a whole. It stays in the editor, however many lines it has.
    InsertText(String),
    /// A line break that does not send.
    Newline,
    /// To the cluster before.
    Left,
    /// To the cluster after.
    Right,
    /// To the start of this or the last word of letters and digits.
    WordLeft,
    /// To the end of this or the next word of letters and digits.
    WordRight,
    /// To the start of the line, whatever rows it is wrapped into.
    Home,
    /// To the end of the line, whatever rows it is wrapped into.
    End,
    /// To the start of the draft.
    TextStart,
    /// To the end of the draft.
    TextEnd,
    /// To the row above, from the first row to the line sent before.
    Up,
    /// To the row below, from the last row to the line sent after, at last to the unsent draft.
    Down,
    /// Deletes the cluster before the caret.
    Backspace,
    /// Deletes the cluster after the caret.
    Delete,
    /// Kills back to the last whitespace (Ctrl-W).
    DeleteWordLeft,
    /// Kills back to the start of a word of letters and digits (Alt-Backspace).
    DeleteWordLeftAlnum,
    /// Kills to the end of a word of letters and digits (Alt-D).
    DeleteWordRight,
    /// Kills to the end of the line; at the end, the newline.
    KillToEnd,
    /// Kills to the start of the line; at the start, the newline.
    KillToStart,
    /// Inserts what was killed last. Kills in a row count as one.
    Yank,
    /// Right after a yank: puts the kill before it in its place.
    YankPop,
    /// Takes the last step back.
    Undo,
    /// Takes the last undo back.
    Redo,
    /// Swaps the clusters around the caret.
    Transpose,
    /// To the line sent before, from any row.
    HistoryPrev,
    /// To the line sent after, from any row.
    HistoryNext,
}

/// What an edit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditOutcome {
    /// Nothing: there is nothing new to draw.
    Unchanged,
    /// The caret stands elsewhere in the same text.
    Moved,
    /// The text is another.
    Edited,
}

impl EditOutcome {
    /// Whether there is something new to draw.
    #[must_use]
    pub fn changed(self) -> bool {
        self != Self::Unchanged
    }
}
