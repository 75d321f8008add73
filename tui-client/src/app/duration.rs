//! Durations as people type them in `/ban` and the dialogs: `90m`, `2h`, `1h30m`, `7d`, `10분`. `lang` words them.

use unicode_normalization::UnicodeNormalization as _;

/// What a unit is called, and how many seconds it has.
const UNITS: [(&[&str], u64); 5] = [
    (&["s", "sec", "secs", "second", "seconds", "초"], 1),
    (&["m", "min", "mins", "minute", "minutes", "분"], 60),
    (&["h", "hr", "hrs", "hour", "hours", "시간"], 60 * 60),
    (&["d", "day", "days", "일"], 24 * 60 * 60),
    (&["w", "wk", "week", "weeks", "주", "주일"], 7 * 24 * 60 * 60),
];

/// The longest duration that is understood, in seconds: the ten years a server takes. What is meant to last longer is meant
/// for good.
const LONGEST_S: u64 = 10 * 365 * 24 * 60 * 60;

/// Whether a word was meant as a duration, right or wrong: it begins with a number.
#[must_use]
pub fn is_meant(word: &str) -> bool {
    word.trim_start_matches(['+', '-', '−', '~', '.', ',']).starts_with(char::is_numeric)
}

/// Parses a duration, in seconds; nothing where it is none, is zero or longer than ten years.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    let text: String = text.trim().nfkc().collect();
    let mut rest = text.as_str();
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
    use super::{is_meant, parse};

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
            ("2hours", 7_200),
            ("５분", 300),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn a_word_that_begins_with_a_number_is_meant_as_a_duration() {
        for word in ["5x", "5", "2h", "-5m", "1.5h", ".5h", "５x", "½h", "10분"] {
            assert!(is_meant(word), "{word}");
        }
        for word in ["", "spam", "x5", "-", "#5", "address"] {
            assert!(!is_meant(word), "{word}");
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
