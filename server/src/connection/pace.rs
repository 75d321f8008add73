//! How fast one may talk: a burst, then a steady rate. Whoever is faster is not punished, only read more slowly.
//! It must not sleep; it says until when.

use std::str::FromStr;
use std::time::Duration;

use tokio::time::Instant;

/// A pace: `off`, or a burst and a rate a second, written `10/2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it comes.
    Off,
    /// So many at once, then so many a second.
    Limit {
        /// How many at once.
        burst: u32,
        /// How many a second.
        per_s: u32,
    },
}

impl Default for Pace {
    fn default() -> Self {
        Self::Limit { burst: 10, per_s: 2 }
    }
}

impl FromStr for Pace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let wrong = || format!("\"{text}\" is no pace; write BURST/RATE such as 10/2, or off");
        let (burst, per_s) = text.split_once('/').ok_or_else(wrong)?;
        let number = |text: &str| text.parse().ok().filter(|n| (1..=1_000_000).contains(n)).ok_or_else(wrong);
        Ok(Self::Limit { burst: number(burst)?, per_s: number(per_s)? })
    }
}

impl std::fmt::Display for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Limit { burst, per_s } => write!(f, "{burst}/{per_s}"),
        }
    }
}

/// What somebody has used up: the moment, in milliseconds of uptime, when all of it will be forgiven.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bucket {
    free_at_us: u64,
}

impl Bucket {
    /// Takes one; `Some` when there is none left, with when there will be. Generic cell rate algorithm
    /// (ITU-T I.371), in microseconds.
    pub fn take(&mut self, pace: Pace, now_ms: u64) -> Option<Instant> {
        let Pace::Limit { burst, per_s } = pace else { return None };
        let now = now_ms * 1000;
        let each = 1_000_000 / u64::from(per_s);
        let used_up = self.free_at_us.max(now);
        let most = now + each * u64::from(burst - 1);
        if used_up > most {
            return Some(Instant::now() + Duration::from_micros(used_up - most));
        }
        self.free_at_us = used_up + each;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let pace: Pace = "3/2".parse().unwrap();
        let mut bucket = Bucket::default();
        let mut took = |now| bucket.take(pace, now).is_none();
        assert_eq!([took(0), took(0), took(0), took(0)], [true, true, true, false]);
        assert_eq!([took(499), took(500), took(500), took(1000)], [false, true, false, true]);
        assert_eq!([took(9000), took(9000), took(9000), took(9000)], [true, true, true, false]);
    }

    #[test]
    fn a_pace_is_read_as_it_is_written() {
        for text in ["off", "10/2", "1/1"] {
            assert_eq!(text.parse::<Pace>().unwrap().to_string(), text);
        }
        for text in ["", "10", "0/1", "1/0", "a/b", "1/2/3", "-1/2"] {
            assert!(text.parse::<Pace>().is_err(), "{text}");
        }
    }
}
