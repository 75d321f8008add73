//! The input at the bottom of the screen: the draft of the current room and the completion under way in it.

use shared::{Millis, Seq};

use super::changes::Changes;
use super::completion::Completion;
use super::composer::{Composer, Edit, EditOutcome};

/// How soon a draft is kept, in milliseconds: less than a second, with what the writing takes.
const KEEP_WITHIN: Millis = 700;

/// The draft and its completion.
#[derive(Debug, Default)]
pub struct Input {
    composer: Composer,
    completion: Option<Completion>,
    /// The text about which it was asked whether it is meant as it stands.
    asked: Option<String>,
    /// The last line was to choose a room and could not: where the next ones belong is not known, and whether that was told.
    astray: Option<bool>,
    /// It was told that something typed is no UTF-8.
    told_not_utf8: bool,
    /// The profile may have something of the draft.
    is_kept: bool,
    pub(super) changes: Changes,
}

impl Input {
    /// The draft, with caret, undo steps and the lines sent before.
    #[must_use]
    pub fn composer(&self) -> &Composer {
        &self.composer
    }

    /// The text of the draft.
    #[must_use]
    pub fn text(&self) -> &str {
        self.composer.text()
    }

    /// Whether there is no draft. Whitespace is one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.composer.is_empty()
    }

    /// The completion under way.
    #[must_use]
    pub fn completion(&self) -> Option<&Completion> {
        self.completion.as_ref()
    }

    /// Does one edit. `width` is that of the input: Up and Down move by the rows people see.
    pub fn edit(&mut self, edit: Edit, width: u16) -> EditOutcome {
        let outcome = self.composer.apply(edit, width);
        match outcome {
            EditOutcome::Unchanged => {}
            EditOutcome::Moved => self.changes.draw_input(),
            EditOutcome::Edited => self.edited(),
        }
        outcome
    }

    /// Replaces the draft in one undoable step.
    pub fn set_text(&mut self, text: String) {
        self.composer.set_text(text);
        self.edited();
    }

    /// Empties the draft in one undoable step.
    pub fn clear(&mut self) {
        self.composer.clear();
        self.edited();
    }

    /// Whether it was asked already if this very text is meant as it stands; from now on it was.
    pub fn ask_once(&mut self, text: &str) -> bool {
        let asked = self.asked.replace(text.to_owned());
        asked.as_deref() == Some(text)
    }

    /// Whether it is not known where a line belongs.
    #[must_use]
    pub fn is_astray(&self) -> bool {
        self.astray.is_some()
    }

    /// A line that was to choose a room did so, or did not.
    pub fn set_astray(&mut self, is_astray: bool) {
        self.astray = is_astray.then(|| self.astray.unwrap_or(false));
    }

    /// Whether that is to be told: with the first line that is not said.
    pub fn tell_astray(&mut self) -> bool {
        self.astray.as_mut().is_none_or(|told| !std::mem::replace(told, true))
    }

    /// Whether it is to be told where it stays that something typed is no UTF-8: the first time.
    pub fn tell_not_utf8(&mut self) -> bool {
        !std::mem::replace(&mut self.told_not_utf8, true)
    }

    /// Takes the draft away for sending and puts it into the history of sent lines.
    #[must_use = "the draft is nowhere else but in the history"]
    pub fn take(&mut self) -> String {
        let text = self.composer.take();
        self.changes.draw_input();
        self.changes.save();
        text
    }

    /// A message is stored that says this. Says whether it was typed here, alone or `in_part`.
    pub fn note_stored(&mut self, said: &str, seq: Seq, in_part: bool) -> bool {
        self.composer.note_stored(said, seq, in_part)
    }

    /// A message is deleted: the line it was typed as goes. Says whether there was one.
    pub fn forget_sent(&mut self, seq: Seq) -> bool {
        let is_gone = self.composer.forget_sent(seq);
        if is_gone {
            self.changes.draw_input();
        }
        is_gone
    }

    /// Puts text before the draft, and the caret at the end.
    pub fn prepend(&mut self, text: &str) {
        self.composer.prepend(text);
        self.edited();
    }

    /// The draft is another one: it is kept within a second, and one that was erased is not kept any more.
    fn edited(&mut self) {
        self.changes.draw_input();
        if !self.composer.is_empty() {
            self.changes.save_within(KEEP_WITHIN);
        } else if self.is_kept {
            self.changes.save();
        }
    }

    /// The profile has the draft as it is now.
    pub fn kept(&mut self) {
        self.is_kept = !self.composer.is_empty();
    }

    /// [`Composer::keep_within`].
    pub fn keep_within(&mut self, bytes: usize) {
        self.composer.keep_within(bytes);
    }

    /// Forgets what can be undone and yanked, of a room that is left.
    pub fn forget_beside(&mut self) {
        self.composer.forget_beside();
    }

    /// Lends the editor, to swap it with the one of another room. `swap` says whether it did.
    pub fn swap(&mut self, swap: impl FnOnce(&mut Composer) -> bool) -> bool {
        let is_swapped = swap(&mut self.composer);
        if is_swapped {
            self.is_kept = true;
            self.changes.draw_input();
        }
        is_swapped
    }

    /// Puts the current candidate of a completion into the draft, and keeps the completion while there is another one.
    pub fn put_completion(&mut self, completion: Completion) {
        if completion.put_into(&mut self.composer) {
            self.edited();
        }
        self.completion = Some(completion).filter(|completion| completion.candidates.len() > 1);
        self.changes.draw_input();
    }

    /// Ends the completion, which leaves the draft as it is. Gives it back.
    pub fn end_completion(&mut self) -> Option<Completion> {
        let ended = self.completion.take();
        if ended.is_some() {
            self.changes.draw_input();
        }
        ended
    }
}
