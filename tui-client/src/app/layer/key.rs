//! The prompt for the admin key. What is typed is nowhere else: not in the draft, its history, the state file, a log or on
//! the screen, which shows dots. It must not be kept after Enter.

use std::fmt;

use shared::ClientMsg;
use shared::client_msg::Auth;

use super::{Choice, Heard, closes, is_global};
use crate::app::App;
use crate::app::request::Asked;
use crate::event::{Code, Key};

/// The longest key that is taken, in characters; what the server reads in a line is longer.
const LONGEST: usize = 512;

/// The prompt.
#[derive(Default)]
pub struct KeyPrompt {
    key: String,
}

impl fmt::Debug for KeyPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPrompt(…)")
    }
}

impl KeyPrompt {
    /// How many characters were typed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.key.chars().count()
    }

    /// Whether nothing was typed yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.key.is_empty()
    }

    pub(super) fn on_key(&mut self, key: Key, app: &App) -> Heard {
        if is_global(key) {
            return Heard::Passed;
        }
        if closes(key) {
            return Heard::Closed;
        }
        match (key.code, key.typed()) {
            (Code::Enter, _) => return self.entered(app),
            (Code::Backspace, _) => drop(self.key.pop()),
            (Code::Char('u'), None) if key.ctrl => self.key.clear(),
            (_, Some(c)) => self.put(c),
            (_, None) => {}
        }
        Heard::Kept
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        text.trim().chars().for_each(|c| self.put(c));
    }

    fn put(&mut self, c: char) {
        if !c.is_control() && self.len() < LONGEST {
            self.key.push(c);
        }
    }

    fn entered(&mut self, app: &App) -> Heard {
        if self.is_empty() {
            return Heard::Closed;
        }
        if !app.link().is_online() {
            return Heard::Kept;
        }
        let key = std::mem::take(&mut self.key);
        Heard::Chosen(Choice::Ask(Box::new((Asked::Auth, ClientMsg::Auth(Auth { key })))))
    }
}
