//! What people are called. It must not know which names are in use or reserved; the server does.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::RestrictionLevelDetection as _;
use unicode_security::restriction_level::RestrictionLevel;
use unicode_width::UnicodeWidthStr as _;

use crate::newtype::{shown_string, wire_string};
use crate::refusal::{Code, Invalid};

/// A person's name: 2 to 24 columns of letters, digits, `-`, `_` and `.`, beginning with a letter or digit, in one
/// script (Latin may stand beside Hangul, Japanese or Chinese, the "highly restrictive" level of UTS #39).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The fewest columns; one Hangul syllable has two.
    pub const MIN_COLUMNS: usize = 2;
    /// The most columns.
    pub const MAX_COLUMNS: usize = 24;

    /// Checks a name and brings it into Unicode form C.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let invalid = |why| Err(Invalid::new(Code::NameInvalid, why));
        if raw.len() > 4 * Self::MAX_COLUMNS {
            return invalid("a name has 2 to 24 columns; this one is longer");
        }
        let name: String = raw.nfc().collect();
        if !(Self::MIN_COLUMNS..=Self::MAX_COLUMNS).contains(&name.width()) {
            return invalid("a name has 2 to 24 columns");
        }
        if !name.chars().all(is_word_char) || !name.starts_with(char::is_alphanumeric) {
            return invalid("a name is made of letters, digits, '-', '_' and '.', a letter or digit first");
        }
        if name.detect_restriction_level() > RestrictionLevel::HighlyRestrictive {
            return invalid("a name keeps to one script");
        }
        Ok(Self(name.into()))
    }
}

wire_string!(Name);
shown_string!(Name);

/// Whether a character may stand inside a name of a person or room.
pub(crate) fn is_word_char(c: char) -> bool {
    // Halfwidth and fullwidth forms look like other letters or like nothing at all (U+3164, U+FFA0 are "letters").
    let deceiving = matches!(c, '\u{ff00}'..='\u{ffef}' | '\u{3164}' | '\u{115f}' | '\u{1160}');
    !deceiving && (c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '-' | '_' | '.'))
}
