//! When the store thread does what need not be done at once: index messages for the search, and delete what is too old
//! ([`retention`](super::retention)). It is done in steps of a few milliseconds between batches, so that no commit waits
//! for more than one step: at once when nothing else is written, and by the clock, a small share of the time, when
//! batches never stop coming.

use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use rusqlite::Connection;

use super::checkpointer::Checkpointer;
use super::retention::Retention;
use super::search;
use super::step::{Budget, ReadClock};
use super::write::Write;
use crate::config::storage::Keep;

/// Says how long the past is kept now.
pub(super) type AskKeep = Box<dyn FnMut() -> Keep + Send>;

/// How long a step may go on before it commits what it did. What the commit itself takes comes on top.
const STEP: Duration = Duration::from_millis(3);
/// How long the thread leaves off after a step while batches keep coming: the share of the time that others may
/// notice is below a tenth.
const REST: Duration = Duration::from_millis(45);
/// After how long without a batch nothing is being said, and steps follow one another. Waiting makes fewer, larger
/// index steps, which cost less for a message.
const LULL: Duration = Duration::from_millis(500);
/// How many messages may wait to be indexed before it is done without a lull: a search reads these one by one.
const BACKLOG: i64 = 1024;
/// How long the thread sleeps at most when it has nothing to do.
const IDLE: Duration = Duration::from_secs(10);

/// The steps between batches.
pub(super) struct Upkeep {
    keep: AskKeep,
    read_clock: ReadClock,
    retention: Retention,
    /// Whether there may be something to index.
    indexing: bool,
    /// Whose turn it is when both have something to do.
    is_retention_next: bool,
    /// Whether something could not wait for a lull when it was last looked.
    is_behind: bool,
    /// Until when the thread leaves off while batches keep coming.
    rest_until: Duration,
}

impl Upkeep {
    pub(super) fn new(db: &Connection, keep: AskKeep, read_clock: ReadClock) -> Self {
        let retention = Retention::new(db);
        Self {
            keep,
            read_clock,
            retention,
            indexing: true,
            is_retention_next: false,
            is_behind: false,
            rest_until: Duration::ZERO,
        }
    }

    /// Waits for the next batch and does steps meanwhile; `None` at the end.
    pub(super) fn next_batch(
        &mut self,
        db: &mut Connection,
        checkpointer: &mut Checkpointer,
        inbox: &Receiver<Vec<Write>>,
    ) -> Option<Vec<Write>> {
        let arrived = (self.read_clock)().uptime;
        loop {
            checkpointer.on_commit(db);
            match inbox.try_recv() {
                Ok(batch) => {
                    self.step_under_load(db);
                    return Some(self.note(batch));
                }
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
            let lull = (arrived + LULL).saturating_sub((self.read_clock)().uptime);
            let wait = if !lull.is_zero() {
                self.step_under_load(db);
                if self.is_behind { lull.min(REST) } else { lull }
            } else if self.step(db) {
                continue;
            } else {
                IDLE
            };
            match inbox.recv_timeout(wait) {
                Ok(batch) => return Some(self.note(batch)),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn note(&mut self, batch: Vec<Write>) -> Vec<Write> {
        self.indexing |= !batch.is_empty();
        batch
    }

    /// One step while batches come, if something cannot wait for a lull. It is looked now and then only.
    fn step_under_load(&mut self, db: &mut Connection) {
        if (self.read_clock)().uptime < self.rest_until {
            return;
        }
        self.is_behind = self.is_wanted_under_load(db);
        if self.is_behind {
            self.step(db);
        }
        self.rest_until = (self.read_clock)().uptime + REST;
    }

    /// Whether something cannot wait for a lull.
    fn is_wanted_under_load(&mut self, db: &Connection) -> bool {
        let (reading, keep) = ((self.read_clock)(), (self.keep)());
        self.retention.is_wanted(reading, &keep)
            || (self.indexing && search::behind(db).is_ok_and(|behind| behind > BACKLOG))
    }

    /// One step; false when there is nothing left to do.
    fn step(&mut self, db: &mut Connection) -> bool {
        let (reading, keep) = ((self.read_clock)(), (self.keep)());
        let is_retention_wanted = self.retention.is_wanted(reading, &keep);
        let is_retention_due = is_retention_wanted && (self.is_retention_next || !self.indexing);
        self.is_retention_next = !is_retention_due;
        let mut budget = Budget::new(&mut self.read_clock, STEP);
        if is_retention_due {
            // What fails is tried again when it is looked for the next time, not before.
            self.retention.step(db, &keep, reading, &mut budget).unwrap_or_else(|error| {
                tracing::warn!(%error, "could not delete old messages");
            });
            return true;
        }
        let was_indexing = self.indexing;
        if self.indexing {
            // What fails is tried again with the next batch.
            self.indexing = search::index_some(db, &mut budget).unwrap_or_else(|error| {
                tracing::warn!(%error, "could not index what was said");
                false
            });
        }
        was_indexing
    }
}

#[cfg(test)]
mod tests;
