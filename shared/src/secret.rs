//! The token that brings an identity back. It must never be printed: `Debug` hides it, and there is no `Display`.

use std::sync::Arc;

use crate::newtype::wire_string;
use crate::refusal::{Code, Invalid};

/// 43 characters of base64url: 32 random bytes (RFC 4648 section 5, without padding).
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Secret {
    /// Checks the length and the alphabet.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.len() == 43 && raw.bytes().all(|b| ALPHABET.contains(&b)) {
            return Ok(Self(raw.into()));
        }
        Err(Invalid::new(Code::AuthFailed, "a secret is 43 characters of base64url"))
    }

    /// Writes 32 random bytes as a secret.
    #[must_use]
    pub fn from_bytes(random: [u8; 32]) -> Self {
        let mut text = String::with_capacity(43);
        for chunk in random.chunks(3) {
            let bytes = [chunk.first(), chunk.get(1), chunk.get(2)].map(|b| b.copied().unwrap_or(0));
            let bits = u32::from(bytes[0]) << 16 | u32::from(bytes[1]) << 8 | u32::from(bytes[2]);
            for place in 0..=chunk.len() {
                let six = (bits >> (18 - 6 * place)) & 0x3f;
                text.push(char::from(ALPHABET[six as usize]));
            }
        }
        Self(text.into())
    }
}

wire_string!(Secret);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
