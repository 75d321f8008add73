//! Whether a version of NATS is new enough to be trusted with the stream.

/// The first NATS that does not lose a stream when it is killed (nats-server #6888).
const SAFE_VERSION: (u64, u64, u64) = (2, 10, 23);

/// Whether NATS of this version does not lose a stream when it is killed.
pub(super) fn is_safe(version: &str) -> bool {
    numbers(version) >= SAFE_VERSION
}

/// The numbers of a version; what follows a - is ignored, so that a preview of a version counts for it.
fn numbers(version: &str) -> (u64, u64, u64) {
    let mut numbers =
        version.split('-').next().unwrap_or_default().split('.').map(|n| n.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (version, safe) in [
            ("2.9.10", false),
            ("2.10.22", false),
            ("2.10.23", true),
            ("2.11.0-preview.1", true),
            ("not a version", false),
        ] {
            assert_eq!(is_safe(version), safe, "{version}");
        }
    }
}
