//! Whether the wall clock may be believed when something is deleted by its age: what was deleted cannot be brought back, and
//! a clock may be far ahead after a start or a bad correction.
//!
//! The time goes on from the last reading that was believed as fast as the server runs. A reading that is up to a day ahead
//! of that is believed. One that is further ahead is doubted, and becomes the time only when the clock went on from there
//! for most of a day; until then ages go by the old time. A server that was stopped for weeks is doubted the same way, for
//! nothing tells that apart from a clock that is wrong; it deletes a day later. A clock that is behind deletes less, which
//! harms nothing.

use std::time::Duration;

use shared::Millis;

use super::step::Reading;

/// How far ahead of the time that is believed a reading may be.
const LEAP_MS: Millis = 24 * HOUR_MS;
/// How long, in uptime, a clock must go on from a doubted reading. Less than a day, for a machine that is started daily.
const BELIEVED_AFTER: Duration = Duration::from_hours(20);
const HOUR_MS: Millis = 60 * 60 * 1000;

/// What is believed of the clock.
#[derive(Debug)]
pub(super) struct ClockTrust {
    /// The last reading that was believed.
    believed: Option<Reading>,
    /// The first reading of those that are doubted.
    doubted: Option<Reading>,
}

impl ClockTrust {
    /// By when the server was seen alive last, if it was, counted from the start of this one.
    pub(super) fn since(seen: Option<Millis>) -> Self {
        let believed = seen.map(|now| Reading { uptime: Duration::ZERO, now });
        Self { believed, doubted: None }
    }

    /// The time that ages are measured by.
    pub(super) fn believe(&mut self, reading: Reading) -> Millis {
        let Some(before) = self.believed else {
            self.believed = Some(reading);
            return reading.now;
        };
        let expected = before.after(reading.uptime);
        let ahead = reading.now.saturating_sub(expected);
        if ahead <= LEAP_MS {
            if self.doubted.take().is_some() {
                tracing::warn!("the clock is right again; what was said is deleted by its age as before");
            }
            if ahead >= 0 {
                self.believed = Some(reading);
            }
            return reading.now;
        }
        match self.doubted {
            Some(first) if (reading.now - first.after(reading.uptime)).abs() <= HOUR_MS => {
                if reading.uptime.saturating_sub(first.uptime) < BELIEVED_AFTER {
                    return expected;
                }
                (self.believed, self.doubted) = (Some(reading), None);
                reading.now
            }
            Some(_) | None => {
                tracing::warn!(
                    days_ahead = ahead / (24 * HOUR_MS),
                    "the clock is far ahead of when this server ran last; nothing is deleted by it until it has gone on \
                     so for 20 hours"
                );
                self.doubted = Some(reading);
                expected
            }
        }
    }

    /// When the server was seen alive last, by the time that is believed.
    pub(super) fn seen(&self, uptime: Duration) -> Option<Millis> {
        Some(self.believed?.after(uptime))
    }
}

impl Reading {
    /// What time it is at another uptime, if the clock is right.
    fn after(self, uptime: Duration) -> Millis {
        let passed = uptime.saturating_sub(self.uptime).as_millis();
        self.now.saturating_add(Millis::try_from(passed).unwrap_or(Millis::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_795_248_867_000;
    const DAY: Millis = 24 * HOUR_MS;

    /// What is believed at these hours of uptime with the clock wrong by so many days, as days from the right time.
    #[track_caller]
    fn check(seen_days_ago: Option<i64>, readings: &[(u64, i64)], believed: &[i64]) {
        let mut trust = ClockTrust::since(seen_days_ago.map(|days| NOW - days * DAY));
        let days = readings.iter().map(|&(hour, wrong)| {
            let right = NOW + Millis::try_from(hour).unwrap() * HOUR_MS;
            let reading = Reading { uptime: Duration::from_hours(hour), now: right + wrong * DAY };
            (trust.believe(reading) - right) / DAY
        });
        assert_eq!(days.collect::<Vec<_>>(), believed, "{readings:?}");
    }

    #[test]
    fn a_clock_that_is_far_ahead_is_believed_when_it_stays_so_for_most_of_a_day() {
        check(Some(0), &[(0, 0), (1, 60), (2, 60), (20, 60), (21, 60), (22, 60)], &[0, 0, 0, 0, 60, 60]);
        // Ahead for hours, then right again.
        check(Some(0), &[(0, 0), (1, 60), (10, 60), (11, 0), (40, 0)], &[0, 0, 0, 0, 0]);
        // Elsewhere in between: it must stay where it is.
        check(Some(0), &[(0, 0), (1, 60), (20, 90), (22, 60), (41, 60), (42, 60)], &[0, 0, 0, 0, 0, 60]);
    }

    #[test]
    fn a_start_with_a_wrong_clock_goes_by_when_the_server_ran_last() {
        check(Some(0), &[(0, 60), (1, 60), (2, 0)], &[0, 0, 0]);
        check(Some(60), &[(0, 0), (19, 0), (20, 0)], &[-60, -60, 0]);
        check(None, &[(0, 60), (1, 60)], &[60, 60]);
    }

    #[test]
    fn a_day_is_no_leap_and_a_clock_that_is_behind_is_taken_as_it_is() {
        check(Some(0), &[(0, 1), (1, 1)], &[1, 1]);
        check(Some(0), &[(0, 0), (1, -60), (100, -60), (101, 0)], &[0, -60, -60, 0]);
    }
}
