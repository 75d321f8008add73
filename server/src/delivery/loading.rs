//! A room that is being loaded from the store.

use shared::Seq;

use crate::encoded::Encoded;

/// What happened in a room while it was being loaded.
#[derive(Debug, Default)]
pub(super) struct Loading {
    pub(super) events: Vec<Encoded>,
    /// What is before this one must not be kept: see [`super::Delivery::forget_before`].
    pub(super) oldest: Seq,
}
