//! Which names are free to take. Two names collide if they look alike (case, confusable letters, width: UTS #39; letters that
//! look like another one together; signs at the ends), and names that claim a role are reserved. Whether a name is well-formed
//! is decided by [`shared::Name`].

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use unicode_security::confusable_detection;

use shared::{Code, Name, Refusal};

/// A normalized form of a name without case and confusable letters (UTS #39). A name has two, and collides with another
/// when they share one: folding the case before the confusables finds that `\u{430}lice` (Cyrillic) looks like `alice`,
/// folding it after them finds that `aIice` does.
///
/// Beyond UTS #39, `vv` is `w` and `cl` is `d` (as `rn` is `m` there); `-`, `_` and `.` are one sign, which counts inside a name
/// only. A digit is the letter it looks like, but makes no pair with one: `abc1` is not `abd`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NameKey(String);

impl NameKey {
    /// The keys of a name.
    #[must_use]
    pub fn both(name: &Name) -> [Self; 2] {
        let name = name.as_str().replace('1', ONE);
        [skeleton(&fold(&name)), skeleton(&name)].map(|key| {
            let key = without_dots(fold(&key));
            let key = without_signs(&key).replace('w', "vv").replace("cl", "d");
            Self(key.replace(ONE, "l"))
        })
    }
}

/// Stands for the digit 1, which UTS #39 makes an `l`, until pairs of letters are found. No name has it.
const ONE: &str = "\u{1}";

/// A text without the signs at its ends, and with `-` for those inside, however many.
fn without_signs(text: &str) -> String {
    let parts: Vec<&str> = text.split(is_sign).filter(|part| !part.is_empty()).collect();
    // Of nothing but signs there is no other form.
    if parts.is_empty() { text.to_owned() } else { parts.join("-") }
}

/// Signs that divide names or are hardly seen: also those that UTS #39 makes of others, such as an apostrophe of a modifier
/// letter (`ʼ`).
fn is_sign(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '\'' | '`' | '\u{2b0}'..='\u{2ff}')
}

/// A text with the letters of UTS #39 that it looks like. Names are looked up by it several times while somebody comes and goes,
/// and most are ASCII, where each character stands for itself or for ASCII, without the tables of Unicode.
fn skeleton(text: &str) -> String {
    static OF_ASCII: LazyLock<[String; 128]> = LazyLock::new(|| {
        let of = |c: u8| confusable_detection::skeleton(char::from(c).encode_utf8(&mut [0; 4])).collect();
        std::array::from_fn(|c| u8::try_from(c).map(of).unwrap_or_default())
    });
    if !text.is_ascii() {
        return confusable_detection::skeleton(text).collect();
    }
    let mut looks = String::with_capacity(text.len() + 8);
    text.bytes().for_each(|c| looks.push_str(&OF_ASCII[usize::from(c)]));
    looks
}

/// A text without case: also where a letter has two in the other case (`ß`), a form of its own at the end of a word (`ς`), or
/// another one in some language (`ı`).
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let upper = text.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase);
    upper.flat_map(char::to_lowercase).collect()
}

/// A decomposed text without the dots above `i` and `j`, which have one already: it is not seen beside theirs.
fn without_dots(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    let mut base = ' ';
    let is_seen = |c: &char| {
        if c.is_alphanumeric() {
            base = *c;
        }
        !(*c == '\u{307}' && matches!(base, 'i' | 'j' | 'l'))
    };
    text.chars().filter(is_seen).collect()
}

/// Words that claim a role, in the form they are compared in: letters only, as [`NameKey`] sees them.
const RESERVED: [&str; 40] = [
    "admin",
    "administrator",
    "moderator",
    "mod",
    "op",
    "operator",
    "owner",
    "root",
    "server",
    "system",
    "sysop",
    "staff",
    "support",
    "official",
    "bot",
    "everyone",
    "here",
    "all",
    "chinwag",
    "chinwagd",
    "관리자",
    "채팅관리자",
    "부관리자",
    "운영자",
    "운영진",
    "방장",
    "부방장",
    "서버",
    "시스템",
    "공지",
    "모두",
    "운영팀",
    "админ",
    "администратор",
    "модератор",
    "administrador",
    "moderador",
    "管理员",
    "管理員",
    "管理者",
];

