//! The token that brings an identity back. It must never be printed: `Debug` hides it, and there is no `Display`.

use std::sync::Arc;

use crate::base64;
use crate::code::{Code, Invalid};
use crate::newtype::wire_string;

/// 43 characters of base64url: 32 random bytes (RFC 4648 section 5, without padding).
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Checks the length and the alphabet.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if base64::is(raw, base64::URL) {
            return Ok(Self(raw.into()));
        }
        Err(Invalid::new(Code::AuthFailed, "a secret is 43 characters of base64url"))
    }

    /// Writes 32 random bytes as a secret.
    #[must_use]
    pub fn from_bytes(random: [u8; 32]) -> Self {
        Self(base64::encode(&random, base64::URL).into())
    }
}

wire_string!(Secret);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
