//! Durations as people type them in `/ban` and the dialogs: `90m`, `2h`, `1h30m`, `7d`, `10분`. `lang` words them.

/// What a unit is called, and how many seconds it has.
const UNITS: [(&[&str], u64); 5] = [
    (&["s", "sec", "초"], 1),
    (&["m", "min", "분"], 60),
    (&["h", "시간"], 60 * 60),
    (&["d", "일"], 24 * 60 * 60),
    (&["w", "주"], 7 * 24 * 60 * 60),
];

/// The longest duration that is understood, in seconds: ten years. What is meant to last longer is meant for good.
const LONGEST_S: u64 = 10 * 366 * 24 * 60 * 60;

/// Parses a duration, in seconds; nothing where it is none, is zero or longer than ten years.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let (unit, after) = after.split_at(after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len()));
        let unit = unit.trim().to_lowercase();
        let (_, seconds) = UNITS.iter().find(|(names, _)| names.contains(&unit.as_str()))?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*seconds)?)?;
        rest = after;
    }
    (1..=LONGEST_S).contains(&total).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations_are_parsed_as_people_type_them() {
        for (text, seconds) in [
            ("90m", 5_400),
            ("2h", 7_200),
            ("1h30m", 5_400),
            (" 7d ", 604_800),
            ("30S", 30),
            ("10분", 600),
            ("1시간 30분", 5_400),
            ("2주", 1_209_600),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_none() {
        for text in
            ["", "90", "m", "0m", "5x", "1h spam", "-5m", "99999999999999999999d", "11000w", "spam", "m5"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
