//! What the shell could not do, told to the person.

use super::App;
use super::timeline::Level;
use crate::event::Trouble;

impl App {
    /// Tells of it: what lasts in the scrollback, what only concerns the last key in the status line.
    pub(super) fn on_trouble(&mut self, trouble: &Trouble) {
        let text = self.lang().trouble(trouble);
        match trouble {
            Trouble::ProfileDamaged(_) | Trouble::ProfileUnwritten(_) => self.notice(&text, Level::Warning),
            Trouble::NoJobControl => self.hint(text, Level::Info),
        }
    }
}
