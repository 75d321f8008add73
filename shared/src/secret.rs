//! The secret that brings an identity back. `Debug` hides it and there is no `Display`, so that it cannot get into a log by
//! accident.

use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::code::{Code, Invalid};
use crate::newtype::wire_string;

/// 43 characters of base64url: 32 random bytes (RFC 4648 section 5, without padding).
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Checks the length and the alphabet. Nothing is decoded: a secret is compared by its hash, as text.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.len() == 43 && raw.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return Ok(Self(raw.into()));
        }
        Err(Invalid::new(Code::AuthFailed, "a secret is 43 characters of base64url"))
    }

    /// Writes 32 random bytes as a secret.
    #[must_use]
    pub fn from_bytes(random: [u8; 32]) -> Self {
        Self(Base64UrlUnpadded::encode_string(&random).into())
    }
}

wire_string!(Secret);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
