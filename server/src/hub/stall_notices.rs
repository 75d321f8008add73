//! When people are told that the order of a cluster stands: as soon as that is seen, again every now and then while it lasts, and
//! when it goes on. `order_stall` does it.

use std::time::Duration;

use tokio::time::Instant;

/// How often it is looked.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often people are told again that it stands.
const TELL_EVERY: Duration = Duration::from_secs(30);

/// When it is looked, and what was told.
#[derive(Debug)]
pub(super) struct StallNotices {
    /// When it is looked next whether the order stands.
    pub(super) look_at: Instant,
    /// When they were told last that it stands; nothing while it does not.
    pub(super) told_at: Option<Instant>,
}

impl StallNotices {
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
        let (mut stalled, began) = (StallNotices::new(), Instant::now());
        let mut tells = |stands, s| stalled.tells(stands, began + Duration::from_secs(s));
        assert_eq!(tells(false, 0), None);
        assert_eq!((tells(true, 1), tells(true, 30)), (Some(true), None));
        assert_eq!((tells(true, 31), tells(true, 60), tells(true, 61)), (Some(false), None, Some(false)));
        assert_eq!((tells(false, 62), tells(false, 100)), (Some(true), None));
    }
}
