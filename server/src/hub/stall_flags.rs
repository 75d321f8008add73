//! Whether the order of a cluster stands, as far as those must know who propose to it, and what people were told of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// How often it is looked.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often people are told again that it stands.
const TELL_EVERY: Duration = Duration::from_secs(30);

/// Whether nothing new is taken, for those who propose.
#[derive(Clone, Debug, Default)]
pub struct Standstill {
    holds: Arc<AtomicBool>,
    sends_elsewhere: Arc<AtomicBool>,
}

impl Standstill {
    /// Whether nothing new is taken now.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.holds.load(Ordering::Relaxed)
    }

    pub(super) fn set(&self, holds: bool) {
        self.holds.store(holds, Ordering::Relaxed);
    }

    /// Whether nobody is let in now, since nobody knows when the greeting would be carried out, and there are other nodes.
    #[must_use]
    pub fn sends_elsewhere(&self) -> bool {
        self.sends_elsewhere.load(Ordering::Relaxed)
    }

    pub(super) fn set_elsewhere(&self, sends: bool) {
        self.sends_elsewhere.store(sends, Ordering::Relaxed);
    }
}

/// What was told of it.
#[derive(Debug)]
pub(super) struct Stalled {
    pub(super) look_at: Instant,
    /// When they were told last that it stands; nothing while it does not.
    pub(super) told_at: Option<Instant>,
}

impl Stalled {
    pub(super) fn new() -> Self {
        Self { look_at: Instant::now() + LOOK_EVERY, told_at: None }
    }

    /// Whether people are to be told how it is, and whether it changed.
    pub(super) fn tells(&mut self, stands: bool, now: Instant) -> Option<bool> {
        let changes = self.told_at.is_some() != stands;
        if !changes && self.told_at.is_none_or(|told_at| now - told_at < TELL_EVERY) {
            return None;
        }
        self.told_at = stands.then_some(now);
        Some(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_it_stands_is_told_again_while_it_lasts() {
        let (mut stalled, began) = (Stalled::new(), Instant::now());
        let mut tells = |stands, s| stalled.tells(stands, began + Duration::from_secs(s));
        assert_eq!(tells(false, 0), None);
        assert_eq!((tells(true, 1), tells(true, 30)), (Some(true), None));
        assert_eq!((tells(true, 31), tells(true, 60), tells(true, 61)), (Some(false), None, Some(false)));
        assert_eq!((tells(false, 62), tells(false, 100)), (Some(true), None));
    }
}
