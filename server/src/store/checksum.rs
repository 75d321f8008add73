//! The checksum that is kept with each event, so that a bit that was flipped on the disk or in memory is found when the event
//! is read: the first eight bytes of a SHA-256 over every column. It is no protection against somebody who writes into
//! the file, who could write the checksum as well.

use sha2::{Digest as _, Sha256};

/// The checksum of a row: of its `seq`, `room`, `at` and `uid`, its nonce and its body.
pub(super) fn of(numbers: [i64; 4], nonce: Option<&[u8]>, body: &[u8]) -> i64 {
    let mut hash = Sha256::new();
    for number in numbers {
        hash.update(number.to_be_bytes());
    }
    // With its length in front, so that nothing can move from one text to the other; none is no empty one.
    let length = nonce.and_then(|nonce| i64::try_from(nonce.len()).ok()).unwrap_or(-1);
    hash.update(length.to_be_bytes());
    hash.update(nonce.unwrap_or_default());
    hash.update(body);
    hash.finalize().iter().take(8).fold(0, |number, byte| number << 8 | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_covered() {
        let row = ([1, 2, 3, 4], Some(b"n1".as_slice()), b"body".as_slice());
        let sum = of(row.0, row.1, row.2);
        for column in 0..4 {
            for bit in 0..64 {
                let mut numbers = row.0;
                numbers[column] ^= 1 << bit;
                assert_ne!(of(numbers, row.1, row.2), sum);
            }
        }
        for (nonce, body) in [
            (None, b"body".as_slice()),
            (Some(b"".as_slice()), b"body"),
            (Some(b"n"), b"1body"),
            (Some(b"n1b"), b"ody"),
            (Some(b"n3"), b"body"),
            (Some(b"n1"), b"bodx"),
        ] {
            assert_ne!(of(row.0, nonce, body), sum);
        }
    }

    #[test]
    fn it_stays_the_same_for_ever() {
        assert_eq!(
            of([813, 1, 1_763_640_000_123, 17], Some(b"n1"), "{\"text\":\"안녕\"}".as_bytes()),
            6_067_847_195_652_772_509
        );
    }
}
