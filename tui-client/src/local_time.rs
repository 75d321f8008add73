//! Local time: what a clock on the wall shows at a moment in a time zone, by the offset that held at that moment.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use shared::Millis;

/// The local date and time at `at`, milliseconds since 1970.
///
/// A server may say anything: a moment that is out of the calendar's range (year -9999 to 9999) is shown as its nearest end.
#[must_use]
pub fn local_time(at: Millis, zone: &TimeZone) -> DateTime {
    let nearest = if at < 0 { Timestamp::MIN } else { Timestamp::MAX };
    zone.to_datetime(Timestamp::from_millisecond(at).unwrap_or(nearest))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::local_time;

    #[track_caller]
    fn check(at: i64, zone: &str, expect: &str) {
        let zone = TimeZone::get(zone).unwrap();
        let local = local_time(at, &zone);
        assert_eq!(local.strftime("%Y-%m-%d %a %H:%M").to_string(), expect);
    }

    #[test]
    fn a_moment_is_shown_by_the_offset_that_held_then() {
        check(0, "UTC", "1970-01-01 Thu 00:00");
        check(-1, "UTC", "1969-12-31 Wed 23:59");
        check(951_782_400_000, "UTC", "2000-02-29 Tue 00:00");
        check(1_763_640_000_123, "Asia/Seoul", "2025-11-20 Thu 21:00");
        check(1_763_640_000_123, "Asia/Kolkata", "2025-11-20 Thu 17:30");
        // The clocks went forward on 2025-03-30 at 01:00 UTC, and back on 2025-10-26 at 01:00 UTC.
        check(1_743_296_399_000, "Europe/Berlin", "2025-03-30 Sun 01:59");
        check(1_743_296_400_000, "Europe/Berlin", "2025-03-30 Sun 03:00");
        check(1_761_440_399_000, "Europe/Berlin", "2025-10-26 Sun 02:59");
        check(1_761_440_400_000, "Europe/Berlin", "2025-10-26 Sun 02:00");
        // Back on 2025-11-02 at 06:00 UTC.
        check(1_762_063_199_000, "America/New_York", "2025-11-02 Sun 01:59");
        check(1_762_063_200_000, "America/New_York", "2025-11-02 Sun 01:00");
    }

    #[test]
    fn a_moment_beyond_the_calendar_is_shown_as_its_end() {
        check(i64::MIN, "UTC", "-9999-01-02 Tue 01:59");
        check(i64::MAX, "Asia/Seoul", "9999-12-31 Fri 07:00");
    }
}
