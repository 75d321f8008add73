//! What every list to choose from has: a field to narrow it by typing, and the item that is selected. What the items are, and what
//! choosing one does, is the popup's.

use super::text_field::TextField;
use crate::app::keymap::Keymap;
use crate::event::{Code, Key};

/// The field and the place in the list.
#[derive(Debug, Default)]
pub struct Choices {
    /// What was typed.
    pub query: TextField,
    /// Which of the matching items is selected.
    pub at: usize,
}

impl Choices {
    /// A list of so many items: moves in it, from one end to the other, or narrows it.
    pub(super) fn on_key(&mut self, key: Key, count: usize, keymap: &Keymap) {
        match key.code {
            Code::Up => self.at = turn(self.at, count, false),
            Code::Down | Code::Tab => self.at = turn(self.at, count, true),
            Code::Enter
            | Code::Char(_)
            | Code::F(_)
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Left
            | Code::Right
            | Code::Home
            | Code::End
            | Code::PageUp
            | Code::PageDown => {
                if self.query.on_key(key, keymap) {
                    self.at = 0;
                }
            }
        }
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        if self.query.on_paste(text) {
            self.at = 0;
        }
    }
}

/// The item before or after one of a list, from one end to the other.
pub(super) fn turn(at: usize, count: usize, down: bool) -> usize {
    let count = count.max(1);
    (at + if down { 1 } else { count - 1 }) % count
}
