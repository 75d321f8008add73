//! The message editor: the draft and its caret (grapheme clusters, NFC), undo and redo, the kill ring and the input history.
//!
//! [`Composer::apply`] does an [`Edit`], [`Composer::view`] gives the rows to draw. Nothing that arrives from the network
//! reaches it, so no message, resize or reconnect can disturb a draft.

mod draft;
mod edit;
mod history;
mod kill_ring;
mod motion;
mod rows;
mod sanitize;
mod undo;

use std::{mem, ops::Range};

use self::{
    draft::Draft,
    history::History,
    kill_ring::{KillRing, Side},
    motion::Motion,
    rows::DraftRows,
    undo::{Mark, Undo},
};
use shared::Seq;

use crate::profile::SentLine;

pub use self::{
    edit::{Edit, EditOutcome},
    rows::View,
};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

/// Whether a text enters a draft as it is, but for its normalization.
#[must_use]
pub fn is_clean(text: &str) -> bool {
    sanitize::text(text) == text
}

/// A multi-line text editor of one draft.
///
/// The text is always NFC and clean (no control characters but newlines, no bidi overrides), the caret always at a
/// grapheme cluster boundary.
#[derive(Debug, Default)]
pub struct Composer {
    draft: Draft,
    undo: Undo,
    kills: KillRing,
    history: History,
    streak: Streak,
}

/// What the last edit was, for the edits that continue it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Streak {
    #[default]
    None,
    /// Characters typed one at a time; `blank` when the last one was whitespace.
    Typing {
        blank: bool,
    },
    /// Backspace.
    Rubbing,
    /// Delete.
    Deleting,
    Killing,
    Yanking,
    /// Up and Down, on the way to the column they started from.
    Climbing {
        goal: u16,
    },
}

impl Composer {
    /// The draft.
    #[must_use]
    pub fn text(&self) -> &str {
        self.draft.text()
    }

    /// Whether there is no draft. Whitespace is one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// The caret's byte index in [`Self::text`], a cluster boundary.
    #[must_use]
    pub fn caret(&self) -> usize {
        self.draft.caret()
    }

    /// Replaces the draft in one undoable step, the caret after it.
    #[expect(clippy::needless_pass_by_value, reason = "the caller gives its text away")]
    pub fn set_text(&mut self, text: String) {
        self.streak = Streak::None;
        let before = self.mark();
        self.history.leave();
        self.put(0..self.text().len(), &sanitize::text(&text), before, false);
    }

    /// Takes the draft away for sending: it goes to the history, and nothing is left to undo.
    #[must_use = "the draft exists nowhere else in the composer but in its history"]
    pub fn take(&mut self) -> String {
        let text = mem::take(&mut self.draft).into_text();
        self.history.push(&text);
        self.undo = Undo::default();
        self.streak = Streak::None;
        text
    }

    /// Empties the draft in one undoable step.
    pub fn clear(&mut self) {
        self.set_text(String::new());
    }

    /// The whitespace-delimited word the caret stands in or after, up to the caret, with its first byte's index.
    #[must_use]
    pub fn word_before_caret(&self) -> (usize, &str) {
        let start = motion::word_start(self.text(), self.caret());
        (start, self.draft.slice(start..self.caret()))
    }

    /// Replaces the bytes in `range` in one undoable step, the caret after what came in.
    ///
    /// A range that reaches past the text or cuts a cluster is fitted to the clusters.
    pub fn replace_range(&mut self, range: Range<usize>, with: &str) {
        self.streak = Streak::None;
        let start = motion::boundary_before(self.text(), range.start);
        let end = motion::boundary_after(self.text(), range.end).max(start);
        let before = self.mark();
        self.put(start..end, &sanitize::text(with), before, false);
    }

    /// The bytes of the longest text that can be yanked.
    #[must_use]
    pub fn killed_bytes(&self) -> usize {
        self.kills.longest()
    }

    /// Forgets the oldest of what is beside the draft: steps to undo, what was killed, lines sent before; of each what is above so many
    /// bytes.
    pub fn keep_within(&mut self, bytes: usize) {
        self.undo.keep_within(bytes);
        self.kills.keep_within(bytes);
        self.history.keep_within(bytes);
    }

    /// Forgets what can be undone and yanked.
    pub fn forget_beside(&mut self) {
        (self.undo, self.kills) = (Undo::default(), KillRing::default());
    }

    /// Puts text before the draft, the caret at the end of both.
    pub fn prepend(&mut self, text: &str) {
        self.replace_range(0..0, text);
        self.draft.set_caret(self.text().len());
    }

