//! What the store does when nothing waits for it: index what was said, and let go of what is too old.
//! It must not hold up a commit for more than one small step.

use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use rusqlite::{Connection, Transaction};

use super::search;
use super::write::Write;
use crate::clock::Clock;
use crate::config::storage::Keep;

/// Says how long the past is kept now.
pub(super) type AskKeep = Box<dyn FnMut() -> Keep + Send>;

/// How long the store waits for the next batch before it does its chores.
const LULL: Duration = Duration::from_millis(500);
/// How often it looks for what is too old.
const PRUNE_EVERY_MS: u64 = 10 * 60 * 1000;
/// How many events go in one step.
const STEP: i64 = 500;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The chores between batches.
pub(super) struct Upkeep {
    keep: AskKeep,
    clock: Clock,
    next_prune_ms: u64,
    /// Whether there may be something to index.
    indexing: bool,
    /// Whether there may be more that is too old.
    pruning: bool,
}

impl Upkeep {
    pub(super) fn new(keep: AskKeep) -> Self {
        Self { keep, clock: Clock::start(), next_prune_ms: 0, indexing: true, pruning: false }
    }

    /// Waits for the next batch and does chores meanwhile; `None` at the end.
    pub(super) fn next_batch(
        &mut self,
        db: &mut Connection,
        inbox: &Receiver<Vec<Write>>,
    ) -> Option<Vec<Write>> {
        if self.is_far_behind(db) {
            self.chore(db);
        }
        loop {
            let batch = if self.indexing || self.pruning {
                match inbox.try_recv() {
                    Ok(batch) => Ok(batch),
                    // Something was said just now: more may come, and a larger step costs less.
                    Err(TryRecvError::Empty) => inbox.recv_timeout(LULL),
                    Err(TryRecvError::Disconnected) => return None,
                }
            } else {
                inbox.recv_timeout(Duration::from_millis(PRUNE_EVERY_MS))
            };
            match batch {
                Ok(batch) => {
                    self.indexing |= !batch.is_empty();
                    return Some(batch);
                }
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    while self.chore(db) {
                        if let Ok(batch) = inbox.try_recv() {
                            self.indexing |= !batch.is_empty();
                            return Some(batch);
                        }
                    }
                }
            }
        }
    }

    fn is_far_behind(&self, db: &Connection) -> bool {
        self.indexing && search::behind(db).is_ok_and(|behind| behind > search::BEHIND)
    }

    /// One small step; false when there is nothing left to do.
    fn chore(&mut self, db: &mut Connection) -> bool {
        if self.indexing {
            self.indexing = or_log(search::index_some(db), "could not index what was said");
            return true;
        }
        let (now, keep) = (self.clock.uptime_ms(), (self.keep)());
        if keep != Keep::default() && now >= self.next_prune_ms {
            self.next_prune_ms = now + PRUNE_EVERY_MS;
            self.pruning = true;
        }
        if self.pruning {
            self.pruning = or_log(prune_some(db, keep, self.clock.now()), "could not let go of old messages");
        }
        self.pruning
    }
}

/// A chore that fails is tried again with the next batch, not before.
fn or_log(done: rusqlite::Result<bool>, what: &str) -> bool {
    done.unwrap_or_else(|error| {
        tracing::warn!(%error, "{what}");
        false
    })
}

/// Lets some of what is too old go; false when nothing was.
fn prune_some(db: &mut Connection, keep: Keep, now: i64) -> rusqlite::Result<bool> {
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut gone = 0;
    if keep.days > 0 {
        let oldest = now - i64::from(keep.days) * DAY_MS;
        // Events are in the order of time, nearly: the clock never goes back while a server runs.
        let old = "SELECT seq FROM event WHERE at < ?1 ORDER BY seq LIMIT ?2";
        gone += let_go(&transaction, old, (oldest, STEP))?;
    }
    if keep.per_room > 0 {
        gone += prune_rooms(&transaction, i64::from(keep.per_room))?;
    }
    transaction.commit()?;
    Ok(gone > 0)
}

fn prune_rooms(db: &Transaction<'_>, keep: i64) -> rusqlite::Result<usize> {
    let rooms: Vec<i64> = db
        .prepare_cached("SELECT id FROM room")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut gone = 0;
    for room in rooms {
        let excess = "SELECT seq FROM event WHERE room = ?1 AND seq <=
                          (SELECT seq FROM event WHERE room = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)
                      ORDER BY seq LIMIT 500";
        gone += let_go(db, excess, (room, keep))?;
    }
    Ok(gone)
}

/// Deletes the events a query names, and their words. The newest event of all stays: it says how far the server is.
fn let_go(db: &Transaction<'_>, which: &str, params: (i64, i64)) -> rusqlite::Result<usize> {
    let spare = "AND seq < (SELECT max(seq) FROM event)";
    let words = format!("DELETE FROM words WHERE rowid IN ({which})");
    db.prepare_cached(&words)?.execute(params)?;
    let events = format!("DELETE FROM event WHERE seq IN ({which}) {spare}");
    db.prepare_cached(&events)?.execute(params)
}
