//! How times are shown: the time zone, 12 or 24 hours, seconds, the order of a date. The words for it are in `lang/time.rs`,
//! which alone makes text of a moment for people; the lines of `--plain` have a fixed form of their own.

use clap::ValueEnum;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use shared::Millis;

use crate::local_time::local_time;

/// How many hours a clock has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Clock {
    /// 00:00 to 23:59.
    #[default]
    #[value(name = "24h")]
    Hours24,
    /// 12:00 AM to 11:59 PM.
    #[value(name = "12h")]
    Hours12,
}

/// How a date is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Dates {
    /// As the language has it.
    #[default]
    Language,
    /// 2026-11-21.
    Iso,
    /// 21 Nov 2026.
    DayMonth,
    /// Nov 21, 2026.
    MonthDay,
}

/// How a time of day is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockStyle {
    /// How many hours there are.
    pub clock: Clock,
    /// Whether it has seconds.
    pub seconds: bool,
}

/// How times are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStyle {
    /// The time zone.
    pub zone: TimeZone,
    /// The times of messages.
    pub clock: ClockStyle,
    /// The dates.
    pub dates: Dates,
}

impl TimeStyle {
    /// As times are shown where nothing is set.
    #[must_use]
    pub fn usual(zone: TimeZone) -> Self {
        Self { zone, clock: ClockStyle::default(), dates: Dates::default() }
    }

    /// The local date and time at a moment.
    #[must_use]
    pub fn local(&self, at: Millis) -> DateTime {
        local_time(at, &self.zone)
    }
}
