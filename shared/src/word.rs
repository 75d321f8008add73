//! The word that lets somebody into a private room. `Debug` hides it and there is no `Display`, so that it cannot get into a log
//! by accident.

use std::sync::Arc;

use crate::code::{Code, Invalid};
use crate::newtype::wire_string;
use crate::text::Line;

/// 1 to 100 bytes on one line, in Unicode form C: however it is typed, it is the same word.
#[derive(Clone, PartialEq, Eq)]
pub struct Word(Arc<str>);

impl Word {
    /// The longest word, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 100;

    /// Checks a word; white space around it is cut off.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let line = Line::parse(raw)?;
        if line.is_empty() || line.as_str().len() > Self::MAX_BYTES {
            let why = format!("a room's word has 1 to {} bytes", Self::MAX_BYTES);
            return Err(Invalid::new(Code::TextInvalid, why));
        }
        Ok(Self(line.as_str().into()))
    }
}

wire_string!(Word);

impl std::fmt::Debug for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Word(…)")
    }
}
