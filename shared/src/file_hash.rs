//! What a content is known by: [`FileHash`], its SHA-256, which everybody may know, and [`FileProof`], a second hash that only who has
//! the content can compute. [`FileHasher`] makes both in one pass.

use sha2::{Digest as _, Sha256};

use crate::newtype::{shown_sha256, wire_sha256};

/// What stands behind the content in the second hash.
const SUFFIX: &[u8] = b"chinwag";

/// The SHA-256 of a content: 64 hexadecimal digits in lower case on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileHash(pub [u8; 32]);

/// The SHA-256 of a content and the seven bytes `chinwag` behind it. It cannot be computed from the hash of the content, so it proves
/// that one has the content, or had it. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileProof(pub [u8; 32]);

/// Computes both hashes of a content that comes in pieces.
#[derive(Clone, Debug, Default)]
pub struct FileHasher(Sha256);

impl FileHasher {
    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The hashes of all pieces.
    #[must_use]
    pub fn finish(self) -> (FileHash, FileProof) {
        let proof = self.0.clone().chain_update(SUFFIX).finalize();
        (FileHash(self.0.finalize().into()), FileProof(proof.into()))
    }

    /// The hashes of a content that is at hand as a whole.
    #[must_use]
    pub fn of(content: &[u8]) -> (FileHash, FileProof) {
        let mut hasher = Self::default();
        hasher.update(content);
        hasher.finish()
    }
}

wire_sha256!(FileHash, "a SHA-256 is 64 hexadecimal digits in lower case");
shown_sha256!(FileHash);

wire_sha256!(FileProof, "a proof is 64 hexadecimal digits in lower case");

impl std::fmt::Debug for FileProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileProof(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_that_other_programs_compute() {
        let (hash, proof) = FileHasher::of(b"hello\n");
        assert_eq!(hash.to_string(), "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
        // (printf 'hello\n'; printf chinwag) | sha256sum
        assert_eq!(String::from(proof), "ee6ade86a38173ed9858b35fd3bac48209e4d4b767fd2370958a0b82cf2fcfb0");
        let mut pieces = FileHasher::default();
        pieces.update(b"hel");
        pieces.update(b"lo\n");
        assert_eq!(pieces.finish(), (hash, proof));
    }

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = FileHash([0xa7; 32]);
        assert_eq!(hash.to_string().parse::<FileHash>().unwrap(), hash);
        for bad in ["", "a7", &"A7".repeat(32), &"g0".repeat(32), &"a7".repeat(33), &"가".repeat(22)] {
            assert!(bad.parse::<FileHash>().is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", FileProof([0xa7; 32])), "FileProof(…)");
    }
}
