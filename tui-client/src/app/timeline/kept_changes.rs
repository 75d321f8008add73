//! Edits, deletions and reactions that came before the message they are about, which a page of the history may bring later.

use std::collections::VecDeque;

use shared::{Event, Kind, Seq};

use crate::app::memory_budget::{self, Bytes as _};

/// Changes of messages that are not here, in the order they came. Beyond a number of them the oldest go.
#[derive(Debug, Default)]
pub(super) struct KeptChanges(VecDeque<Event>);

impl KeptChanges {
    /// Keeps a change. Says how many bytes there are more, and how many went with the oldest.
    pub(super) fn keep(&mut self, change: &Event) -> (usize, usize) {
        // Of what is deleted no text is kept.
        let is_deleted = matches!(change.kind, Kind::Delete(_));
        let taken = if is_deleted { change.kind.of().map(|of| self.take(of)) } else { None };
        let over = self.0.len() >= memory_budget::CHANGES;
        let oldest = over.then(|| self.0.pop_front()).flatten();
        let gone = taken.iter().flatten().chain(&oldest).map(Event::bytes).sum();
        self.0.push_back(change.clone());
        (change.bytes(), gone)
    }

    /// The changes of a message that arrived.
    pub(super) fn take(&mut self, of: Seq) -> Vec<Event> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let (taken, rest) =
            std::mem::take(&mut self.0).into_iter().partition(|change| change.kind.of() == Some(of));
        self.0 = rest;
        Vec::from(taken)
    }

    /// Forgets all. Says how many bytes are free.
    pub(super) fn clear(&mut self) -> usize {
        std::mem::take(&mut self.0).iter().map(Event::bytes).sum()
    }
}
