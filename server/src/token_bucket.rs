//! Rate limits: a burst, then a steady rate. [`Rate`] is the setting, [`Bucket`] what somebody has used up of it, and
//! [`keyed`] a bucket for each of many.
//!
//! A token bucket, kept as one number by the generic cell rate algorithm (ITU-T I.371): the moment when the bucket will
//! be full again. Whoever asks passes the time, in milliseconds of uptime; the answer is how long to wait, and waiting
//! or refusing is the caller's.

pub mod keyed;

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A rate, so many every `SECONDS`: `off`, or a burst and a rate, written `10/2`. `K` and `M` behind a number stand
/// for 1024 and 1024 × 1024.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Rate<const SECONDS: u64> {
    /// As fast as it comes.
    Off,
    /// So many at once, then so many in each period.
    Limit {
        /// How many at once, 1 to 2³⁰.
        burst: u32,
        /// How many in each period after that, 1 to 2³⁰.
        rate: u32,
    },
}

/// A rate by the second.
pub type Pace = Rate<1>;
/// A rate by the minute.
pub type PerMinute = Rate<60>;
/// A rate by the hour.
pub type PerHour = Rate<3600>;

/// The greatest burst or rate.
const MOST: u32 = 1 << 30;

impl Default for Pace {
    /// Ten messages at once, then two a second: more than somebody types, less than a script pastes.
    fn default() -> Self {
        Self::Limit { burst: 10, rate: 2 }
    }
}

impl<const SECONDS: u64> FromStr for Rate<SECONDS> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let wrong = || format!("\"{text}\" is no pace; write BURST/RATE such as 10/2, or off");
        let (burst, rate) =
            text.split_once('/').and_then(|(a, b)| number(a).zip(number(b))).ok_or_else(wrong)?;
        Ok(Self::Limit { burst, rate })
    }
}

impl<const SECONDS: u64> TryFrom<String> for Rate<SECONDS> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl<const SECONDS: u64> From<Rate<SECONDS>> for String {
    fn from(rate: Rate<SECONDS>) -> Self {
        rate.to_string()
    }
}

fn number(text: &str) -> Option<u32> {
    let (digits, unit) = match (text.strip_suffix('K'), text.strip_suffix('M')) {
        (Some(digits), _) => (digits, 1 << 10),
        (None, Some(digits)) => (digits, 1 << 20),
        (None, None) => (text, 1),
    };
    let number =
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten()?;
    number.checked_mul(unit).filter(|number| (1..=MOST).contains(number))
}

impl<const SECONDS: u64> std::fmt::Display for Rate<SECONDS> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Limit { burst, rate } = self else { return f.write_str("off") };
        let [(burst, b), (rate, r)] = [*burst, *rate].map(short);
        write!(f, "{burst}{b}/{rate}{r}")
    }
}

fn short(number: u32) -> (u32, &'static str) {
    [(1 << 20, "M"), (1 << 10, "K")]
        .into_iter()
        .find(|(unit, _)| number.is_multiple_of(*unit))
        .map_or((number, ""), |(unit, name)| (number / unit, name))
}

/// What was used up of a rate, as the moment when nothing of it will be used up any more. After the rate was changed, what
/// is owed is measured by the new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// In microseconds of uptime.
    free_at_us: u64,
}

impl Bucket {
    /// Takes one, if there is one; otherwise says how long it takes until there is.
    pub fn take<const SECONDS: u64>(&mut self, rate: Rate<SECONDS>, now_ms: u64) -> Result<(), Duration> {
        if let Some(wait) = self.wait(rate, 1, now_ms) {
            return Err(wait);
        }
        self.charge(rate, 1, now_ms);
        Ok(())
    }

    /// How long it takes until `amount` can be taken; nothing when that is now.
    #[must_use]
    pub fn wait<const SECONDS: u64>(self, rate: Rate<SECONDS>, amount: u32, now_ms: u64) -> Option<Duration> {
        let Rate::Limit { burst, .. } = rate else { return None };
        let now = now_ms.saturating_mul(1000);
        let free = rate.cost(u64::from(burst.saturating_sub(amount)));
        let over = self.free_at_us.max(now).saturating_sub(now).saturating_sub(free);
        (over > 0).then(|| Duration::from_micros(over))
    }

