//! The countdown to the server's end: how long it is, and when it shows another second. It must not start or stop one.

use shared::event::Countdown as Told;
use shared::{Line, Millis, Name, Uid};

use super::App;

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

impl App {
    /// The countdown that runs.
    #[must_use]
    pub fn countdown(&self) -> Option<&Countdown> {
        self.countdown.as_ref()
    }

    /// The server tells of a countdown: `by` began it, or called it off.
    pub(super) fn on_countdown(&mut self, told: Option<&Told>, by: Option<(Option<Uid>, Name)>) {
        self.countdown = told.and_then(|told| {
            let wait = Millis::try_from(told.in_ms?).unwrap_or(Millis::MAX / 4);
            let until = self.now.saturating_add(wait);
            let by = told.by.clone().map(|name| (None, name)).or(by);
            Some(Countdown { until, restart: told.restart, reason: told.reason.clone(), by })
        });
        self.dirty.frame = true;
    }

    /// Another second, or the end: after that nothing wakes up for it any more.
    pub(super) fn tick_countdown(&mut self) {
        let Some(countdown) = &self.countdown else { return };
        self.dirty.frame = true;
        if self.now >= countdown.until {
            self.countdown = None;
        }
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
