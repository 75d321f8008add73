//! What of the log is shown, as the reader has chosen it. `visibility.rs` follows it.

use std::collections::BTreeSet;
use std::sync::Arc;

use shared::Uid;

use crate::joins::Joins;

/// What of the log is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// How joins and leaves are shown.
    pub joins: Joins,
    /// Who is ignored.
    pub ignored: Arc<BTreeSet<Uid>>,
}
