//! `/read`: everything is read, in all rooms.

use crate::app::App;
use crate::app::timeline::Level;

impl App {
    #[expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]
    pub(super) fn run_read(&mut self) -> Result<(), String> {
        self.read_all();
        Ok(())
    }

    /// Marks everything as read, also what was not counted yet.
    pub(in crate::app) fn read_all(&mut self) {
        let (mut messages, mut rooms) = (0, 0);
        for room in self.rooms.list_mut() {
            messages += room.unread;
            rooms += usize::from(room.unread > 0);
            room.mark_read();
            room.timeline.set_read(None);
        }
        // The next start must not find it unread again, however this one ends.
        self.rooms.changes.save();
        self.hint(self.lang().read_all(messages, rooms), Level::Info);
    }
}
