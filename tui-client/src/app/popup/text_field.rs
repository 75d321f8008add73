//! The text field of every popup that has something to type into: one line, edited with the keys that edit the draft
//! (readline keys, undo, kill ring).

use crate::app::action::Action;
use crate::app::composer::{Composer, Edit, EditOutcome};
use crate::app::escape_sequences;
use crate::app::keymap::{KeyContext, Keymap};
use crate::event::Key;

/// A line of text in a popup.
#[derive(Debug, Default)]
pub struct TextField {
    composer: Composer,
}

impl TextField {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        self.composer.text()
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.composer.is_empty()
    }

    /// The editor, to draw it.
    #[must_use]
    pub fn composer(&self) -> &Composer {
        &self.composer
    }

    /// Replaces the text.
    pub fn set_text(&mut self, text: String) {
        self.composer.set_text(text);
    }

    /// Does what a key means in a line of text: typed characters are inserted, editing keys edit, anything that would
    /// make a second line is ignored. Says whether the text is different now.
    pub fn on_key(&mut self, key: Key, keymap: &Keymap) -> bool {
        let context = KeyContext { empty: self.is_empty(), selected: false };
        let edit = match (keymap.find(key, context), key.typed()) {
            (_, Some(c)) => Edit::Insert(c),
            (Some(Action::Edit(edit)), None) if edit != Edit::Newline => edit,
            (Some(_) | None, None) => return false,
        };
        self.apply(edit)
    }

    /// Inserts a paste as one line. Says whether the text is different now.
    pub fn on_paste(&mut self, text: &str) -> bool {
        let text = escape_sequences::strip(text);
        let line = text.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.apply(Edit::InsertText(line))
    }

    fn apply(&mut self, edit: Edit) -> bool {
        self.composer.apply(edit, u16::MAX) == EditOutcome::Edited
    }
}
