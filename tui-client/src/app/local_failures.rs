//! What the shell could not do, told to the person.

use super::App;
use super::timeline::Level;
use crate::event::LocalFailure;

impl App {
    /// Tells of it: what lasts in the scrollback, what only concerns the last key in the status line.
    pub(super) fn on_local_failure(&mut self, failure: &LocalFailure) {
        let text = self.lang().local_failure(failure);
        match failure {
            LocalFailure::ProfileDamaged(_) => self.notice(&text, Level::Warning),
            LocalFailure::ProfileUnwritten(_) => {
                self.session.set_unsaved(true);
                self.notice(&text, Level::Warning);
            }
            LocalFailure::ProfileWritten => {
                self.session.set_unsaved(false);
                self.notice(&text, Level::Info);
            }
            LocalFailure::NoJobControl => self.hint(text, Level::Info),
        }
    }
}
