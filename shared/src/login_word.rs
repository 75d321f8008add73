//! The word with which somebody logs in where a secret is too long to type, such as in an IRC client. `Debug` hides it and there is
//! no `Display`, so that it cannot get into a log by accident.

use std::sync::Arc;

use crate::code::{Code, Invalid};
use crate::newtype::wire_string;
use crate::text::clean_line;

/// 6 to 1000 bytes on one line, in Unicode form C, so that it is the same word however it is typed; or nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginWord(Arc<str>);

impl LoginWord {
    /// The shortest word, in bytes of UTF-8.
    pub const MIN_BYTES: usize = 6;
    /// The longest word.
    pub const MAX_BYTES: usize = 1000;

    /// Checks a word; white space around it is cut off.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let line = clean_line(raw, Self::MAX_BYTES)?;
        if !line.is_empty() && line.len() < Self::MIN_BYTES {
            let why = format!("a word to log in with has {} to {} bytes", Self::MIN_BYTES, Self::MAX_BYTES);
            return Err(Invalid::new(Code::TextInvalid, why));
        }
        Ok(Self(line.into()))
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Default for LoginWord {
    fn default() -> Self {
        Self("".into())
    }
}

wire_string!(LoginWord);

impl std::fmt::Debug for LoginWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoginWord(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_long_enough_or_nothing_and_is_not_shown() {
        for (raw, word) in [("sesame", "sesame"), ("  비밀번호  ", "비밀번호"), ("", ""), (" ", "")] {
            assert_eq!(LoginWord::parse(raw).unwrap().as_str(), word);
        }
        assert_eq!(LoginWord::parse("ka\u{301}fka").unwrap(), LoginWord::parse("k\u{e1}fka").unwrap());
        for raw in ["short", "a\nbcdefg", &"x".repeat(1001)] {
            assert!(LoginWord::parse(raw).is_err(), "{raw}");
        }
        assert_eq!(format!("{:?}", LoginWord::parse("sesame").unwrap()), "LoginWord(…)");
    }
}
