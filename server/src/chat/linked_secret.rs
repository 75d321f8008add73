//! What the secret of a machine was made of.

use serde::{Deserialize, Serialize};

/// What the secret of a machine was made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MadeOf {
    /// Of randomness.
    #[default]
    Random,
    /// Of a word; a person has one at most.
    Word,
    /// Of a client certificate.
    Certificate,
}

impl MadeOf {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(super) fn is_random(&self) -> bool {
        *self == Self::Random
    }
}
