//! Why a node does not start, where starting it again as it is would not help: a person must correct something first. The
//! program ends with the status that keeps a service manager from trying.

use anyhow::Error;

use crate::order::jetstream::failure::Failure;

/// What a node has does not fit its cluster; says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub String);

/// Whether an error of a start is of that kind.
#[must_use]
pub fn is_unfit(error: &Error) -> bool {
    error.downcast_ref::<Unfit>().is_some()
        || error.downcast_ref::<Failure>().is_some_and(Failure::needs_operator)
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn what_a_person_must_correct_is_told_from_what_passes() {
        let old = Failure::OldNats { server: "nats://a:4222".into(), version: "2.9.10".into() };
        assert!(is_unfit(&Error::new(old).context("joining")));
        assert!(is_unfit(&Error::new(Unfit("it has a chat of its own".into()))));
        assert!(!is_unfit(&Failure::Closed.into()));
        let full = Err::<(), _>(std::io::Error::other("no space left")).context("cannot write the copy");
        assert!(!is_unfit(&full.unwrap_err()));
    }
}
