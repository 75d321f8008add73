//! The fingerprint of a server's key: what people compare to know a server, and what a client remembers of it (trust on
//! first use).

use std::str::FromStr;

use base64ct::{Base64Unpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::code::{Code, Invalid};

/// The SHA-256 of a public key, written as `ssh` writes it: `SHA256:` and base64 without padding.
///
/// What is hashed is the DER of the certificate's `SubjectPublicKeyInfo` (RFC 5280, section 4.1): it stays the same
/// when a certificate is made anew for the same key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(String);

/// What every fingerprint begins with.
const HASH: &str = "SHA256:";

impl Fingerprint {
    /// The fingerprint of a public key, given as DER.
    #[must_use]
    pub fn of(public_key: &[u8]) -> Self {
        let hash = Sha256::digest(public_key);
        Self(format!("{HASH}{}", Base64Unpadded::encode_string(&hash)))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.0
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl FromStr for Fingerprint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.strip_prefix(HASH) {
            Some(hash) if is_sha256(hash) => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new(Code::BadRequest, "a fingerprint is SHA256: and 43 characters of base64")),
        }
    }
}

/// Whether a text is the 32 bytes of a SHA-256 in base64 without padding.
fn is_sha256(text: &str) -> bool {
    Base64Unpadded::decode(text, &mut [0; 32]).is_ok_and(|hash| hash.len() == 32)
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_written_as_ssh_writes_it_and_read_back() {
        // printf '' | openssl dgst -sha256 -binary | base64 | tr -d =
        let empty = Fingerprint::of(b"");
        assert_eq!(empty.as_str(), "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU");
        assert_eq!(empty.as_str().parse(), Ok(empty));
        let url = "SHA256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        for wrong in ["", "SHA256:", "SHA256:47DEQpj8", "MD5:47DEQpj8", url] {
            assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
        }
    }
}
