//! A person's name: length, characters and scripts (UTS #39). Whether a name is taken, confusable with one that is taken, or
//! reserved, is decided by the server's chat.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::RestrictionLevelDetection as _;
use unicode_security::restriction_level::RestrictionLevel;
use unicode_width::UnicodeWidthStr as _;

use crate::code::{Code, Invalid};
use crate::newtype::{shown_string, wire_string};
use crate::text::{is_invisible, longest_run_of_marks};

/// A person's name: 2 to 24 columns of letters, digits, `-`, `_` and `.`, beginning with a letter or digit, in one
/// script (Latin may stand beside Hangul, Japanese or Chinese, the "highly restrictive" level of UTS #39). Nothing in
/// it is invisible.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The fewest columns; one Hangul syllable has two.
    pub const MIN_COLUMNS: usize = 2;
    /// The most columns.
    pub const MAX_COLUMNS: usize = 24;

    /// What the one who runs the server is called where they do something; nobody else can be called that.
    #[must_use]
    pub fn operator() -> Self {
        Self("operator".into())
    }

    /// Checks a name and brings it into Unicode form C.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let invalid = |why| Err(Invalid::new(Code::NameInvalid, why));
        // Decomposed Hangul has nine bytes for the two columns of a syllable.
        if raw.len() > 8 * Self::MAX_COLUMNS {
            return invalid("a name has 2 to 24 columns; this one is longer");
        }
        let name: String = raw.nfc().collect();
        if !(Self::MIN_COLUMNS..=Self::MAX_COLUMNS).contains(&name.width()) {
            return invalid("a name has 2 to 24 columns");
        }
        match check_word(&name) {
            Ok(()) => Ok(Self(name.into())),
            Err(BadWord::Characters) => {
                invalid("a name is made of letters, digits, '-', '_' and '.', a letter or digit first")
            }
            Err(BadWord::Scripts) => invalid("a name keeps to one script"),
        }
    }
}

wire_string!(Name);
shown_string!(Name);

/// How many combining marks a letter of a name may carry; UTS #39 section 5.4 stops at four as well.
const MAX_MARKS: usize = 4;

/// Why a string cannot be the name of a person or room.
pub(crate) enum BadWord {
    /// It has a character that names do not have, or has it in the wrong place.
    Characters,
    /// It mixes scripts, or uses letters that no living language writes names with.
    Scripts,
}

/// Checks what the names of people and of rooms have in common. The name is in form C already.
pub(crate) fn check_word(name: &str) -> Result<(), BadWord> {
    let begins_well = name.starts_with(|c: char| c.is_alphanumeric() && !is_combining_mark(c));
    if !begins_well || !name.chars().all(is_word_char) || longest_run_of_marks(name) > MAX_MARKS {
        return Err(BadWord::Characters);
    }
    if name.is_ascii() || keeps_to_one_script(name) { Ok(()) } else { Err(BadWord::Scripts) }
}

fn is_word_char(c: char) -> bool {
    // Halfwidth and fullwidth forms look like other letters.
    let deceiving = is_invisible(c) || matches!(c, '\u{ff00}'..='\u{ffef}');
    !deceiving && (c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '-' | '_' | '.'))
}

fn keeps_to_one_script(name: &str) -> bool {
    // UTS #39 restricts the letters of the Korean keyboard (ㅋㅋ) as mere compatibility forms, but people are called
    // that. Beside Latin they stay out: ㅣ passes for an l.
    let is_keyboard_letter = |c| matches!(c, '\u{3131}'..='\u{3163}');
    if !name.contains(is_keyboard_letter) {
        return name.detect_restriction_level() <= RestrictionLevel::HighlyRestrictive;
    }
    let as_syllables = name.replace(is_keyboard_letter, "가");
    as_syllables.detect_restriction_level() <= RestrictionLevel::SingleScript
}
