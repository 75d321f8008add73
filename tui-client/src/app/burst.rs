//! Bursts of messages that are worth a notice: each has one.

use shared::Millis;

/// A burst is over when nothing worth a notice came for so long, in milliseconds.
const BURST_PAUSE: Millis = 10_000;
/// A burst that does not end gives another notice after so long, in milliseconds.
const BURST_LONGEST: Millis = 60_000;

/// A burst of messages worth a notice, which had one.
#[derive(Debug, Default)]
pub(super) struct Burst {
    /// When it had its notice, and when the newest message came.
    times: Option<(Millis, Millis)>,
    /// Whether the notice was for a message that calls the person.
    called: bool,
}

impl Burst {
    /// Takes in a message that is worth a notice. Says whether it gives one: the first of a burst does, and the first that
    /// calls the person where the others did not.
    pub(super) fn take(&mut self, now: Millis, called: bool) -> bool {
        let goes_on =
            self.times.is_some_and(|(begun, last)| now - last < BURST_PAUSE && now - begun < BURST_LONGEST);
        let gives = !goes_on || called && !self.called;
        self.called = called || self.called && goes_on;
        self.times = match self.times {
            Some((begun, _)) if !gives => Some((begun, now)),
            Some(_) | None => Some((now, now)),
        };
        gives
    }

    /// The person looks: what comes after they have gone again is another burst.
    pub(super) fn end(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::Burst;

    #[test]
    fn a_burst_gives_one_notice_and_a_call_within_it_another() {
        let mut burst = Burst::default();
        let table = [
            (0, false, true),
            (3_000, false, false),
            (9_000, true, true),
            (9_100, true, false),
            (18_000, false, false),
            // Nothing came for ten seconds.
            (28_000, true, true),
            (36_000, true, false),
            (45_000, true, false),
            (54_000, true, false),
            (63_000, true, false),
            (72_000, true, false),
            (81_000, true, false),
            // The burst lasts for a minute.
            (88_000, true, true),
        ];
        for (now, called, gives) in table {
            assert_eq!(burst.take(now, called), gives, "at {now}");
        }
        burst.end();
        assert!(burst.take(88_100, false));
    }
}
