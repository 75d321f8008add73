//! When the store thread does what need not be done at once: delete what is too old ([`retention`](super::retention)), and
//! the index of an older version, and fill the tables that events are looked up by (`lookups`). It is done in steps between batches, so that no commit waits for more than one step: in steps
//! of a few milliseconds when nothing else is written, and by the clock, a small share of the time and a few rows a step, when
//! batches never stop coming. What the files of deleted messages were is passed on there as well.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use shared::FileHash;

use super::brought;
use super::checkpointer::Checkpointer;
use super::deleted_in_log::DeletedInLog;
use super::lookups::Fill;
use super::old_index;
use super::retention::Retention;
use super::retention_progress::RetentionProgress;
use super::schema::BUSY;
use super::step::{Budget, ReadClock};
use super::write::Write;
use crate::config::storage::Keep;

/// Is told of contents that lost a message which brought them.
pub(super) type TellReleased = Box<dyn Fn(Vec<FileHash>) + Send>;

/// Says how long the past is kept now.
pub(super) type AskKeep = Box<dyn FnMut() -> Keep + Send>;

/// How long a step may go on in a lull before it commits what it did. What the commit itself takes comes on top.
const STEP: Duration = Duration::from_millis(3);
/// The same while batches keep coming: it ends after the smallest part there is, some tenths of a millisecond.
const SHORTEST_STEP: Duration = Duration::ZERO;
/// How long the thread leaves off after a step while batches keep coming: the share of the time that others may
/// notice is below a tenth.
const REST: Duration = Duration::from_millis(4);
/// After how long without a batch nothing is being said, and steps follow one another.
const LULL: Duration = Duration::from_millis(500);
/// How long the thread sleeps at most when it has nothing to do.
const IDLE: Duration = Duration::from_secs(10);

/// The steps between batches.
pub(super) struct Upkeep {
    keep: AskKeep,
    read_clock: ReadClock,
    lookups: Fill,
    retention: Retention,
    /// Whether there is something left of the index of an older version.
    has_old_index: bool,
    deleted_in_log: DeletedInLog,
    tell_released: TellReleased,
    /// Whether contents may be released that nobody was told of.
    may_have_released: bool,
    /// Whether there was something to do when it was last looked under load.
    is_behind: bool,
    /// Until when the thread leaves off while batches keep coming.
    rest_until: Duration,
}

impl Upkeep {
    pub(super) fn new(
        db: &Connection,
        keep: AskKeep,
        read_clock: ReadClock,
        tell_released: TellReleased,
    ) -> Self {
        let retention = Retention::new(db);
        let has_old_index = old_index::is_there(db).unwrap_or(false);
        let (lookups, deleted_in_log, rest_until) = (Fill::new(), DeletedInLog::default(), Duration::ZERO);
        Self {
            keep,
            read_clock,
            lookups,
            retention,
            has_old_index,
            deleted_in_log,
            tell_released,
            may_have_released: true,
            is_behind: false,
            rest_until,
        }
    }

    /// Notes that a text was replaced or deleted.
    pub(super) fn note_deletion(&mut self) {
        self.deleted_in_log.note();
        self.may_have_released = true;
    }

    /// How far retention is.
    pub(super) fn retention_progress(&self) -> Arc<RetentionProgress> {
        self.retention.progress()
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
                    self.step_under_load(db, checkpointer);
                    return Some(batch);
                }
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
            let lull = (arrived + LULL).saturating_sub((self.read_clock)().uptime);
            let wait = if !lull.is_zero() {
                self.step_under_load(db, checkpointer);
                if self.is_behind { lull.min(REST) } else { lull }
            } else if self.deleted_in_log.may_be_there()
                && !without_waiting(db, |db| self.deleted_in_log.clear(db))
            {
                LULL
            } else if self.fill_lookups(db) | self.step(db, STEP) | self.pass_released_on(db) {
                continue;
            } else {
                IDLE
            };
            match inbox.recv_timeout(wait) {
                Ok(batch) => return Some(batch),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// One step while batches come, if something cannot wait for a lull. It is looked now and then only.
    fn step_under_load(&mut self, db: &mut Connection, checkpointer: &Checkpointer) {
        if (self.read_clock)().uptime < self.rest_until {
            return;
        }
        if self.deleted_in_log.may_be_there() && checkpointer.is_log_short() {
            without_waiting(db, |db| self.deleted_in_log.clear(db));
        }
        self.is_behind = without_waiting(db, |db| {
            self.fill_lookups(db) | self.step(db, SHORTEST_STEP) | self.pass_released_on(db)
        });
        self.rest_until = (self.read_clock)().uptime + REST;
    }

    /// One step of filling the look-up tables; false when there is nothing to do.
    fn fill_lookups(&mut self, db: &mut Connection) -> bool {
        self.lookups.step(db).unwrap_or_else(|error| {
            tracing::warn!(%error, "could not fill the tables that events are looked up by");
            false
        })
    }

    /// Tells of the contents that lost a message; false when there are none. What is noted as released is only a hint, so it need not
    /// be told of what cannot be read.
    fn pass_released_on(&mut self, db: &Connection) -> bool {
        if !std::mem::take(&mut self.may_have_released) {
            return false;
        }
        let released = brought::take_released(db).unwrap_or_else(|error| {
            tracing::warn!(%error, "could not find out which files lost their messages");
            Vec::new()
        });
        let is_any = !released.is_empty();
        if is_any {
            (self.tell_released)(released);
        }
        is_any
    }

    /// At the end: fills the look-up tables, so that a file at rest has everything in them.
    pub(super) fn finish_lookups(&mut self, db: &mut Connection) {
        if let Err(error) = self.lookups.finish(db) {
            tracing::warn!(%error, "could not fill the tables that events are looked up by");
        }
    }

    /// One step; false when there is nothing left to do.
    fn step(&mut self, db: &mut Connection, time: Duration) -> bool {
        let (reading, keep) = ((self.read_clock)(), (self.keep)());
        let is_retention_wanted = self.retention.is_wanted(reading, &keep);
        let mut budget = Budget::new(&mut self.read_clock, time);
        if is_retention_wanted {
            // What fails is tried again when it is looked for the next time, not before.
            self.may_have_released = true;
            self.retention.step(db, &keep, reading, &mut budget).unwrap_or_else(|error| {
                tracing::warn!(%error, "could not delete old messages");
            });
        } else if self.has_old_index {
            // Where it is damaged it stays, which harms nothing.
            self.has_old_index = old_index::delete_some(db, &mut budget).unwrap_or_else(|error| {
                let is_locked = error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
                if !is_locked {
                    tracing::warn!(%error, "could not delete the search index of an older version");
                }
                is_locked
            });
        } else {
            return false;
        }
        true
    }
}

/// Does something that waits for no lock of another program: the next batch would wait for it again.
fn without_waiting<T>(db: &mut Connection, work: impl FnOnce(&mut Connection) -> T) -> T {
    let set = |db: &Connection, timeout| {
        if let Err(error) = db.busy_timeout(timeout) {
            tracing::warn!(%error, "could not set how long a lock is waited for");
        }
    };
    set(db, Duration::ZERO);
    let done = work(db);
    set(db, BUSY);
    done
}

#[cfg(test)]
mod tests;
