//! Keeps what somebody elsewhere writes within bounds ([`super::memory_budget`]): their draft is in a process that is not theirs.

use super::App;
use super::composer::{Edit, EditOutcome};
use super::memory_budget::{BESIDE_DRAFT_ELSEWHERE, DRAFT_ELSEWHERE, QUEUED_ELSEWHERE};
use super::timeline::Level;

impl App {
    /// Edits the draft, unless it is somebody's elsewhere and would be too long: then it stays, and that is told.
    pub(super) fn edit_within_bounds(&mut self, edit: Edit, width: u16) -> EditOutcome {
        if !self.place().is_elsewhere() {
            return self.input.edit(edit, width);
        }
        let more = match &edit {
            Edit::Insert(c) => c.len_utf8(),
            Edit::InsertText(text) => text.len(),
            Edit::Newline => 1,
            Edit::Yank | Edit::YankPop => self.input.composer().killed_bytes(),
            Edit::Left
            | Edit::Right
            | Edit::WordLeft
            | Edit::WordRight
            | Edit::Home
            | Edit::End
            | Edit::TextStart
            | Edit::TextEnd
            | Edit::Up
            | Edit::Down
            | Edit::Backspace
            | Edit::Delete
            | Edit::DeleteWordLeft
            | Edit::DeleteWordLeftAlnum
            | Edit::DeleteWordRight
            | Edit::KillToEnd
            | Edit::KillToStart
            | Edit::Undo
            | Edit::Redo
            | Edit::Transpose
            | Edit::HistoryPrev
            | Edit::HistoryNext => 0,
        };
        if more > 0 && self.input.text().len().saturating_add(more) > DRAFT_ELSEWHERE {
            self.hint(self.lang().draft_full(DRAFT_ELSEWHERE), Level::Warning);
            return EditOutcome::Unchanged;
        }
        let outcome = self.input.edit(edit, width);
        if outcome == EditOutcome::Edited {
            self.input.keep_within(BESIDE_DRAFT_ELSEWHERE);
        }
        outcome
    }

    /// Whether somebody elsewhere has so many messages waiting that no more are taken.
    pub(super) fn has_too_many_queued(&self) -> bool {
        self.place().is_elsewhere() && self.has_screen() && self.outbox.entries().len() >= QUEUED_ELSEWHERE
    }

    /// Whether a text is more than somebody elsewhere can paste at once.
    pub(super) fn is_too_long_elsewhere(&self, text: &str) -> bool {
        self.place().is_elsewhere() && text.len() > DRAFT_ELSEWHERE
    }
}
