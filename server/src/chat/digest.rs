//! A running digest of what the chat had written, for nodes to compare: it depends on every event and every row up to a place, and
//! on their order. Two nodes of the same version that have another one at the same place have different chats.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The digest at a place: half of a SHA-256, in base64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 16]);

impl Digest {
    /// With one more event, in its wire form.
    #[must_use]
    pub fn with_event(self, event: &[u8]) -> Self {
        self.with(b"event", event)
    }

    /// With one more row, in any form that says all of it.
    #[must_use]
    pub fn with_row(self, row: &str) -> Self {
        self.with(b"row", row.as_bytes())
    }

    fn with(self, kind: &[u8], content: &[u8]) -> Self {
        let whole = Sha256::new().chain_update(self.0).chain_update(kind).chain_update(content).finalize();
        let mut half = [0; 16];
        half.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        Self(half)
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut digest = [0; 16];
        let decoded = Base64UrlUnpadded::decode(&text, &mut digest).map(<[u8]>::len);
        if decoded == Ok(digest.len()) {
            Ok(Self(digest))
        } else {
            Err("a digest has 22 characters of base64")
        }
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        Base64UrlUnpadded::encode_string(&digest.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_order_or_content_is_another_digest() {
        let digest =
            |events: &[&[u8]]| events.iter().fold(Digest::default(), |sum, event| sum.with_event(event));
        assert_eq!(digest(&[b"a", b"b"]), digest(&[b"a", b"b"]));
        assert_ne!(digest(&[b"a", b"b"]), digest(&[b"b", b"a"]));
        assert_ne!(digest(&[b"ab"]), digest(&[b"a", b"b"]));
        let text = String::from(digest(&[b"a"]));
        assert_eq!((text.len(), Digest::try_from(text.clone())), (22, Ok(digest(&[b"a"]))), "{text}");
        assert!(Digest::try_from("?".to_owned()).is_err());
    }
}
