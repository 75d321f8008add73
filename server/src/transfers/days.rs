//! How much each identity has sent in the day that began with the first of it.

use std::collections::HashMap;
use std::time::Duration;

use shared::Uid;
use tokio::time::Instant;

const DAY: Duration = Duration::from_hours(24);

#[derive(Clone, Copy, Debug)]
struct Day {
    since: Instant,
    bytes: u64,
}

/// What was sent lately.
#[derive(Debug, Default)]
pub(super) struct Days(HashMap<Uid, Day>);

impl Days {
    /// Counts bytes that an identity has sent.
    pub(super) fn add(&mut self, uid: Uid, bytes: u64, now: Instant) {
        let day = self.0.entry(uid).or_insert(Day { since: now, bytes: 0 });
        if now >= day.since + DAY {
            *day = Day { since: now, bytes: 0 };
        }
        day.bytes = day.bytes.saturating_add(bytes);
    }

    /// How many it has sent, and in how long that is forgotten.
    pub(super) fn sent(&self, uid: Uid, now: Instant) -> (u64, Duration) {
        let day = self.0.get(&uid).filter(|day| now < day.since + DAY);
        day.map_or((0, DAY), |day| (day.bytes, day.since + DAY - now))
    }

    /// Forgets what is over.
    pub(super) fn prune(&mut self, now: Instant) {
        self.0.retain(|_, day| now < day.since + DAY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_with_what_is_sent_first_and_is_over_then() {
        let (mut days, now, uid) = (Days::default(), Instant::now(), Uid::new(1).unwrap());
        let hour = Duration::from_hours(1);
        days.add(uid, 6, now);
        days.add(uid, 4, now + hour);
        assert_eq!(days.sent(uid, now + hour), (10, 23 * hour));
        assert_eq!(days.sent(uid, now + DAY), (0, DAY));
        days.add(uid, 3, now + DAY);
        assert_eq!(days.sent(uid, now + DAY), (3, DAY));
        days.prune(now + DAY);
        assert_eq!(days.0.len(), 1);
        days.prune(now + 2 * DAY);
        assert!(days.0.is_empty());
    }
}
