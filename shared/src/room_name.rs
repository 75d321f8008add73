//! A room's name, that of the two-person room of direct messages (`@A:B`) included.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use unicode_width::UnicodeWidthStr as _;

use crate::code::{Code, Invalid};
use crate::id::Uid;
use crate::name::{BadWord, check_word};
use crate::newtype::{shown_string, wire_string};

/// A room's name: 1 to 32 columns of letters, digits, `-`, `_` and `.`, in lower case and one script, like a
/// [`Name`](crate::Name); or `@A:B`, the direct conversation of the identities A and B, where A < B.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomName(Arc<str>);

impl RoomName {
    /// The most columns.
    pub const MAX_COLUMNS: usize = 32;

    /// Checks a name and brings it into lower case and Unicode form C.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let invalid = |why| Err(Invalid::new(Code::BadRequest, why));
        if let Some(pair) = raw.strip_prefix('@') {
            let name = parse_pair(pair).map(|(a, b)| Self::direct(a, b));
            return name
                .map_or_else(|| invalid("a direct room is named @A:B by two uids, the smaller first"), Ok);
        }
        if is_plain(raw) {
            return Ok(Self(raw.into()));
        }
        if raw.len() > 8 * Self::MAX_COLUMNS {
            return invalid("a room's name has 1 to 32 columns; this one is longer");
        }
        let name: String = raw.chars().flat_map(char::to_lowercase).nfc().collect();
        if !(1..=Self::MAX_COLUMNS).contains(&name.width()) {
            return invalid("a room's name has 1 to 32 columns");
        }
        match check_word(&name) {
            Ok(()) => Ok(Self(name.into())),
            Err(BadWord::Characters) => {
                invalid("a room's name is made of letters, digits, '-', '_' and '.', without '#'")
            }
            Err(BadWord::Scripts) => invalid("a room's name keeps to one script"),
        }
    }

    /// The room everybody is in.
    #[must_use]
    pub fn lobby() -> Self {
        Self("lobby".into())
    }

    /// The room of two people's direct messages.
    #[must_use]
    pub fn direct(one: Uid, other: Uid) -> Self {
        Self(format!("@{}:{}", one.min(other), one.max(other)).into())
    }

    /// The two people of a direct room; `None` for any other room.
    #[must_use]
    pub fn pair(&self) -> Option<(Uid, Uid)> {
        self.0.strip_prefix('@').and_then(parse_pair)
    }
}

wire_string!(RoomName);
shown_string!(RoomName);

/// Whether a name is good as it is because it has ASCII characters only, all of them good ones: nearly all are, and every
/// message names its room.
fn is_plain(raw: &str) -> bool {
    let begins_well = raw.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let is_good = |b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
    begins_well && raw.len() <= RoomName::MAX_COLUMNS && raw.bytes().all(is_good)
}

fn parse_pair(pair: &str) -> Option<(Uid, Uid)> {
    let (a, b) = pair.split_once(':')?;
    let number = |digits: &str| {
        let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
        plain.then(|| digits.parse().ok().and_then(Uid::new)).flatten()
    };
    let (a, b) = (number(a)?, number(b)?);
    (a < b).then_some((a, b))
}
