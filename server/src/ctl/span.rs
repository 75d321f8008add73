//! Lengths of time as an operator writes and reads them: `90`, `30s`, `15m`, `2h`, `7d`, `4w`. It must not know a clock.

const UNITS: [(&str, u64); 5] = [("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];

/// Reads a length of time; in seconds.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    let wrong = || "write a number and s, m, h, d or w, such as 30s, 2h or 7d".to_owned();
    let unit = UNITS.iter().find(|(unit, _)| text.ends_with(unit));
    let (number, each) =
        unit.map_or((text, 1), |(unit, each)| (text.strip_suffix(unit).unwrap_or(text), *each));
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(each)).ok_or_else(wrong)
}

/// The two largest units of a length of time: `3 d 4 h`.
pub(super) fn show(seconds: u64) -> String {
    let mut left = seconds;
    let mut parts = Vec::new();
    for (unit, each) in UNITS.iter().skip(1) {
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
        ] {
            assert_eq!(parse(text), Ok(seconds), "{text}");
        }
        for text in ["", "h", "-1h", "1.5h", "2 h", "2hh", "1y", "99999999999999999999d"] {
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
