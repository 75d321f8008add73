//! What may follow a Korean name in one word: titles and particles, also several (`별님께서도요`). A name of one syllable needs
//! that to be found as a word: `별아` calls 별, `별로` and `별일` do not.

/// Titles and particles after a name, the longest first where one begins with another. What is as often something else after a
/// syllable (로, 일, 들) is not here.
const SUFFIXES: [&str; 44] = [
    "선생님",
    "선배님",
    "에게서",
    "한테서",
    "이라도",
    "이랑",
    "이나",
    "이여",
    "이요",
    "이야",
    "께서",
    "에게",
    "한테",
    "하고",
    "까지",
    "부터",
    "조차",
    "마저",
    "처럼",
    "보다",
    "라도",
    "언니",
    "오빠",
    "누나",
    "선배",
    "님",
    "씨",
    "쌤",
    "군",
    "양",
    "아",
    "야",
    "이",
    "가",
    "은",
    "는",
    "을",
    "를",
    "의",
    "와",
    "과",
    "랑",
    "도",
    "요",
];

/// Whether a word goes on after a name with titles and particles only. `rest` begins where the name ends.
pub(super) fn is_suffix(rest: &str) -> bool {
    let end = rest.find(|c: char| !('\u{ac00}'..='\u{d7a3}').contains(&c)).unwrap_or(rest.len());
    let mut rest = rest.get(..end).unwrap_or_default();
    while let Some(after) = SUFFIXES.iter().find_map(|suffix| rest.strip_prefix(suffix)) {
        rest = after;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_suffix;

    #[test]
    fn particles_follow_a_name_and_other_syllables_make_another_word() {
        for suffix in ["", "아", "님", "님께서도요", "이랑", "씨가", "한테 줘", "은?"] {
            assert!(is_suffix(suffix), "{suffix}");
        }
        for other in ["로", "일", "주주의", "님들", "똥별"] {
            assert!(!is_suffix(other), "{other}");
        }
    }
}
