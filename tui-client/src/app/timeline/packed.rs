//! Packed messages: the texts of messages that stand beside each other in the log lie in one allocation, with their senders,
//! so that a message of the scrollback costs its text and an entry. `packing` packs them.

use std::sync::Arc;

use shared::Sender;

use crate::app::memory_budget::ALLOCATION;

/// The texts of a run of messages, and who wrote them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) texts: Box<str>,
    pub(super) senders: Box<[Arc<Sender>]>,
}

/// A message in a [`Run`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) run: Arc<Run>,
    pub(super) start: u16,
    pub(super) length: u16,
    pub(super) sender: u16,
    /// Its other values leave room to tell what else an entry may be.
    pub(super) action: bool,
}

impl Packed {
    pub(super) fn text(&self) -> &str {
        let start = usize::from(self.start);
        self.run.texts.get(start..start + usize::from(self.length)).unwrap_or_default()
    }

    pub(super) fn sender(&self) -> Option<&Arc<Sender>> {
        self.run.senders.get(usize::from(self.sender))
    }

    /// The bytes that are free when this message goes: those of the whole run for its last one.
    pub(super) fn bytes(&self) -> usize {
        if Arc::strong_count(&self.run) > 1 { 0 } else { self.run.bytes() }
    }

    /// Which run it is in, and the bytes of that.
    #[cfg(test)]
    pub(super) fn run_and_bytes(&self) -> (*const Run, usize) {
        (Arc::as_ptr(&self.run), self.run.bytes())
    }
}

impl Run {
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + 3 * ALLOCATION + self.texts.len() + size_of_val(&*self.senders)
    }
}
