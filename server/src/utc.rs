//! A time as text, in UTC, for the log, the operator and the audit trail.

use jiff::Timestamp;

use shared::Millis;

/// `2026-11-21 08:14:27Z`: for people.
#[must_use]
pub fn text(at: Millis) -> String {
    timestamp(at).strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// `2026-11-21T08:14:27.123Z`: for programs (RFC 3339), to the millisecond.
#[must_use]
pub fn exact(at: Millis) -> String {
    format!("{:.3}", timestamp(at))
}

/// Reads what [`exact`] writes, with any number of digits behind the second.
#[must_use]
pub fn parse(text: &str) -> Option<Millis> {
    let is_exact = text.ends_with('Z') && text.contains('T');
    text.parse::<Timestamp>().ok().filter(|_| is_exact).map(Timestamp::as_millisecond)
}

/// Times beyond the years -9999 and 9999 are shown as the end of the calendar: a ban may last that long.
fn timestamp(at: Millis) -> Timestamp {
    let end = if at < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(at).unwrap_or(end)
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
            (Millis::MAX, "9999-12-30 22:00:00Z"),
        ] {
            assert_eq!(text(at), want);
        }
        assert_eq!(exact(1_795_248_867_042), "2026-11-21T08:14:27.042Z");
        assert_eq!(exact(-1), "1969-12-31T23:59:59.999Z");
        for at in [0, 1_795_248_867_042, -1] {
            assert_eq!(parse(&exact(at)), Some(at));
        }
        for bad in ["", "2026-11-21", "2026-11-21T08:14:27", "2026-11-21 08:14:27Z", "2026-11-21T25:14:27Z"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