    /// The lines sent before, oldest first.
    #[must_use]
    pub fn sent_lines(&self) -> impl DoubleEndedIterator<Item = &SentLine> {
        self.history.lines()
    }

    /// Puts lines of an earlier run before those sent since.
    pub fn put_history(&mut self, lines: Vec<SentLine>) {
        self.history.put_before(lines);
    }

    /// A message is stored that says this. Says whether it was typed here, alone or `in_part`.
    pub fn note_stored(&mut self, said: &str, seq: Seq, in_part: bool) -> bool {
        self.history.became(said, seq, in_part)
    }

    /// A message is deleted: the line it was typed as goes, also where it is recalled just now. Says whether there was one.
    pub fn forget_sent(&mut self, seq: Seq) -> bool {
        let (is_gone, instead) = self.history.forget(seq, self.draft.text());
        if let Some(draft) = instead {
            self.set_text(draft);
        }
        is_gone
    }

    /// Finds a line sent before that contains `needle` in any case, newest first, passing over `skip` matches.
    #[must_use]
    pub fn search_history(&self, needle: &str, skip: usize) -> Option<&str> {
        self.history.search(needle, skip)
    }

    /// The rows to show in a box of `width` columns and at most `max_rows` rows, and the caret's cell in them.
    #[must_use]
    pub fn view(&self, width: u16, max_rows: u16) -> View<'_> {
        DraftRows::new(self.text(), width).view(self.caret(), max_rows)
    }

    /// The rows the whole draft takes in a box of `width` columns, at least one.
    #[must_use]
    pub fn count_rows(&self, width: u16) -> usize {
        DraftRows::count(self.text(), width)
    }

    /// Does one edit. `width` is that of the input box: Up and Down move by the rows people see.
    pub fn apply(&mut self, edit: Edit, width: u16) -> EditOutcome {
        let last = mem::take(&mut self.streak);
        match edit {
            Edit::Insert(c) => self.type_char(c, last),
            Edit::InsertText(text) => self.paste(&text),
            Edit::Newline => self.type_char('\n', last),
            Edit::Left => self.go(motion::left),
            Edit::Right => self.go(motion::right),
            Edit::WordLeft => self.go(motion::word_left),
            Edit::WordRight => self.go(motion::word_right),
            Edit::Home => self.go(motion::line_start),
            Edit::End => self.go(motion::line_end),
            Edit::TextStart => self.go(motion::text_start),
            Edit::TextEnd => self.go(motion::text_end),
            Edit::Up => self.climb(width, last, -1, History::older),
            Edit::Down => self.climb(width, last, 1, History::newer),
            Edit::Backspace => self.delete(motion::left, last, Streak::Rubbing),
            Edit::Delete => self.delete(motion::right, last, Streak::Deleting),
            Edit::DeleteWordLeft => self.kill(motion::blank_word_left, last),
            Edit::DeleteWordLeftAlnum => self.kill(motion::word_left, last),
            Edit::DeleteWordRight => self.kill(motion::word_right, last),
            Edit::KillToEnd => self.kill(motion::kill_end, last),
            Edit::KillToStart => self.kill(motion::kill_start, last),
            Edit::Yank => self.yank(),
            Edit::YankPop => self.yank_pop(last),
            Edit::Undo => self.travel(Undo::undo),
            Edit::Redo => self.travel(Undo::redo),
            Edit::Transpose => self.transpose(),
            Edit::HistoryPrev => self.recall(History::older),
            Edit::HistoryNext => self.recall(History::newer),
        }
    }

    fn type_char(&mut self, c: char, last: Streak) -> EditOutcome {
        let text = sanitize::text(c.encode_utf8(&mut [0; 4]));
        if text.is_empty() {
            return EditOutcome::Unchanged;
        }
        let blank = c.is_whitespace();
        // A word begins where something follows whitespace; everything else belongs to the word before it.
        let join = matches!(last, Streak::Typing { blank: after_blank } if blank || !after_blank);
        self.streak = Streak::Typing { blank };
        self.put(self.caret()..self.caret(), &text, self.mark(), join)
    }

    fn paste(&mut self, text: &str) -> EditOutcome {
        self.put(self.caret()..self.caret(), &sanitize::text(text), self.mark(), false)
    }

    fn go(&mut self, motion: Motion) -> EditOutcome {
        self.move_to(motion(self.text(), self.caret()))
    }

    /// Moves by rows, or along the history from the first and the last one.
    fn climb(&mut self, width: u16, last: Streak, by: isize, beyond: history::Walk) -> EditOutcome {
        let layout = DraftRows::new(self.text(), width);
        let (row, column) = layout.cell(self.caret());
        let goal = if let Streak::Climbing { goal } = last { goal } else { column };
        let target = row.checked_add_signed(by).and_then(|row| layout.byte_at(row, goal));
        let Some(target) = target else { return self.recall(beyond) };
        self.streak = Streak::Climbing { goal };
        self.move_to(target)
    }

    fn delete(&mut self, motion: Motion, last: Streak, streak: Streak) -> EditOutcome {
        self.streak = streak;
        self.put(self.reach(motion), "", self.mark(), last == streak)
    }

    fn kill(&mut self, motion: Motion, last: Streak) -> EditOutcome {
        let range = self.reach(motion);
        if range.is_empty() {
            return EditOutcome::Unchanged;
        }
        let side = if range.start < self.caret() { Side::Before } else { Side::After };
        self.kills.kill(self.draft.slice(range.clone()), side, last == Streak::Killing);
        self.streak = Streak::Killing;
        self.put(range, "", self.mark(), false)
    }

    fn yank(&mut self) -> EditOutcome {
        let Some(text) = self.kills.newest().map(str::to_owned) else { return EditOutcome::Unchanged };
        self.streak = Streak::Yanking;
        self.put(self.caret()..self.caret(), &text, self.mark(), false)
    }

    /// Puts the kill before the one just yanked in its place.
    fn yank_pop(&mut self, last: Streak) -> EditOutcome {
        if last != Streak::Yanking {
            return EditOutcome::Unchanged;
        }
        let Some(text) = self.kills.older().map(str::to_owned) else { return EditOutcome::Unchanged };
        // What was yanked may have composed with its neighbours, so it is not cut out but never was.
        if let Some(mark) = self.undo.forget(&mut self.draft) {
            self.restore(mark);
        }
        self.streak = Streak::Yanking;
        self.put(self.caret()..self.caret(), &text, self.mark(), false)
    }

    fn travel(&mut self, undo: fn(&mut Undo, &mut Draft) -> Option<Mark>) -> EditOutcome {
        let Some(mark) = undo(&mut self.undo, &mut self.draft) else { return EditOutcome::Unchanged };
        self.restore(mark);
        EditOutcome::Edited
    }

    /// Swaps the clusters around the caret, or the two before it at the end of a line.
    fn transpose(&mut self) -> EditOutcome {
        let text = self.text();
        let at_end = self.caret() == motion::line_end(text, self.caret());
        let middle = if at_end { motion::left(text, self.caret()) } else { self.caret() };
        let (start, end) = (motion::left(text, middle), motion::right(text, middle));
        let (left, right) = (self.draft.slice(start..middle), self.draft.slice(middle..end));
        if left.is_empty() || left == "\n" || right == "\n" {
            return EditOutcome::Unchanged;
        }
        let swapped = [right, left].concat();
        self.put(start..end, &swapped, self.mark(), false)
    }

    fn recall(&mut self, walk: history::Walk) -> EditOutcome {
        let before = self.mark();
        let Some(text) = walk(&mut self.history, self.draft.text()) else { return EditOutcome::Unchanged };
        self.put(0..self.text().len(), &text, before, false)
    }

    /// From the caret to where `motion` goes.
    fn reach(&self, motion: Motion) -> Range<usize> {
        let (caret, target) = (self.caret(), motion(self.text(), self.caret()));
        caret.min(target)..caret.max(target)
    }

    fn move_to(&mut self, caret: usize) -> EditOutcome {
        let moved = caret != self.caret();
        self.draft.set_caret(caret);
        if moved { EditOutcome::Moved } else { EditOutcome::Unchanged }
    }

    /// Changes the text, the caret after what came in; `join` makes it part of the undo step before.
    fn put(&mut self, range: Range<usize>, with: &str, before: Mark, join: bool) -> EditOutcome {
        match self.draft.replace(range, with) {
            Some(change) => {
                self.undo.record(change, before, self.mark(), join);
                EditOutcome::Edited
            }
            None if self.mark() == before => EditOutcome::Unchanged,
            None => EditOutcome::Moved,
        }
    }

    fn mark(&self) -> Mark {
        Mark { caret: self.caret(), line: self.history.line() }
    }

    fn restore(&mut self, mark: Mark) {
        self.draft.set_caret(mark.caret);
        self.history.go(mark.line);
    }
}
