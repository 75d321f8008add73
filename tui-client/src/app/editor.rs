//! Writing the draft in the person's own editor (Alt-E, Ctrl-X Ctrl-E, `/editor`): which draft that is, and what becomes of what was
//! written. The shell runs the editor, and the app goes on meanwhile.

use shared::RoomName;

use super::App;
use super::timeline::Level;
use crate::event::{EditorFailure, Written};

impl App {
    /// The draft that an editor gets, and the room it is of.
    #[must_use]
    pub fn draft(&self) -> (&RoomName, &str) {
        (&self.rooms.current().name, self.input.text())
    }

    /// An editor has ended: what was written is the draft, in one step that can be undone, and is not sent.
    pub(super) fn on_draft_written(&mut self, room: &RoomName, written: Result<Written, EditorFailure>) {
        let lang = self.lang();
        let Written { text, is_utf8 } = match written {
            Ok(written) => written,
            Err(why) => return self.hint(lang.editor_failed(&why), Level::Warning),
        };
        if self.rooms.current().name == *room {
            if self.input.text() != text {
                self.input.set_text(text);
            }
            let length = self.draft_length().filter(|length| length.over() > 0);
            if let Some(length) = length {
                self.hint(lang.draft_too_long(length), Level::Warning);
            }
        } else if let Some(room) = self.rooms.get_mut(room) {
            room.draft.set_text(text);
            let title = room.title(self.session.my_uid());
            self.session.changes.save();
            self.hint(lang.draft_is_in(&title), Level::Info);
        } else {
            // Somebody took us out of it meanwhile.
            self.session.keep_draft(room, text);
            self.hint(lang.draft_is_in(room.as_str()), Level::Info);
        }
        if !is_utf8 {
            self.hint(lang.written_not_utf8(), Level::Warning);
        }
    }
}
