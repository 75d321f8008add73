//! Interned senders: everybody who has an entry is kept once, and entries share a pointer. Senders without entries are
//! swept out when the pool has doubled.

use std::collections::HashSet;
use std::sync::Arc;

use shared::Sender;

use crate::app::memory_budget::ALLOCATION;

/// The table of senders: an entry holds a pointer into it.
#[derive(Debug, Default)]
pub(super) struct SenderPool {
    known: HashSet<Arc<Sender>>,
    /// Whoever spoke last often speaks next.
    last: Option<Arc<Sender>>,
    /// How many there were after the last sweep.
    swept: usize,
}

impl SenderPool {
    /// A table smaller than this is not worth sweeping.
    const FEW: usize = 256;

    /// The one copy of `sender`.
    pub(super) fn intern(&mut self, sender: &Sender) -> Arc<Sender> {
        if let Some(last) = self.last.as_ref().filter(|last| &***last == sender) {
            return Arc::clone(last);
        }
        let found = self.known.get(sender).cloned();
        let one = found.unwrap_or_else(|| self.add(sender));
        self.last = Some(Arc::clone(&one));
        one
    }

    fn add(&mut self, sender: &Sender) -> Arc<Sender> {
        if self.known.len() > 2 * self.swept.max(Self::FEW) {
            self.known.retain(|one| Arc::strong_count(one) > 1);
            self.swept = self.known.len();
        }
        let one = Arc::new(sender.clone());
        self.known.insert(Arc::clone(&one));
        one
    }

    /// Forgets senders without entries.
    pub(super) fn sweep(&mut self) {
        self.last = None;
        self.known.retain(|one| Arc::strong_count(one) > 1);
        self.known.shrink_to_fit();
        self.swept = self.known.len();
    }

    /// What a sender takes, as far as it is the same for all and those without entries are counted.
    pub(super) const EACH: usize = size_of::<Sender>() + 2 * ALLOCATION + 2 * size_of::<Arc<Sender>>();

    /// Bytes on the heap, estimated: with a name of ordinary length.
    pub(super) fn rough_bytes(&self) -> usize {
        self.known.len() * (Self::EACH + 24)
    }

    /// Bytes on the heap, estimated.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let each = |one: &Arc<Sender>| {
            size_of::<Sender>() + 16 + one.name.as_str().len() + 16 + 2 * size_of::<Arc<Sender>>()
        };
        self.known.iter().map(each).sum()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}
