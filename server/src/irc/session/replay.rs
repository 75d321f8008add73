//! What a client missed that logs in again and knows nothing of history (`draft/chathistory`): behind its `JOIN` it is shown what was
//! said since it went, with the time where it speaks `server-time`. At most one page for each room, the newest.

use shared::client_msg::History;
use shared::server_msg::RoomState;
use shared::{ClientMsg, Event, RoomName, Seq};

use super::caps::Cap;
use super::pending::Purpose;
use super::rooms::channel;
use super::state::{Phase, State};
use crate::irc::line::Line;
use crate::irc_positions::Seen;

/// The most events that are shown again of a room.
const MOST: usize = 100;

impl State {
    /// How far the client has read: of the lobby only while it is shown.
    pub(crate) fn positions(&self) -> Seen {
        let read = self.rooms.iter().filter(|(name, room)| room.shown || name.pair().is_some());
        let mut seen: Seen = read.map(|(name, room)| (name.clone(), room.seen)).collect();
        // What was never shown this time stays where it was.
        for (name, at) in &self.resume {
            seen.entry(name.clone()).or_insert(*at);
        }
        seen
    }

    /// Shows what came into a room since the client was here last.
    pub(crate) fn replay(&mut self, name: &RoomName) {
        if let Some(since) = self.resume.remove(name) {
            self.replay_since(name, since);
        }
    }

    /// The same for what was said to the client alone: also by people who had never written to it before.
    pub(crate) fn replay_direct(&mut self, rooms: &[RoomState]) {
        let Some(newest) = self.resume.values().max().copied() else { return };
        for name in rooms.iter().map(|state| &state.name).filter(|name| name.pair().is_some()) {
            let since = self.resume.remove(name).unwrap_or(newest);
            self.replay_since(name, since);
        }
    }

    fn replay_since(&mut self, name: &RoomName, since: Seq) {
        // It would show a line twice.
        let asks_itself = self.caps.has(Cap::ChatHistory);
        let Some(room) = self.rooms.get_mut(name) else { return };
        if asks_itself || since >= room.seen || self.phase != Phase::Registered {
            return;
        }
        // What happened up to here is in what the client was shown of the room; it is only to be read.
        room.head = room.seen;
        room.missed_up_to = Some(room.seen);
        room.seen = since;
        let history = History { limit: Some(MOST), ..History::newest(name.clone()) };
        self.ask(ClientMsg::History(history), Purpose::Replay(name.clone(), since));
    }

    /// The newest page came: what of it is new to the client.
    pub(crate) fn is_cut(since: Seq, events: &[Event], more: bool) -> bool {
        more && events.first().is_some_and(|oldest| oldest.prev > since)
    }

    /// Tells that there is more than was shown.
    pub(crate) fn tell_cut(&mut self, name: &RoomName) {
        let is_direct = name.pair().is_some();
        let target = if is_direct { self.nick().to_owned() } else { channel(name) };
        let text = "there is more from before this that you have not seen";
        self.send(Line::new("NOTICE", [target, text.to_owned()]).from(self.server()));
    }
}
