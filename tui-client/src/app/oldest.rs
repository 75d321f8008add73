//! Ctrl-Home: to the oldest message of the room. The page at the beginning is asked for by itself, whatever lies between;
//! that is paged when the reader comes near. Until it has come the status line says so, the view stays where it is, and Esc
//! keeps it there.

use shared::client_msg::History;
use shared::server_msg::Answer;
use shared::{ClientMsg, RoomName, Seq};

use super::App;
use super::history_paging::PAGE;
use super::pending_requests::Purpose;
use super::timeline::Level;

impl App {
    /// Goes to the oldest message there is.
    pub(super) fn go_to_oldest(&mut self) {
        let room = self.rooms.current();
        if !room.timeline.has_older() || !room.joined {
            return self.show_oldest();
        }
        if !self.connection.is_online() {
            self.show_oldest();
            return self.hint(self.lang().needs_connection(), Level::Warning);
        }
        if self.rooms.seeks_oldest() {
            return;
        }
        let room = self.rooms.current_mut().name.clone();
        self.rooms.seeking = Some(room.clone());
        let limit = Some(self.session.limits().page_events.min(PAGE));
        let asked = Purpose::Oldest(room.clone());
        let history = History { after: Some(Seq::ZERO), limit, ..History::newest(room) };
        self.request(asked, ClientMsg::History(history));
    }

    /// The page at the beginning of a room has come.
    pub(super) fn on_oldest(&mut self, name: &RoomName, answer: &Answer) {
        if self.rooms.seeking.take_if(|seeking| seeking == name).is_none() {
            return;
        }
        let Some(room) = self.rooms.history_mut(name) else { return };
        let page = answer.events.as_deref().unwrap_or_default();
        room.insert_around(page, false);
        if self.rooms.current().name == *name {
            self.show_oldest();
        }
    }

    /// The reader stays where they are, or the page cannot be had. Says whether one was on its way.
    pub(super) fn stop_seeking(&mut self) -> bool {
        let is_seeking = self.rooms.seeks_oldest();
        if is_seeking {
            self.rooms.seeking = None;
            self.rooms.changes.draw();
        }
        is_seeking
    }

    fn show_oldest(&mut self) {
        let viewport = self.viewport();
        self.rooms.move_reader(|timeline| timeline.to_top(&viewport));
        self.mark_seen();
    }
}
