//! A time as people read it, the same on every machine. It must not ask what time it is; [`clock`](crate::clock) does.

use shared::Millis;

/// `2026-11-21 08:14:27Z`: the proleptic Gregorian calendar, by Howard Hinnant's `civil_from_days`.
#[must_use]
pub fn text(at: Millis) -> String {
    let (days, second) = (at.div_euclid(86_400_000), at.rem_euclid(86_400_000) / 1000);
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{:02}Z", second % 60)
}

/// `2026-11-21T08:14:27.123Z`: the same for programs (RFC 3339), to the millisecond.
#[must_use]
pub fn exact(at: Millis) -> String {
    let text = text(at).replacen(' ', "T", 1);
    format!("{}.{:03}Z", text.trim_end_matches('Z'), at.rem_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc() {
        for (at, want) in [
            (0, "1970-01-01 00:00:00Z"),
            (951_782_399_999, "2000-02-28 23:59:59Z"),
            (951_782_400_000, "2000-02-29 00:00:00Z"),
            (1_795_248_867_000, "2026-11-21 08:14:27Z"),
            (-1, "1969-12-31 23:59:59Z"),
        ] {
            assert_eq!(text(at), want);
        }
        assert_eq!(exact(1_795_248_867_042), "2026-11-21T08:14:27.042Z");
        assert_eq!(exact(-1), "1969-12-31T23:59:59.999Z");
    }
}
