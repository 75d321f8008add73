//! What a TLS client certificate is known by: the SHA-256 of its DER form.

use crate::code::Invalid;
use crate::newtype::{shown_sha256, wire_sha256};

/// The SHA-256 of a certificate: 64 hexadecimal digits in lower case on the wire. It says nothing of who has its key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateHash(pub [u8; 32]);

impl CertificateHash {
    /// Reads it as programs print it: in capital or small letters, with colons or without (`openssl x509 -fingerprint -sha256`).
    pub fn parse_printed(text: &str) -> Result<Self, Invalid> {
        let digits = text.trim().rsplit('=').next().unwrap_or_default();
        digits.replace([':', ' '], "").to_ascii_lowercase().parse()
    }
}

wire_sha256!(CertificateHash, "a certificate's SHA-256 is 64 hexadecimal digits in lower case");
shown_sha256!(CertificateHash);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_openssl_prints_it() {
        let hash = CertificateHash([0xab; 32]);
        let pairs = ["AB"; 32].join(":");
        for printed in [hash.to_string(), pairs.clone(), format!("sha256 Fingerprint={pairs}\n")] {
            assert_eq!(CertificateHash::parse_printed(&printed).unwrap(), hash, "{printed}");
        }
        for wrong in ["", "ab", "SHA1 Fingerprint=AB:CD", &"g".repeat(64)] {
            assert!(CertificateHash::parse_printed(wrong).is_err(), "{wrong}");
        }
    }
}
