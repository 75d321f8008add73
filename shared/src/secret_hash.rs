//! What stands for a secret where it is kept or compared: the SHA-256 of the secret of an identity, which is random, or a slow hash
//! of the word of a room, which is not. `Debug` does not show it.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::link_code::LinkCode;
use crate::secret::Secret;

/// The hash of a secret: all that the server keeps of it. On the wire in base64url, as secrets are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretHash(pub [u8; 32]);

impl SecretHash {
    /// The hash of a secret.
    #[must_use]
    pub fn of(secret: &Secret) -> Self {
        Self(Sha256::digest(secret.as_str()).into())
    }

    /// The hash of a code for another machine.
    #[must_use]
    pub fn of_code(code: &LinkCode) -> Self {
        Self(Sha256::digest(code.as_str()).into())
    }
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

impl From<SecretHash> for String {
    fn from(hash: SecretHash) -> Self {
        Base64UrlUnpadded::encode_string(&hash.0)
    }
}

impl TryFrom<String> for SecretHash {
    type Error = base64ct::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut bytes = [0; 32];
        match Base64UrlUnpadded::decode(&text, &mut bytes)?.len() {
            32 => Ok(Self(bytes)),
            _ => Err(base64ct::Error::InvalidLength),
        }
    }
}
