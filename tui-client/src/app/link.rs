//! The state of the connection, as people see it. It must not make or break one.

use shared::server_msg::Goodbye;
use shared::{Code, Millis};

/// Where the connection stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Link {
    /// An attempt is under way.
    Connecting {
        /// How many failed before it.
        attempt: u32,
    },
    /// The server has welcomed us.
    Online,
    /// The next attempt comes by itself.
    Waiting {
        /// When.
        until: Millis,
        /// How many failed so far.
        attempt: u32,
    },
    /// Somebody wants us out, or we are here twice: only we ourselves come back from that.
    Kicked(Goodbye),
    /// It is over, and nothing comes by itself.
    Closed(Closed),
}

/// Why nothing comes by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Closed {
    /// The server refused to welcome us.
    Refused(Code),
    /// The server is not trusted.
    Distrusted,
    /// The server said goodbye for good.
    GoodbyeCode(Goodbye),
}

impl Link {
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

    /// When the countdown shows another second, or the wait is over.
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
    use super::Link;

    #[test]
    fn a_countdown_wakes_once_a_second() {
        let waiting = Link::Waiting { until: 10_000, attempt: 1 };
        for (now, next) in [(7_500, 8_000), (8_000, 9_000), (8_001, 9_000), (9_000, 10_000), (9_999, 10_000)]
        {
            assert_eq!(waiting.deadline(now), Some(next), "at {now}");
        }
        assert_eq!(Link::Online.deadline(0), None);
    }
}
