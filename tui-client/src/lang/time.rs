//! Texts of times and durations: a moment by the clock on the wall, `2 hours 30 minutes`.

use jiff::tz::TimeZone;
use shared::Millis;

use super::Lang;
use crate::local_time::local_time;

impl Lang {
    /// A moment by the clock on the wall; without the day when it is the day of `now`.
    #[must_use]
    pub fn moment(self, at: Millis, now: Millis, zone: &TimeZone) -> String {
        let [at, now] = [at, now].map(|moment| local_time(moment, zone));
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        if at.date() == now.date() {
            return time;
        }
        match self {
            Self::En => format!("{:04}-{:02}-{:02} {time}", at.year(), at.month(), at.day()),
            Self::Ko => format!("{}년 {}월 {}일 {time}", at.year(), at.month(), at.day()),
        }
    }

    /// A duration of so many seconds.
    #[must_use]
    pub fn duration(self, seconds: u64) -> String {
        let units = [
            (86_400, ["day", "days", "일"]),
            (3_600, ["hour", "hours", "시간"]),
            (60, ["minute", "minutes", "분"]),
            (1, ["second", "seconds", "초"]),
        ];
        let mut left = seconds;
        let mut parts = Vec::new();
        for (length, [one, many, korean]) in units {
            let count = left / length;
            left %= length;
            match (self, count) {
                (_, 0) => {}
                (Self::En, 1) => parts.push(format!("1 {one}")),
                (Self::En, _) => parts.push(format!("{count} {many}")),
                (Self::Ko, _) => parts.push(format!("{count}{korean}")),
            }
        }
        parts.join(" ")
    }
}
