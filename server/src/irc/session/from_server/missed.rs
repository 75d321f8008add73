//! Events that were not sent: they are paged from the last one that was seen, and shown as they come. What happens in the room
//! meanwhile is only noted by its place, for its page comes as well; so nothing is kept and the order is the room's.

use shared::client_msg::History;
use shared::server_msg::Gap;
use shared::{ClientMsg, Event, RoomName, Seq};

use crate::irc::session::pending::Purpose;
use crate::irc::session::state::State;

impl State {
    pub(super) fn on_gap(&mut self, gap: &Gap) {
        self.page_missed(&gap.room, gap.before);
    }

    /// Events up to this one are missing in a room.
    pub(super) fn page_missed(&mut self, name: &RoomName, up_to: Seq) {
        let Some(room) = self.rooms.get_mut(name) else { return };
        let pages_already = room.missed_up_to.is_some();
        room.missed_up_to = Some(room.missed_up_to.unwrap_or_default().max(up_to));
        if !pages_already {
            self.ask_for_missed(name);
        }
    }

    fn ask_for_missed(&mut self, name: &RoomName) {
        let Some(room) = self.rooms.get(name) else { return };
        let history = History { after: Some(room.seen), ..History::newest(name.clone()) };
        self.ask(ClientMsg::History(history), Purpose::Missed(name.clone()));
    }

    /// The newest page of what came while the client was away.
    pub(super) fn on_replay(&mut self, name: &RoomName, since: Seq, events: &[Event], more: bool) {
        if Self::is_cut(since, events, more) {
            self.tell_cut(name);
        }
        self.on_missed(name, events, false);
    }

    /// A page came.
    pub(super) fn on_missed(&mut self, name: &RoomName, events: &[Event], more: bool) {
        let newest = events.last().map(|event| event.seq);
        for event in events {
            self.on_event_in_order(event);
        }
        let Some(room) = self.rooms.get_mut(name) else { return };
        // The event that a gap ends before may not exist yet, so the end of the log is an end, too.
        let up_to = room.missed_up_to.unwrap_or_default();
        if more && newest.is_some() || newest.is_some() && room.seen < up_to {
            return self.ask_for_missed(name);
        }
        // What was not to be had is passed over.
        room.seen = room.seen.max(room.head);
        room.missed_up_to = None;
    }

    /// A page was refused: what it would have shown is not to be had.
    pub(super) fn on_missed_refused(&mut self, name: &RoomName) {
        if let Some(room) = self.rooms.get_mut(name) {
            room.seen = room.seen.max(room.missed_up_to.take().unwrap_or_default());
        }
    }
}
