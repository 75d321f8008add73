//! Korean particles (은/는, 이/가, 을/를, 과/와, 으로/로), which depend on how the word before them ends when it is read.
//!
//! What decides is the last letter or digit; signs after it are not read.
//! - Hangul has its final consonant in the syllable.
//! - A digit is read by its Korean name: 0 1 3 6 7 8 end in a consonant (영 일 삼 육 칠 팔).
//! - Latin letters that stand alone, are all capitals or have no vowel are read one by one: L M N R end in a consonant (엘 엠
//!   엔 알), the others in a vowel (비, 케이, 에스). `KING` and `ING` are words: capitals that end in NG.
//! - Another Latin word ends as it is written in Hangul: m, n, ng and l in a consonant; b, c, k, p, t in one after a single
//!   vowel (캣, 잭), in a vowel elsewhere (리포트, 보트); the rest in a vowel (오터, 폭스). A silent e is left out (네임).
//! - Of other scripts the reading is not known: both forms are shown.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A particle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Particle {
    /// 은/는.
    Topic,
    /// 이/가.
    Subject,
    /// 을/를.
    Object,
    /// 과/와.
    With,
    /// 으로/로.
    To,
    /// 이라서/라서.
    Because,
}

/// How a word ends when it is read aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// In a vowel.
    Open,
    /// In ㄹ, which `으로` treats as a vowel.
    Rieul,
    /// In another consonant.
    Closed,
    /// Who knows.
    Unknown,
}

impl Particle {
    /// After a consonant, after a vowel, and where the reading is not known.
    const fn forms(self) -> [&'static str; 3] {
        match self {
            Self::Topic => ["은", "는", "은(는)"],
            Self::Subject => ["이", "가", "이(가)"],
            Self::Object => ["을", "를", "을(를)"],
            Self::With => ["과", "와", "과(와)"],
            Self::To => ["으로", "로", "(으)로"],
            Self::Because => ["이라서", "라서", "(이)라서"],
        }
    }

    /// The particle alone, to stand apart from a word that is to be typed as it is.
    pub(super) fn after(self, word: &str) -> &'static str {
        let [closed, open, either] = self.forms();
        match end(word) {
            End::Rieul if self == Self::To => open,
            End::Open => open,
            End::Rieul | End::Closed => closed,
            End::Unknown => either,
        }
    }

    /// The word with the particle.
    pub(super) fn on(self, word: &str) -> String {
        format!("{word}{}", self.after(word))
    }
}