/// Those of them that still claim a role with other words around them: `admins`, `서버관리자`. The others are parts of many names.
const CLAIMS: [&str; 21] = [
    "admin",
    "administrator",
    "moderator",
    "mod",
    "operator",
    "sysop",
    "server",
    "system",
    "staff",
    "support",
    "official",
    "chinwag",
    "관리자",
    "운영자",
    "운영진",
    "운영팀",
    "방장",
    "서버",
    "시스템",
    "공지",
    "админ",
];

/// What may stand around them.
const AFFIXES: [&str; 33] = [
    "s", "the", "real", "true", "team", "chat", "room", "super", "head", "chief", "main", "co", "vice",
    "sub", "site", "web", "net", "sys", "bot", "account", "님", "들", "팀", "봇", "계정", "공식", "총", "부",
    "채팅", "전체", "진짜", "대표", "장",
];

/// Whether a name claims a role, also with digits, dots or dashes added, with digits in place of letters, or with other words
/// around it.
#[must_use]
pub fn is_reserved(name: &Name) -> bool {
    static BARE: LazyLock<HashSet<String>> =
        LazyLock::new(|| RESERVED.iter().map(|word| bare(word)).collect());
    let stem = name.as_str().trim_end_matches(|c: char| c.is_ascii_digit());
    let read = skeleton(stem);
    let spelt: String = stem.chars().map(letter).collect();
    let others = [&read, &spelt].into_iter().map(String::as_str).filter(|other| *other != stem);
    others.chain([stem]).map(bare).any(|name| BARE.contains(&name) || is_claim(&name))
}

/// Whether a name, in the form it is compared in, is made of words that claim a role and what stands around them.
fn is_claim(name: &str) -> bool {
    static PARTS: LazyLock<Vec<(String, bool)>> = LazyLock::new(|| {
        let claims = CLAIMS.iter().map(|word| (bare(word), true));
        claims.chain(AFFIXES.iter().map(|word| (bare(word), false))).collect()
    });
    // Whether the name up to this byte is made of such parts, and whether a claim is among them.
    let mut made = vec![(false, false); name.len() + 1];
    made[0] = (true, false);
    for at in 0..name.len() {
        let ((true, claims), Some(rest)) = (made[at], name.get(at..)) else { continue };
        for (part, is_claim) in PARTS.iter().filter(|(part, _)| rest.starts_with(part.as_str())) {
            let (reached, claimed) = &mut made[at + part.len()];
            (*reached, *claimed) = (true, *claimed || claims || *is_claim);
        }
    }
    made.last() == Some(&(true, true))
}

/// The letter a digit is written for (`adm1n`), which is not always the one it looks like: to UTS #39 a 1 is an l.
fn letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => other,
    }
}

/// The letters of a word in the form they are compared in.
fn bare(word: &str) -> String {
    let folded: String = fold(word).chars().filter(|c| c.is_alphabetic()).collect();
    without_dots(fold(&skeleton(&folded)))
}

/// Refuses a name that claims a role.
pub(super) fn check(name: &Name) -> Result<(), Refusal> {
    if is_reserved(name) {
        return Err(Refusal::new(Code::NameReserved, "the name is a word for a role; choose another"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is done without tables for ASCII is what the tables say, for each character, and for each behind each.
    #[test]
    fn ascii_has_the_skeleton_and_the_case_of_unicode() {
        let ascii = || (0..128).map(char::from);
        for text in ascii().flat_map(|a| ascii().map(move |b| format!("{a}{b}"))) {
            let lower = || text.chars().flat_map(char::to_lowercase);
            let folded: String = lower().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
            assert_eq!(fold(&text), folded);
            assert_eq!(skeleton(&text), confusable_detection::skeleton(&text).collect::<String>());
        }
    }
}
