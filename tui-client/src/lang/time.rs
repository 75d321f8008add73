//! Texts of times and durations: a moment by the clock on the wall, a date, `2 hours 30 minutes`.

use jiff::civil::{Date, Time};
use shared::Millis;

use super::Lang;
use crate::time_style::{Clock, ClockStyle, Dates, TimeStyle};

impl Lang {
    /// A moment by the clock on the wall, to the minute; without the day when it is the day of `now`.
    #[must_use]
    pub fn moment(self, at: Millis, now: Millis, times: &TimeStyle) -> String {
        let [at, now] = [at, now].map(|moment| times.local(moment));
        let time = self.time_of_day(at.time(), times.clock.clock);
        if at.date() == now.date() {
            return time;
        }
        format!("{} {time}", self.date(at.date(), times.dates))
    }

    /// A time of day in a sentence, to the minute.
    fn time_of_day(self, at: Time, clock: Clock) -> String {
        let (hour, minute) = (hour_of_12(at), at.minute());
        match (clock, self) {
            (Clock::Hours24, _) => format!("{:02}:{minute:02}", at.hour()),
            (Clock::Hours12, Self::En) => format!("{hour}:{minute:02} {}", self.half_of_day(at)),
            (Clock::Hours12, Self::Ko) => format!("{} {hour}:{minute:02}", self.half_of_day(at)),
        }
    }

    /// A time of day in a column: as wide as every other one, which is [`clock_columns`](Self::clock_columns).
    #[must_use]
    pub fn clock(self, at: Time, style: ClockStyle) -> String {
        let (hour, minute) = (hour_of_12(at), at.minute());
        let seconds = if style.seconds { format!(":{:02}", at.second()) } else { String::new() };
        match (style.clock, self) {
            (Clock::Hours24, _) => format!("{:02}:{minute:02}{seconds}", at.hour()),
            (Clock::Hours12, Self::En) => format!("{hour:2}:{minute:02}{seconds} {}", self.half_of_day(at)),
            (Clock::Hours12, Self::Ko) => format!("{} {hour:2}:{minute:02}{seconds}", self.half_of_day(at)),
        }
    }

    /// How many columns [`clock`](Self::clock) takes.
    #[must_use]
    pub fn clock_columns(self, style: ClockStyle) -> u16 {
        let half = match (style.clock, self) {
            (Clock::Hours24, _) => 0,
            (Clock::Hours12, Self::En) => " PM".len(),
            (Clock::Hours12, Self::Ko) => "오후 ".chars().count() + 2,
        };
        let seconds = if style.seconds { ":00".len() } else { 0 };
        u16::try_from("00:00".len() + seconds + half).unwrap_or(u16::MAX)
    }

