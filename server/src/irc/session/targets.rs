//! `CHATHISTORY TARGETS`: when something was said last in each room, for the rooms where that is between two times. The server is asked
//! for the newest page of one room after the other.

use shared::client_msg::History;
use shared::{Event, Kind, Millis, RoomName};

/// The most rooms that are looked at: as many as one person may be in, and as many conversations.
const MAX_ROOMS: usize = 100;
/// How many events back something must have been said, to be found: who only came and went since does not hide it.
const EVENTS: usize = 50;

/// The rooms that are being looked at.
#[derive(Debug)]
pub(crate) struct Targets {
    /// Those not looked at yet.
    rooms: Vec<RoomName>,
    after: Millis,
    before: Millis,
    limit: usize,
    found: Vec<(Millis, RoomName)>,
}

impl Targets {
    /// These rooms, where something was said last between the two times, whichever of the two is the later one.
    pub(crate) fn new(mut rooms: Vec<RoomName>, one: Millis, other: Millis, limit: usize) -> Self {
        rooms.truncate(MAX_ROOMS);
        Self { rooms, after: one.min(other), before: one.max(other), limit, found: Vec::new() }
    }

    /// The room to be looked at next.
    pub(crate) fn page(&mut self) -> Option<(RoomName, History)> {
        let room = self.rooms.pop().filter(|_| self.limit > 0)?;
        Some((room.clone(), History { limit: Some(EVENTS), ..History::newest(room) }))
    }

    /// Takes the newest page of a room.
    pub(crate) fn take(&mut self, room: RoomName, events: &[Event]) {
        let is_said = |event: &&Event| matches!(event.kind, Kind::Message(_) | Kind::Action(_));
        let newest = events.iter().rev().find(is_said).map(|event| event.at);
        if let Some(at) = newest.filter(|at| *at > self.after && *at < self.before) {
            self.found.push((at, room));
        }
    }

    /// What was found, the oldest first.
    pub(crate) fn finish(mut self) -> Vec<(Millis, RoomName)> {
        self.found.sort();
        self.found.truncate(self.limit);
        self.found
    }
}
