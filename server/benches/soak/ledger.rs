//! What was said, what was acknowledged and what anybody saw: by this it is known whether something was lost, doubled or
//! in another order for somebody.

use std::collections::HashMap;
use std::time::Instant;

use super::received::Happened;

/// Faults beyond so many are only counted.
const TOLD_FAULTS: usize = 20;

/// All of it.
#[derive(Default)]
pub(crate) struct Ledger {
    messages: Vec<Message>,
    rooms: HashMap<String, Room>,
    faults: Vec<String>,
    fault_count: usize,
}

/// A message of somebody.
pub(crate) struct Message {
    pub(crate) room: String,
    /// When it was sent first.
    pub(crate) sent: Instant,
    /// Whether it was sent again.
    pub(crate) again: bool,
    acked: Option<u64>,
    seen: Option<u64>,
}

#[derive(Default)]
struct Room {
    /// What stands at a seq, whoever sees it.
    marks: HashMap<u64, u64>,
    newest: u64,
}

impl Ledger {
    /// Somebody sends a message; returns its number.
    pub(crate) fn say(&mut self, room: &str, now: Instant) -> usize {
        let message = Message { room: room.to_owned(), sent: now, again: false, acked: None, seen: None };
        self.messages.push(message);
        self.messages.len() - 1
    }

    /// A message.
    pub(crate) fn message(&mut self, number: usize) -> Option<&mut Message> {
        self.messages.get_mut(number)
    }

    /// A message was acknowledged.
    pub(crate) fn acked(&mut self, number: usize, seq: Option<u64>) {
        let Some(message) = self.messages.get_mut(number) else { return };
        let before = message.acked.replace(seq.unwrap_or(0));
        if seq.is_none() || before.is_some_and(|before| Some(before) != seq) {
            self.fault(format!("message {number} was acknowledged as {seq:?}, and as {before:?} before"));
        }
    }

    /// Somebody saw an event.
    pub(crate) fn seen(&mut self, event: &Happened) {
        if !self.rooms.contains_key(&event.room) {
            self.rooms.insert(event.room.clone(), Room::default());
        }
        let Some(room) = self.rooms.get_mut(&event.room) else { return };
        room.newest = room.newest.max(event.seq);
        let mark = event.mark();
        if *room.marks.entry(event.seq).or_insert(mark) != mark {
            self.fault(format!("{} {} is not the same for everybody", event.room, event.seq));
        }
        let Some(number) = event.message() else { return };
        let Some(message) = self.messages.get_mut(number) else { return };
        let before = message.seen.replace(event.seq);
        if before.is_some_and(|before| before != event.seq) {
            self.fault(format!("message {number} stands at {before:?} and at {}", event.seq));
        }
    }

    /// The newest event that anybody saw in a room.
    pub(crate) fn newest(&self, room: &str) -> u64 {
        self.rooms.get(room).map_or(0, |room| room.newest)
    }

    /// Something is not as it must be.
    pub(crate) fn fault(&mut self, what: String) {
        self.fault_count += 1;
        if self.faults.len() < TOLD_FAULTS {
            self.faults.push(what);
        }
    }

    /// What is not as it must be, and how much there is of it.
    pub(crate) fn faults(&self) -> (&[String], usize) {
        (&self.faults, self.fault_count)
    }

    /// How many messages were sent, acknowledged, and acknowledged without having been seen where they stand.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let acked = self.messages.iter().filter(|message| message.acked.is_some());
        let lost = acked.clone().filter(|message| message.seen != message.acked);
        (self.messages.len(), acked.count(), lost.count())
    }

    /// How many messages were sent to each room from some moment on.
    pub(crate) fn said_since(&self, since: Instant) -> HashMap<&str, u64> {
        let mut counts = HashMap::new();
        for message in self.messages.iter().rev().take_while(|message| message.sent >= since) {
            *counts.entry(message.room.as_str()).or_default() += 1;
        }
        counts
    }
}
