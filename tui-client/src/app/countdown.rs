//! The countdown to the server's shutdown: how many seconds are left, and when it shows another one.

use shared::event::Countdown as Told;
use shared::{Line, Millis, Name, Uid};

/// A countdown that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// When it is over, by the clock here.
    pub until: Millis,
    /// Whether the server will be back.
    pub restart: bool,
    /// Why; may be empty.
    pub reason: Line,
    /// Who began it: their number, where it is known, and their name.
    pub by: Option<(Option<Uid>, Name)>,
}

impl Countdown {
    /// The countdown the server tells of at `now`; `None` where it says that one was called off. `by` began it, unless the
    /// server names somebody.
    #[must_use]
    pub fn told(told: &Told, by: Option<(Option<Uid>, Name)>, now: Millis) -> Option<Self> {
        let wait = Millis::try_from(told.in_ms?).unwrap_or(Millis::MAX / 4);
        let by = told.by.clone().map(|name| (None, name)).or(by);
        let until = now.saturating_add(wait);
        Some(Self { until, restart: told.restart, reason: told.reason.clone(), by })
    }

    /// How many seconds are left, begun ones counted whole.
    #[must_use]
    pub fn seconds(&self, now: Millis) -> i64 {
        (self.until - now).max(0).saturating_add(999) / 1000
    }

    /// When it shows another second or is over.
    #[must_use]
    pub fn deadline(&self, now: Millis) -> Millis {
        self.until - (self.until - now - 1).max(0) / 1000 * 1000
    }
}

#[cfg(test)]
mod tests {
    use shared::Line;

    use super::Countdown;

    #[test]
    fn a_countdown_wakes_once_a_second() {
        let countdown = Countdown { until: 10_000, restart: false, reason: Line::default(), by: None };
        for (now, seconds, next) in
            [(0, 10, 1_000), (7_500, 3, 8_000), (8_000, 2, 9_000), (9_000, 1, 10_000), (9_999, 1, 10_000)]
        {
            assert_eq!((countdown.seconds(now), countdown.deadline(now)), (seconds, next), "at {now}");
        }
        assert_eq!(countdown.seconds(10_000), 0);
    }
}