fn end(word: &str) -> End {
    let word: String = word.nfkc().collect();
    let read = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    match read.chars().next_back() {
        Some(syllable @ '\u{ac00}'..='\u{d7a3}') => syllable_end(syllable),
        Some('0' | '3' | '6') => End::Closed,
        Some('1' | '7' | '8') => End::Rieul,
        Some('2' | '4' | '5' | '9') => End::Open,
        Some(_) => {
            // Without accents: é is read as e.
            let plain: String = read.nfd().filter(|c| !is_combining_mark(*c)).collect();
            let letters = plain.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
            latin_end(plain.get(letters..).unwrap_or_default())
        }
        None => End::Unknown,
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

/// How a run of Latin letters ends.
fn latin_end(letters: &str) -> End {
    let is_upper = letters.chars().all(|c| c.is_ascii_uppercase());
    let lower = letters.to_ascii_lowercase();
    let Some(last) = lower.chars().next_back() else { return End::Unknown };
    let is_spelt = lower.len() == 1 || (is_upper && !lower.ends_with("ng")) || !lower.contains(is_vowel);
    if is_spelt {
        return match last {
            'l' | 'r' => End::Rieul,
            'm' | 'n' => End::Closed,
            _ => End::Open,
        };
    }
    // A silent e: a vowel, a consonant, e.
    let silent = lower.strip_suffix('e').filter(|before| {
        let mut back = before.chars().rev();
        back.next().is_some_and(|c| "lmn".contains(c)) && back.any(is_vowel)
    });
    word_end(silent.unwrap_or(&lower))
}

fn word_end(word: &str) -> End {
    if word.ends_with("ng") {
        return End::Closed;
    }
    let mut back = word.chars().rev();
    match back.next() {
        Some('l') => End::Rieul,
        Some('m' | 'n') => End::Closed,
        Some(last @ ('b' | 'c' | 'k' | 'p' | 't')) => {
            // Two letters for one sound: jack, matt.
            let mut before = back.skip_while(|c| *c == last || (last == 'k' && *c == 'c'));
            let is_short = before.next().is_some_and(is_vowel) && !before.next().is_some_and(is_vowel);
            if is_short { End::Closed } else { End::Open }
        }
        Some(_) => End::Open,
        None => End::Unknown,
    }
}

fn is_vowel(c: char) -> bool {
    "aeiouy".contains(c)
}

#[cfg(test)]
mod tests {
    use super::Particle::{Because, Object, Subject, To, Topic, With};

    #[test]
    fn particles_follow_the_last_sound() {
        let table = [
            ("민수", "민수가", "민수로"),
            ("수달", "수달이", "수달로"),
            ("사람", "사람이", "사람으로"),
            ("한글-", "한글-이", "한글-로"),
            ("없는명령", "없는명령이", "없는명령으로"),
            // Decomposed, as a Mac writes it, and fullwidth.
            ("\u{1109}\u{1161}\u{1105}\u{1161}\u{11b7}", "\u{1109}\u{1161}\u{1105}\u{1161}\u{11b7}이", ""),
            ("ｍｓｇ", "ｍｓｇ가", "ｍｓｇ로"),
            // Words end as they are written in Hangul.
            ("otter", "otter가", "otter로"),
            ("calm-seal", "calm-seal이", "calm-seal로"),
            ("KING", "KING이", "KING으로"),
            ("cat", "cat이", "cat으로"),
            ("bob", "bob이", "bob으로"),
            ("Jack", "Jack이", "Jack으로"),
            ("report", "report가", "report로"),
            ("boat", "boat가", "boat로"),
            ("desk", "desk가", "desk로"),
            ("kim", "kim이", "kim으로"),
            ("name", "name이", "name으로"),
            ("file", "file이", "file로"),
            ("joe", "joe가", "joe로"),
            ("me", "me가", "me로"),
            ("fox", "fox가", "fox로"),
            ("café", "café가", "café로"),
            // Letters by their names.
            ("msg", "msg가", "msg로"),
            ("DM", "DM이", "DM으로"),
            ("TV", "TV가", "TV로"),
            ("URL", "URL이", "URL로"),
            ("방B", "방B가", "방B로"),
            ("방K", "방K가", "방K로"),
            ("팀L", "팀L이", "팀L로"),
            ("팀R", "팀R이", "팀R로"),
            ("팀n", "팀n이", "팀n으로"),
            // Digits.
            ("방0", "방0이", "방0으로"),
            ("방1", "방1이", "방1로"),
            ("방2", "방2가", "방2로"),
            ("방3", "방3이", "방3으로"),
            ("방4", "방4가", "방4로"),
            ("방5", "방5가", "방5로"),
            ("방6", "방6이", "방6으로"),
            ("방7", "방7이", "방7로"),
            ("방8", "방8이", "방8로"),
            ("방9", "방9가", "방9로"),
            ("日本", "日本이(가)", "日本(으)로"),
            ("", "이(가)", "(으)로"),
        ];
        for (word, subject, to) in table {
            assert_eq!(Subject.on(word), subject);
            if !to.is_empty() {
                assert_eq!(To.on(word), to);
            }
        }
    }

    #[test]
    fn every_particle_has_its_forms() {
        let forms = |word| [Topic, Subject, Object, With, To, Because].map(|particle| particle.after(word));
        assert_eq!(forms("사람"), ["은", "이", "을", "과", "으로", "이라서"]);
        assert_eq!(forms("민수"), ["는", "가", "를", "와", "로", "라서"]);
        assert_eq!(forms("수달"), ["은", "이", "을", "과", "로", "이라서"]);
    }
}