    /// Takes so much, whether it is there or not; what is owed makes later ones wait. More than one burst is never
    /// owed, so that a wait has an end.
    pub fn charge<const SECONDS: u64>(&mut self, rate: Rate<SECONDS>, amount: u64, now_ms: u64) {
        let Rate::Limit { burst, .. } = rate else { return };
        let now = now_ms.saturating_mul(1000);
        let most = now.saturating_add(rate.cost(2 * u64::from(burst)));
        self.free_at_us = self.free_at_us.max(now).saturating_add(rate.cost(amount)).min(most);
    }

    /// The same where all of it is owed: for amounts that are bounded already.
    pub fn charge_all<const SECONDS: u64>(&mut self, rate: Rate<SECONDS>, amount: u64, now_ms: u64) {
        let now = now_ms.saturating_mul(1000);
        self.free_at_us = self.free_at_us.max(now).saturating_add(rate.cost(amount));
    }

    /// A bucket that is full again at this moment.
    #[must_use]
    pub const fn until_us(free_at_us: u64) -> Self {
        Self { free_at_us }
    }

    /// When it is full again, in microseconds.
    #[must_use]
    pub const fn free_at_us(self) -> u64 {
        self.free_at_us
    }

    /// Whether nothing is used up any more.
    #[must_use]
    pub const fn is_full(self, now_ms: u64) -> bool {
        self.free_at_us <= now_ms.saturating_mul(1000)
    }
}

impl<const SECONDS: u64> Rate<SECONDS> {
    /// How many microseconds it takes to earn so much.
    fn cost(self, amount: u64) -> u64 {
        let Self::Limit { rate, .. } = self else { return 0 };
        let cost = u128::from(amount) * u128::from(SECONDS) * 1_000_000 / u128::from(rate);
        u64::try_from(cost).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let pace: Pace = "3/2".parse().unwrap();
        let mut bucket = Bucket::default();
        let mut took = |now| bucket.take(pace, now).is_ok();
        assert_eq!([took(0), took(0), took(0), took(0)], [true, true, true, false]);
        assert_eq!([took(499), took(500), took(500), took(1000)], [false, true, false, true]);
        assert_eq!([took(9000), took(9000), took(9000), took(9000)], [true, true, true, false]);
        assert!(bucket.is_full(10_500) && !bucket.is_full(10_499));
    }

    #[test]
    fn whoever_is_refused_is_told_when_to_try_again() {
        let pace: PerMinute = "2/20".parse().unwrap();
        let mut bucket = Bucket::default();
        assert_eq!([bucket.take(pace, 0), bucket.take(pace, 1000)], [Ok(()), Ok(())]);
        assert_eq!(bucket.take(pace, 1000), Err(Duration::from_secs(2)));
        assert_eq!(bucket.take(pace, 3000), Ok(()));
    }

    #[test]
    fn what_is_owed_delays_and_never_for_longer_than_a_burst_takes() {
        let pace: Pace = "256K/64K".parse().unwrap();
        let mut bucket = Bucket::default();
        bucket.charge(pace, 256 * 1024, 0);
        assert_eq!(bucket.wait(pace, 0, 0), None);
        bucket.charge(pace, 32 * 1024, 0);
        assert_eq!(bucket.wait(pace, 0, 0), Some(Duration::from_millis(500)));
        bucket.charge(pace, u64::MAX, 0);
        assert_eq!(bucket.wait(pace, 0, 0), Some(Duration::from_secs(4)));
    }

    #[test]
    fn a_pace_is_read_as_it_is_written() {
        for text in ["off", "10/2", "1/1", "256K/64K", "4M/1000", "1023/3K"] {
            assert_eq!(text.parse::<Pace>().unwrap().to_string(), text);
        }
        for text in ["", "10", "0/1", "1/0", "a/b", "1/2/3", "-1/2", "+1/2", "K/1", "4096M/1", "1k/1"] {
            assert!(text.parse::<Pace>().is_err(), "{text}");
        }
    }
}
