//! What people compare to know a server by its key. It must not decide whom to trust.

use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::base64;
use crate::code::{Code, Invalid};

/// The SHA-256 of a public key, written as `ssh` writes it: `SHA256:` and base64 without padding.
///
/// What is hashed is the DER of the certificate's `SubjectPublicKeyInfo` (RFC 5280, section 4.1): it stays the same
/// when a certificate is made anew for the same key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(String);

/// What every fingerprint begins with.
const HASH: &str = "SHA256:";

impl Fingerprint {
    /// The fingerprint of a public key, given as DER.
    #[must_use]
    pub fn of(public_key: &[u8]) -> Self {
        let hash: [u8; 32] = Sha256::digest(public_key).into();
        Self(format!("{HASH}{}", base64::encode(&hash, base64::STANDARD)))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Fingerprint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.strip_prefix(HASH) {
            Some(hash) if base64::is(hash, base64::STANDARD) => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new(Code::BadRequest, "a fingerprint is SHA256: and 43 characters of base64")),
        }
    }
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
        for wrong in ["", "SHA256:", "MD5:47DEQpj8", "SHA256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"] {
            assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
        }
    }
}
