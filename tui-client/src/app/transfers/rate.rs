//! How fast a transfer moves: what was done in the last seconds, so that it follows a change and does not jump.

use std::collections::VecDeque;

use shared::Millis;

/// Over how long it is measured, in milliseconds.
const WINDOW: Millis = 5_000;
/// The shortest time that says anything, in milliseconds.
const LEAST: Millis = 500;
/// The most measurements kept: more than come in the window.
const MOST: usize = 32;

/// What was done when.
#[derive(Clone, Debug, Default)]
pub(super) struct Rate(VecDeque<(Millis, u64)>);

impl Rate {
    /// So many bytes are done now. Says how many that is in a second, once it can be said.
    pub(super) fn note(&mut self, now: Millis, done: u64) -> Option<u64> {
        self.0.push_back((now, done));
        while self.0.len() > 2
            && (self.0.len() > MOST || self.0.get(1).is_some_and(|(at, _)| now.saturating_sub(*at) >= WINDOW))
        {
            self.0.pop_front();
        }
        let (since, before) = *self.0.front()?;
        let time = u64::try_from(now.saturating_sub(since)).ok()?;
        if now.saturating_sub(since) < LEAST {
            return None;
        }
        done.checked_sub(before)?.saturating_mul(1_000).checked_div(time)
    }
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let mut rate = Rate::default();
        assert_eq!(rate.note(0, 1_000_000), None, "what was there before does not count");
        assert_eq!(rate.note(200, 1_200_000), None);
        for at in 3..=50 {
            assert_eq!(rate.note(at * 200, 1_000_000 + at.unsigned_abs() * 200_000), Some(1_000_000));
        }
        let mut last = None;
        for at in 51..=80 {
            last = rate.note(at * 200, 11_000_000);
        }
        assert_eq!(last, Some(0));
    }
}
