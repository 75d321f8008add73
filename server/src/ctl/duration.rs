//! Lengths of time as an operator writes and reads them: `90` (seconds), `30s`, `15m`, `1h30m`, `7d`, `4w`. A day is 24
//! hours.

use jiff::{Span, SpanRelativeTo};

const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];

/// Reads a length of time; in seconds.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    let wrong = || "write a number and s, m, h, d or w, such as 30s, 2h or 7d".to_owned();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_err(|_| wrong());
    }
    let span: Span = text.parse().map_err(|_| wrong())?;
    // Months and years have no length of their own.
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    u64::try_from(length.as_secs()).map_err(|_| wrong())
}

/// The two largest units of a length of time: `3 d 4 h`.
pub(super) fn show(seconds: u64) -> String {
    let mut left = seconds;
    let mut parts = Vec::new();
    for (unit, each) in &UNITS {
        if left >= *each || (parts.is_empty() && *each == 1) {
            parts.push(format!("{} {unit}", left / each));
            left %= each;
        }
    }
    parts.truncate(2);
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_read() {
        for (text, seconds) in [
            ("0", 0),
            ("90", 90),
            ("30s", 30),
            ("15m", 900),
            ("2h", 7200),
            ("7d", 604_800),
            ("4w", 2_419_200),
            ("1h30m", 5400),
            ("1h 30m", 5400),
        ] {
            assert_eq!(parse(text), Ok(seconds), "{text}");
        }
        for text in ["", "h", "-1h", "+5", "2hh", "1y", "1mo", "99999999999999999999d"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_length_of_time_is_shown_by_its_two_largest_units() {
        for (seconds, shown) in
            [(0, "0 s"), (59, "59 s"), (61, "1 m 1 s"), (3600, "1 h"), (273_700, "3 d 4 h")]
        {
            assert_eq!(show(seconds), shown);
        }
    }
}
