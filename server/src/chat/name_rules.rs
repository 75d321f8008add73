//! Which names are free to take. Two names collide if they look alike (case, confusable letters, width: UTS #39), and
//! names that claim a role are reserved. Whether a name is well-formed is decided by [`shared::Name`].

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use unicode_security::confusable_detection::skeleton;

use shared::{Code, Name, Refusal};

/// A normalized form of a name without case and confusable letters (UTS #39). A name has two, and collides with another
/// when they share one: folding the case before the confusables finds that `\u{430}lice` (Cyrillic) looks like `alice`,
/// folding it after them finds that `aIice` does.
///
/// Trailing digits are not normalized, although `kim1` looks like `kiml`: numbered names would collide with each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NameKey(String);

impl NameKey {
    /// The keys of a name.
    #[must_use]
    pub fn both(name: &Name) -> [Self; 2] {
        let name = name.as_str();
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = name.get(stem.len()..).unwrap_or_default();
        let fold = |text: &str| text.to_lowercase();
        let plain = |text: &str| skeleton(text).collect::<String>();
        [plain(&fold(stem)), plain(stem)].map(|key| {
            // A stem that ends in a letter that looks like a digit must not run into the digits.
            let mark = if digits.is_empty() { "" } else { "#" };
            Self(format!("{}{mark}{digits}", fold(&key)))
        })
    }
}

/// Words that claim a role, in the form they are compared in: letters only, as [`NameKey`] sees them.
const RESERVED: [&str; 31] = [
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
];

/// Whether a name claims a role, also with digits, dots or dashes added, or with digits in place of letters.
#[must_use]
pub fn is_reserved(name: &Name) -> bool {
    static BARE: LazyLock<HashSet<String>> =
        LazyLock::new(|| RESERVED.iter().map(|word| bare(word)).collect());
    let stem = name.as_str().trim_end_matches(|c: char| c.is_ascii_digit());
    let read: String = skeleton(stem).collect();
    let spelt: String = stem.chars().map(letter).collect();
    [name.as_str(), &read, &spelt].into_iter().any(|reading| BARE.contains(&bare(reading)))
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
    let folded: String = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
    skeleton(&folded).collect::<String>().to_lowercase()
}

/// Refuses a name that claims a role.
pub(super) fn check(name: &Name) -> Result<(), Refusal> {
    if is_reserved(name) {
        return Err(Refusal::new(Code::NameReserved, "the name is a word for a role; choose another"));
    }
    Ok(())
}
