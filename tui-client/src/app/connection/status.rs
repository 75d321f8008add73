//! The status of the connection: a state machine that says what is under way and when the next attempt is made.

use shared::server_msg::Goodbye;
use shared::{Code, Millis};

/// The status of the connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// An attempt is under way.
    Connecting {
        /// How many failed before it.
        attempt: u32,
    },
    /// The server has welcomed us.
    Online,
    /// The next attempt is made without the person's doing.
    Waiting {
        /// When.
        until: Millis,
        /// How many failed so far.
        attempt: u32,
    },
    /// We were kicked or banned, or the same identity connected elsewhere: only the person reconnects.
    Kicked(Goodbye),
    /// It is over, and no further attempt is made.
    Closed(Closed),
}

/// Why no further attempt is made.
#[derive(Clone, Debug, PartialEq)]
pub enum Closed {
    /// The server refused the greeting.
    Refused(Code),
    /// The server is not trusted.
    Distrusted,
    /// The server said goodbye for good.
    Goodbye(Goodbye),
}

impl Status {
    /// Whether requests can be sent.
    #[must_use]
    pub fn is_online(&self) -> bool {
        *self == Self::Online
    }

    /// Whether there is a connection, or one is being made.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Online | Self::Connecting { .. })
    }

    /// Whether only the person can bring the connection back.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Kicked(_) | Self::Closed(_))
    }

    /// When the countdown to the next attempt shows another second, or is over.
    #[must_use]
    pub fn deadline(&self, now: Millis) -> Option<Millis> {
        match self {
            // The last second is rounded up, so it changes when a whole number of seconds is left.
            Self::Waiting { until, .. } => Some(until - (until - now - 1).max(0) / 1000 * 1000),
            Self::Connecting { .. } | Self::Online | Self::Kicked(_) | Self::Closed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn a_countdown_wakes_once_a_second() {
        let waiting = Status::Waiting { until: 10_000, attempt: 1 };
        for (now, next) in [(7_500, 8_000), (8_000, 9_000), (8_001, 9_000), (9_000, 10_000), (9_999, 10_000)]
        {
            assert_eq!(waiting.deadline(now), Some(next), "at {now}");
        }
        assert_eq!(Status::Online.deadline(0), None);
    }
}
