//! The live settings that are in force, shared with everyone who goes by them over a `watch` channel: a reload sends new
//! ones, and whoever looks sees either the old or the new, never a mixture.

use std::sync::Arc;

use tokio::sync::watch;

use super::Live;
use super::files::Files;

/// What a reload replaces: the live settings, and what the files say.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The settings.
    pub settings: Live,
    /// The files they name.
    pub files: Files,
}

/// A view of the terms that are in force. Whoever goes by them often keeps one: looking again is one atomic load.
#[derive(Clone, Debug)]
pub struct Current {
    changes: watch::Receiver<Arc<Terms>>,
    terms: Arc<Terms>,
}

impl Current {
    /// The first terms, and the sender that replaces them.
    #[must_use]
    pub fn new(terms: Terms) -> (watch::Sender<Arc<Terms>>, Self) {
        let terms = Arc::new(terms);
        let (sender, changes) = watch::channel(Arc::clone(&terms));
        (sender, Self { changes, terms })
    }

    /// The terms now.
    pub fn get(&mut self) -> &Terms {
        // An error means that the sender was dropped; then the last terms stay.
        if self.changes.has_changed().unwrap_or(false) {
            self.terms = Arc::clone(&self.changes.borrow_and_update());
        }
        &self.terms
    }

    /// Waits until there are other terms. Cancel safe.
    pub async fn changed(&mut self) {
        if self.changes.changed().await.is_err() {
            // The sender was dropped; then the last terms stay.
            std::future::pending::<()>().await;
        }
        self.terms = Arc::clone(&self.changes.borrow_and_update());
    }
}
