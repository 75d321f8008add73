//! The token that opens one transfer, once. `Debug` hides it and there is no `Display`, so that it cannot get into a log by accident.

use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::code::{Code, Invalid};
use crate::newtype::wire_string;

/// 22 characters of base64url: 16 random bytes (RFC 4648 section 5, without padding).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TransferToken(Arc<str>);

impl TransferToken {
    /// Checks the length and the alphabet.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        if raw.len() == 22 && raw.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return Ok(Self(raw.into()));
        }
        Err(Invalid::new(Code::TokenInvalid, "a token is 22 characters of base64url"))
    }

    /// Writes 16 random bytes as a token.
    #[must_use]
    pub fn from_bytes(random: [u8; 16]) -> Self {
        Self(Base64UrlUnpadded::encode_string(&random).into())
    }
}

wire_string!(TransferToken);

impl std::fmt::Debug for TransferToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TransferToken(…)")
    }
}
