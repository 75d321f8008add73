//! Which names are free to take: unique when case, confusable letters and width are looked past, and none that
//! claims a role. It must not know what a well-formed name is; [`shared::Name`] does.

use unicode_security::confusable_detection::skeleton;

use shared::{Code, Name, Refusal};

/// What two names have in common when a reader would take them for the same (UTS #39 skeleton of the case fold).
///
/// Digits at the end stand for themselves: `kim1` and `kiml` are told apart by nobody, but `user10` and `user1O`
/// would otherwise make numbered names collide with each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NameKey(String);

impl NameKey {
    /// The key of a name.
    #[must_use]
    pub fn of(name: &Name) -> Self {
        let folded = name.as_str().to_lowercase();
        let stem = folded.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = folded.get(stem.len()..).unwrap_or_default();
        let mut key: String = skeleton(stem).collect::<String>().to_lowercase();
        // A stem that ends in a letter that looks like a digit must not run into the digits.
        if !digits.is_empty() {
            key.push('#');
            key.push_str(digits);
        }
        Self(key)
    }
}

/// Words that claim a role, in the form they are compared in: letters only, as [`NameKey`] sees them.
const RESERVED: [&str; 30] = [
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
    "운영자",
    "운영진",
    "방장",
    "부방장",
    "서버",
    "시스템",
    "공지",
    "모두",
];

/// Whether a name claims a role, dressed up with digits, dots or dashes or not.
#[must_use]
pub fn is_reserved(name: &Name) -> bool {
    let letters = |text: &str| {
        let folded: String = text.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
        skeleton(&folded).collect::<String>().to_lowercase()
    };
    let bare = letters(name.as_str());
    RESERVED.iter().any(|word| letters(word) == bare)
}

/// Refuses a name that claims a role.
pub(super) fn check(name: &Name) -> Result<(), Refusal> {
    if is_reserved(name) {
        return Err(Refusal::new(
            Code::NameReserved,
            format!("\"{name}\" is a word for a role; choose another name"),
        ));
    }
    Ok(())
}
