//! Comparing secrets without a timing side channel.

use sha2::{Digest as _, Sha256};

/// Whether two secrets are the same. The time it takes does not tell how much of `given` is right: their SHA-256
/// digests are compared, all 32 bytes of them, which also hides the length of `wanted`.
#[must_use]
pub fn equal(given: &[u8], wanted: &[u8]) -> bool {
    let (given, wanted) = (Sha256::digest(given), Sha256::digest(wanted));
    given.iter().zip(&wanted).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}
