//! What the shell could not do, told to the person.

use super::App;
use super::timeline::Level;
use crate::event::LocalFailure;

impl App {
    /// Tells of it: what lasts in the scrollback, what only concerns the last key in the status line.
    pub(super) fn on_local_failure(&mut self, failure: &LocalFailure) {
        let text = self.lang().local_failure(failure);
        match failure {
            LocalFailure::ProfileDamaged(_)
            | LocalFailure::LocaleNotUtf8
            | LocalFailure::SettingsUnwritten(_)
            | LocalFailure::NoSettingsFile
            | LocalFailure::Hook(..) => {
                self.notice(&text, Level::Warning);
            }
            LocalFailure::ProfileUnwritten(_) => {
                self.session.set_unsaved(true);
                self.notice(&text, Level::Warning);
            }
            LocalFailure::ProfileWritten => {
                self.session.set_unsaved(false);
                self.notice(&text, Level::Info);
            }
            // Once where it stays; whoever goes on typing so is told in passing.
            LocalFailure::InputNotUtf8 if self.input.tell_not_utf8() => self.notice(&text, Level::Warning),
            LocalFailure::InputNotUtf8 if self.has_no_draft() => {}
            LocalFailure::InputNotUtf8 => self.hint(text, Level::Warning),
            LocalFailure::NotHere | LocalFailure::NoJobControl => self.hint(text, Level::Info),
        }
    }
}
