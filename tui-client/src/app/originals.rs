//! Asks for the messages that answers in view answer and that are not here, to show their first words above the answers: a few
//! at a time, each once.

use shared::client_msg::History;
use shared::server_msg::Answer;
use shared::{ClientMsg, RoomName, Seq};

use super::App;
use super::pending_requests::Purpose;

/// How many are asked for at a time.
const AT_A_TIME: usize = 3;

impl App {
    /// Asks for the next ones.
    pub(super) fn request_originals(&mut self) {
        if !self.has_screen() {
            return;
        }
        let viewport = self.viewport();
        let room = self.rooms.current();
        if !room.joined {
            return;
        }
        let (name, wanted) = (room.name.clone(), room.timeline.originals_wanted(&viewport));
        for seq in wanted {
            if self.requests.originals() >= AT_A_TIME || !self.asks.may_ask(self.now) {
                // The others follow.
                self.rooms.changes.page();
                return;
            }
            self.asks.charge(self.now);
            self.rooms.current_mut().timeline.original_asked(seq);
            let room = name.clone();
            let asked = History { around: Some(seq), limit: Some(1), ..History::newest(room) };
            self.request(Purpose::Original { room: name.clone(), seq }, ClientMsg::History(asked));
        }
    }

    /// What is around an answered message has come.
    pub(super) fn on_original(&mut self, name: &RoomName, seq: Seq, answer: &Answer) {
        let Some(room) = self.rooms.history_mut(name) else { return };
        let events = answer.events.as_deref().unwrap_or_default();
        let original = events.iter().find(|event| event.seq == seq && event.room == *name);
        room.timeline.original_arrived(seq, original);
    }
}
