//! How fast an IRC client is read: by the settings that hold for every connection. Much of what it asks is answered out of the
//! session, without the server, so its lines and what they are answered are charged here as well. Who is over is read later,
//! not refused.

use std::time::Duration;

use crate::config::live::Current;
use crate::token_bucket::Bucket;

/// The cost of a line in addition to its bytes, as of a line of the JSON wire.
const LINE_COST: u64 = 64;

/// The pace of one connection.
#[derive(Debug)]
pub(super) struct Pace {
    terms: Current,
    said: Bucket,
    answered: Bucket,
}

impl Pace {
    pub(super) fn new(terms: Current) -> Self {
        Self { terms, said: Bucket::default(), answered: Bucket::default() }
    }

    /// Charges for a line, and for what it was answered at once.
    pub(super) fn charge(&mut self, said: usize, answered: usize, now_ms: u64) {
        let bounds = &self.terms.get().settings.bounds;
        self.said.charge(bounds.bytes_pace, said as u64 + LINE_COST, now_ms);
        self.answered.charge(bounds.answer_pace, answered as u64, now_ms);
    }

    /// How long the next line has to wait.
    pub(super) fn wait(&mut self, now_ms: u64) -> Option<Duration> {
        let bounds = &self.terms.get().settings.bounds;
        let said = self.said.wait(bounds.bytes_pace, 0, now_ms);
        said.max(self.answered.wait(bounds.answer_pace, 0, now_ms))
    }
}
