//! Korean particles (이/가, 을/를, 로/으로), which depend on how the word before them ends.

/// How a word ends when it is read aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// In a vowel.
    Open,
    /// In ㄹ, which `으로` treats as a vowel.
    Rieul,
    /// In another consonant.
    Closed,
    /// Who knows: `report` is read 리포트, `cat` 캣.
    Unknown,
}

/// `word` with `closed` after a consonant and `open` after a vowel; with both where the reading is not known.
pub(super) fn with(word: &str, closed: &str, open: &str) -> String {
    match end(word) {
        End::Open => format!("{word}{open}"),
        End::Rieul | End::Closed => format!("{word}{closed}"),
        End::Unknown => format!("{word}{closed}({open})"),
    }
}

/// `word` with `로` or `으로`.
pub(super) fn as_to(word: &str) -> String {
    format!("{word}{}", to(word))
}

/// `로` or `으로`, to stand apart from a word that is to be typed as it is.
pub(super) fn to(word: &str) -> &'static str {
    match end(word) {
        End::Open | End::Rieul => "로",
        End::Closed => "으로",
        End::Unknown => "(으)로",
    }
}

fn end(word: &str) -> End {
    let mut backwards =
        word.chars().rev().skip_while(|c| !c.is_alphanumeric()).map(|c| c.to_ascii_lowercase());
    let Some(last) = backwards.next() else { return End::Unknown };
    match last {
        '\u{ac00}'..='\u{d7a3}' => syllable_end(last),
        // 영, 삼, 육
        '0' | '3' | '6' | 'm' | 'n' => End::Closed,
        // 일, 칠, 팔
        '1' | '7' | '8' | 'l' => End::Rieul,
        'g' if backwards.next() == Some('n') => End::Closed,
        // They may be read as a final consonant or with a vowel after them: 캣, 리포트.
        'b' | 'c' | 'e' | 'k' | 'p' | 'q' | 't' => End::Unknown,
        // 이, 사, 오, 구, and letters that end in a vowel when they are written in Hangul: 오터, 폭스.
        c if c.is_ascii_alphanumeric() => End::Open,
        _ => End::Unknown,
    }
}

/// A Hangul syllable is one of 28 finals to each initial and vowel, none first, ㄹ the ninth (Unicode 3.12).
fn syllable_end(syllable: char) -> End {
    match (u32::from(syllable) - 0xac00) % 28 {
        0 => End::Open,
        8 => End::Rieul,
        _ => End::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::{as_to, with};

    #[test]
    fn particles_follow_the_last_sound() {
        let table = [
            ("민수", "민수가", "민수로"),
            ("수달", "수달이", "수달로"),
            ("사람", "사람이", "사람으로"),
            ("한글-", "한글-이", "한글-로"),
            ("otter", "otter가", "otter로"),
            ("calm-seal", "calm-seal이", "calm-seal로"),
            ("KING", "KING이", "KING으로"),
            ("cat", "cat이(가)", "cat(으)로"),
            ("방3", "방3이", "방3으로"),
            ("방2", "방2가", "방2로"),
            ("방7", "방7이", "방7로"),
            ("日本", "日本이(가)", "日本(으)로"),
            ("", "이(가)", "(으)로"),
        ];
        for (word, subject, to) in table {
            assert_eq!(with(word, "이", "가"), subject);
            assert_eq!(as_to(word), to);
        }
    }
}
