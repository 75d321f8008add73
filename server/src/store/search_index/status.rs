//! How the search index does, for `status` and the metrics: atomics that its thread sets.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::file;
use crate::stats::Count;

/// How the search index does, at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexReport {
    /// How many events are not indexed yet, at most.
    pub backlog: u64,
    /// The size of its files, in bytes.
    pub bytes: u64,
    /// Why it does not go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How the search index does.
#[derive(Debug, Default)]
pub struct IndexStatus {
    /// How many events are not indexed yet, at most.
    pub backlog: Count,
    /// How often something went wrong with it, since the start.
    pub failures: Count,
    /// How often it was made anew, since the start.
    pub rebuilds: Count,
    /// It is being made anew.
    is_rebuilding: AtomicBool,
    /// Why it does not go on.
    error: Mutex<Option<String>>,
}

impl IndexStatus {
    /// How it does now; it is in this directory.
    #[must_use]
    pub fn report(&self, dir: &Path) -> IndexReport {
        IndexReport { backlog: self.backlog.get(), bytes: file::size(dir), error: self.error() }
    }

    /// What an operator should know, as text. It is no trouble of the chat.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let backlog = self.backlog.get();
        if let Some(error) = self.error() {
            return Some(format!(
                "the search index does not go on ({error}), {backlog} events wait for it; it is tried again, and searches \
                 look through these one by one"
            ));
        }
        let is_rebuilding = self.is_rebuilding.load(Ordering::Relaxed) && backlog > 0;
        is_rebuilding.then(|| {
            format!("the search index is made anew, {backlog} events to go; searches take longer meanwhile")
        })
    }

    /// Why it does not go on, if it does not.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// It goes on, or not, and why.
    pub(super) fn goes_on(&self, error: Option<String>) {
        if error.is_some() {
            self.failures.add(1);
        }
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    pub(super) fn begins_anew(&self) {
        self.rebuilds.add(1);
        self.is_rebuilding.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_caught_up(&self) {
        self.is_rebuilding.store(false, Ordering::Relaxed);
    }
}
