//! Civil date and time of a moment, for people. It must not ask what time it is.

use shared::Millis;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// The year; the server may say anything, so it may be far away.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 is Sunday.
    pub weekday: u8,
}

/// A moment as a clock on the wall shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// Days since 1970-01-01.
    pub days: i64,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

impl Local {
    /// The moment `at` where clocks are `offset_minutes` ahead of UTC.
    #[must_use]
    pub fn new(at: Millis, offset_minutes: i32) -> Self {
        let minutes = at.div_euclid(60_000) + i64::from(offset_minutes);
        let of_day = minutes.rem_euclid(24 * 60);
        let small = |n: i64| u8::try_from(n).unwrap_or_default();
        Self { days: minutes.div_euclid(24 * 60), hour: small(of_day / 60), minute: small(of_day % 60) }
    }

    /// Its day.
    ///
    /// Days are counted from 1 March of the year 0, in eras of 400 years: the leap day is then the last of its year
    /// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
    #[must_use]
    pub fn date(self) -> Date {
        let since_march = self.days + 719_468;
        let day_of_era = since_march.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let small = |n: i64| u8::try_from(n).unwrap_or_default();
        Date {
            year: year_of_era + since_march.div_euclid(146_097) * 400 + i64::from(month <= 2),
            month: small(month),
            day: small(day),
            weekday: small((self.days + 4).rem_euclid(7)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Local;

    #[track_caller]
    fn check(at: i64, offset: i32, expect: &str) {
        let local = Local::new(at, offset);
        let date = local.date();
        let found = format!(
            "{:04}-{:02}-{:02} {} {:02}:{:02}",
            date.year, date.month, date.day, date.weekday, local.hour, local.minute
        );
        assert_eq!(found, expect);
    }

    #[test]
    fn moments_are_days_and_times() {
        check(0, 0, "1970-01-01 4 00:00");
        check(-1, 0, "1969-12-31 3 23:59");
        check(1_763_640_000_123, 0, "2025-11-20 4 12:00");
        check(1_763_640_000_123, 540, "2025-11-20 4 21:00");
        check(1_763_640_000_123, -720, "2025-11-20 4 00:00");
        check(1_763_640_000_123, 720, "2025-11-21 5 00:00");
        check(951_782_400_000, 0, "2000-02-29 2 00:00");
        check(4_107_542_400_000, 0, "2100-03-01 1 00:00");
    }

    #[test]
    fn absurd_moments_do_not_overflow() {
        for at in [i64::MIN, i64::MAX] {
            for offset in [i32::MIN, 0, i32::MAX] {
                let date = Local::new(at, offset).date();
                assert!((1..=12).contains(&date.month) && (1..=31).contains(&date.day), "{date:?}");
            }
        }
    }
}
