//! What a name looks like: two names collide if they look alike (case, confusable letters, width: UTS #39; letters that look
//! like another one together; signs at the ends).
//!
//! Keys are made several times while somebody comes and goes, and most names are ASCII: those are read once, without the tables
//! of Unicode and without a text for each step.

use serde::{Deserialize, Serialize};

use shared::Name;

use super::name_rules::{ascii_skeleton, fold, skeleton, without_dots};

/// A normalized form of a name without case and confusable letters (UTS #39). A name has two, and collides with another
/// when they share one: folding the case before the confusables finds that `\u{430}lice` (Cyrillic) looks like `alice`,
/// folding it after them finds that `aIice` does.
///
/// Beyond UTS #39, `vv` is `w` and `cl` is `d` (as `rn` is `m` there); `-`, `_` and `.` are one sign, which counts inside a name
/// only. A digit is the letter it looks like, but makes no pair with one: `abc1` is not `abd`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NameKey(Box<str>);

impl NameKey {
    /// The keys of a name: two, or one where they are the same.
    pub fn of(name: &Name) -> impl Iterator<Item = Self> {
        let name = name.as_str();
        let [first, second] = if !name.is_ascii() {
            both(name).map(Some)
        } else if name.bytes().any(|c| c.is_ascii_uppercase()) {
            [Some(of_ascii(&name.to_ascii_lowercase())), Some(of_ascii(name))]
        } else {
            [Some(of_ascii(name)), None]
        };
        let second = second.filter(|second| Some(second) != first.as_ref());
        first.into_iter().chain(second).map(|key| Self(key.into()))
    }
}

/// Stands for the digit 1, which UTS #39 makes an `l`, until pairs of letters are found. No name has it.
const ONE: &str = "\u{1}";

/// The keys of any name.
fn both(name: &str) -> [String; 2] {
    let name = name.replace('1', ONE);
    [skeleton(&fold(&name)), skeleton(&name)].map(|key| {
        let key = without_dots(fold(&key));
        let key = without_signs(&key).replace('w', "vv").replace("cl", "d");
        key.replace(ONE, "l")
    })
}

/// The key of an ASCII name, folded after the confusables.
fn of_ascii(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 4);
    let mut after_sign = false;
    let mut push = |c: char, makes_pairs: bool| {
        if is_sign(c) {
            after_sign = true;
            return;
        }
        if std::mem::take(&mut after_sign) && !key.is_empty() {
            key.push('-');
        }
        match c {
            'w' => key.push_str("vv"),
            'l' if makes_pairs && key.ends_with('c') => {
                key.pop();
                key.push('d');
            }
            c => key.push(c),
        }
    };
    for c in name.bytes() {
        if c == b'1' {
            push('l', false);
        } else {
            ascii_skeleton(c).chars().for_each(|c| push(c.to_ascii_lowercase(), true));
        }
    }
    // Of nothing but signs there is no other form.
    if key.is_empty() { name.to_owned() } else { key }
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_ascii_name_has_the_keys_that_the_tables_say(name in "[A-Za-z0-9][clwv1lIO0mrnCLW._-]{1,7}[a-zA-Z0-9._-]{0,4}") {
            let Ok(name) = Name::parse(&name) else { return Ok(()) };
            let mut said = both(name.as_str()).map(|key| NameKey(key.into())).to_vec();
            said.dedup();
            prop_assert_eq!(NameKey::of(&name).collect::<Vec<_>>(), said);
        }
    }
}