    fn half_of_day(self, at: Time) -> &'static str {
        self.pick(if at.hour() < 12 { ["AM", "오전"] } else { ["PM", "오후"] })
    }

    /// A date.
    #[must_use]
    pub fn date(self, date: Date, dates: Dates) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match (dates, self) {
            (Dates::Language, Self::En) | (Dates::Iso, _) => format!("{year:04}-{month:02}-{day:02}"),
            (Dates::Language | Dates::MonthDay, Self::Ko) => format!("{year}년 {month}월 {day}일"),
            (Dates::DayMonth, Self::En) => format!("{day} {} {year}", month_name(month)),
            (Dates::MonthDay, Self::En) => format!("{} {day}, {year}", month_name(month)),
            (Dates::DayMonth, Self::Ko) => format!("{day:02}/{month:02}/{year:04}"),
        }
    }

    /// A date in a column, where one stands below the other: in few columns without its year.
    #[must_use]
    pub fn column_date(self, date: Date, dates: Dates, with_year: bool) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        let name = month_name(month);
        match (dates, self, with_year) {
            (Dates::DayMonth, Self::En, true) => format!("{day:2} {name} {year:04}"),
            (Dates::DayMonth, Self::En, false) => format!("{day:2} {name}"),
            (Dates::DayMonth, Self::Ko, true) => format!("{day:02}/{month:02}/{year:04}"),
            (Dates::DayMonth, Self::Ko, false) => format!("{day:02}/{month:02}"),
            (Dates::MonthDay, Self::En, true) => format!("{name} {day:2}, {year:04}"),
            (Dates::MonthDay, Self::En, false) => format!("{name} {day:2}"),
            (Dates::Language | Dates::Iso, _, true) | (Dates::MonthDay, Self::Ko, true) => {
                format!("{year:04}-{month:02}-{day:02}")
            }
            (Dates::Language | Dates::Iso, _, false) | (Dates::MonthDay, Self::Ko, false) => {
                format!("{month:02}-{day:02}")
            }
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

/// The hour on a clock of twelve.
fn hour_of_12(at: Time) -> i8 {
    match at.hour() % 12 {
        0 => 12,
        hour => hour,
    }
}

/// The short name of a month in English.
fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let from_zero = usize::try_from(month - 1).unwrap_or_default();
    NAMES.get(from_zero).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;
    use jiff::civil::{date, time};
    use jiff::tz::TimeZone;

    use super::Lang;
    use crate::app::text_width::columns;
    use crate::time_style::{Clock, ClockStyle, Dates, TimeStyle};

    #[test]
    fn a_time_of_day_reads_as_people_write_it() {
        for (at, half, en, ko) in [
            (time(0, 5, 9, 0), "00:05", "12:05 AM", "오전 12:05"),
            (time(9, 40, 0, 0), "09:40", "9:40 AM", "오전 9:40"),
            (time(12, 0, 59, 0), "12:00", "12:00 PM", "오후 12:00"),
            (time(23, 59, 59, 0), "23:59", "11:59 PM", "오후 11:59"),
        ] {
            for lang in [Lang::En, Lang::Ko] {
                assert_eq!(lang.time_of_day(at, Clock::Hours24), half);
            }
            assert_eq!(Lang::En.time_of_day(at, Clock::Hours12), en);
            assert_eq!(Lang::Ko.time_of_day(at, Clock::Hours12), ko);
        }
        let style = ClockStyle { clock: Clock::Hours12, seconds: true };
        assert_eq!(Lang::En.clock(time(21, 4, 7, 0), style), " 9:04:07 PM");
        assert_eq!(Lang::Ko.clock(time(21, 4, 7, 0), style), "오후  9:04:07");
    }

    #[test]
    fn every_time_of_a_column_is_as_wide_as_the_column() {
        for lang in [Lang::En, Lang::Ko] {
            for clock in [Clock::Hours24, Clock::Hours12] {
                for seconds in [false, true] {
                    let style = ClockStyle { clock, seconds };
                    for minute in 0..24 * 60 {
                        let hour = i8::try_from(minute / 60).unwrap();
                        let text = lang.clock(time(hour, i8::try_from(minute % 60).unwrap(), 7, 0), style);
                        assert_eq!(columns(&text), usize::from(lang.clock_columns(style)), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_date_reads_as_it_is_set_and_is_as_wide_as_others_in_its_column() {
        let day = date(2026, 11, 2);
        for (dates, en, ko) in [
            (Dates::Language, "2026-11-02", "2026년 11월 2일"),
            (Dates::Iso, "2026-11-02", "2026-11-02"),
            (Dates::DayMonth, "2 Nov 2026", "02/11/2026"),
            (Dates::MonthDay, "Nov 2, 2026", "2026년 11월 2일"),
        ] {
            assert_eq!([Lang::En.date(day, dates), Lang::Ko.date(day, dates)], [en, ko]);
        }
        for dates in Dates::value_variants() {
            for lang in [Lang::En, Lang::Ko] {
                for with_year in [false, true] {
                    let widths = [date(2026, 5, 2), date(2026, 11, 21)]
                        .map(|day| columns(&lang.column_date(day, *dates, with_year)));
                    assert_eq!(widths[0], widths[1], "{dates:?}");
                }
            }
        }
    }

    #[test]
    fn a_moment_of_another_day_has_its_date() {
        let mut times = TimeStyle::usual(TimeZone::UTC);
        times.clock = ClockStyle { clock: Clock::Hours12, seconds: true };
        times.dates = Dates::DayMonth;
        // 2026-11-21 00:40 UTC, and the day after.
        let (at, later) = (1_795_221_600_000, 1_795_308_000_000);
        assert_eq!(Lang::En.moment(at, at, &times), "12:40 AM");
        assert_eq!(Lang::En.moment(at, later, &times), "21 Nov 2026 12:40 AM");
        assert_eq!(Lang::Ko.moment(at, later, &times), "21/11/2026 오전 12:40");
    }
}
