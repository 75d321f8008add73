//! The one-time code by which another machine becomes the same person. `Debug` hides it, so that it cannot get into a log by
//! accident.

use std::sync::Arc;

use crate::code::{Code, Invalid};
use crate::newtype::wire_string;

/// Digits and letters of which none is taken for another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Twelve characters, 60 random bits, shown in three groups: `7KQ2-M0XV-93HD`.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkCode(Arc<str>);

impl LinkCode {
    /// Reads a code as people type it: in small letters, without hyphens or with spaces, `O` for zero, `I` or `L` for one.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let wrong = || {
            Invalid::new(Code::LinkInvalid, "a link code is 12 letters and digits, such as 7KQ2-M0XV-93HD")
        };
        if raw.len() > 64 {
            return Err(wrong());
        }
        let typed = raw.chars().filter(|c| !matches!(c, '-' | ' '));
        let meant = typed.map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
        let code: String = meant.collect();
        if code.len() != 12 || !code.bytes().all(|b| ALPHABET.contains(&b)) {
            return Err(wrong());
        }
        Ok(Self(Self::grouped(&code).into()))
    }

    /// The code of 60 of these random bits.
    #[must_use]
    pub fn from_bits(random: u64) -> Self {
        let digit = |at: u32| char::from(ALPHABET[usize::try_from(random >> (5 * at) & 31).unwrap_or(0)]);
        Self(Self::grouped(&(0..12).map(digit).collect::<String>()).into())
    }

    fn grouped(code: &str) -> String {
        let mut grouped = String::with_capacity(14);
        for (at, c) in code.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                grouped.push('-');
            }
            grouped.push(c);
        }
        grouped
    }
}

wire_string!(LinkCode);

impl std::fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_typed() {
        let code = LinkCode::from_bits(0x0123_4567_89ab_cdef);
        assert_eq!(code.as_str().len(), 14);
        let plain = code.as_str().replace('-', "");
        for typed in [
            plain.to_lowercase(),
            plain.replace('0', "o").replace('1', "l"),
            format!(" {plain} "),
            code.as_str().into(),
        ] {
            assert_eq!(LinkCode::parse(&typed).unwrap(), code, "{typed}");
        }
        for wrong in [
            "",
            "7KQ2-M0XV-93H",
            "7KQ2-M0XV-93HDD",
            "7KQ2-M0XV-93HU",
            "7KQ2-M0XV-93H\u{2160}",
            &"7".repeat(99),
        ] {
            assert!(LinkCode::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(format!("{code:?}"), "LinkCode(…)");
        assert_ne!(LinkCode::from_bits(0), LinkCode::from_bits(1 << 59));
    }
}
