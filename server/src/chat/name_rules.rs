//! Which names are free to take: names that claim a role are reserved, and two names collide if they look alike (see
//! [`name_key`](super::name_key)). Whether a name is well-formed is decided by [`shared::Name`].
//!
//! A name is checked with every greeting, so what needs no table of Unicode does without.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_security::confusable_detection;

use shared::{Code, Name, Refusal};

/// A text with the letters of UTS #39 that it looks like. Names are looked up by it several times while somebody comes and goes,
/// and most are ASCII, where each character stands for itself or for ASCII, without the tables of Unicode.
pub(super) fn skeleton(text: &str) -> String {
    if !text.is_ascii() {
        return confusable_detection::skeleton(text).collect();
    }
    let mut looks = String::with_capacity(text.len() + 8);
    text.bytes().for_each(|c| looks.push_str(ascii_skeleton(c)));
    looks
}

/// The letters that an ASCII character looks like.
pub(super) fn ascii_skeleton(c: u8) -> &'static str {
    static OF_ASCII: LazyLock<[String; 128]> = LazyLock::new(|| {
        let of = |c: u8| confusable_detection::skeleton(char::from(c).encode_utf8(&mut [0; 4])).collect();
        std::array::from_fn(|c| u8::try_from(c).map(of).unwrap_or_default())
    });
    OF_ASCII.get(usize::from(c)).map_or("", String::as_str)
}

/// A text without case: also where a letter has two in the other case (`ß`), a form of its own at the end of a word (`ς`), or
/// another one in some language (`ı`).
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let upper = text.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase);
    upper.flat_map(char::to_lowercase).collect()
}

/// A decomposed text without the dots above `i` and `j`, which have one already: it is not seen beside theirs.
pub(super) fn without_dots(text: String) -> String {
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
    if parts_at(name).next().is_none() {
        return false;
    }
    // Whether the name up to this byte is made of such parts, and whether a claim is among them.
    let mut made = vec![(false, false); name.len() + 1];
    made[0] = (true, false);
    for at in 0..name.len() {
        let ((true, claims), Some(rest)) = (made[at], name.get(at..)) else { continue };
        for (part, is_claim) in parts_at(rest) {
            let (reached, claimed) = &mut made[at + part.len()];
            (*reached, *claimed) = (true, *claimed || claims || *is_claim);
        }
    }
    made.last() == Some(&(true, true))
}

/// Claims, and what may stand around them, that a text begins with.
fn parts_at(text: &str) -> impl Iterator<Item = &'static (String, bool)> {
    static BY_FIRST_BYTE: LazyLock<Vec<Vec<(String, bool)>>> = LazyLock::new(|| {
        let claims = CLAIMS.iter().map(|word| (bare(word), true));
        let mut parts = vec![Vec::new(); 256];
        for part in claims.chain(AFFIXES.iter().map(|word| (bare(word), false))) {
            let first = part.0.as_bytes().first().copied();
            parts[usize::from(first.unwrap_or_default())].push(part);
        }
        parts
    });
    let first = text.as_bytes().first();
    let parts = first.map_or(&[][..], |first| &BY_FIRST_BYTE[usize::from(*first)]);
    parts.iter().filter(move |(part, _)| text.starts_with(part.as_str()))
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
    if word.is_ascii() {
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase());
        let mut bare: String = letters.map(ascii_skeleton).collect();
        bare.make_ascii_lowercase();
        return bare;
    }
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
