//! What the store thread does between batches: it indexes messages for the search, and deletes what is too old (retention).
//! Each in small steps, so that a commit waits for one step at most.
//!
//! Deleting by age trusts no single reading of the clock: an event goes when it was too old at two readings, ten minutes
//! or more apart, the second taken right before. So a server that starts with a wrong clock, or whose clock jumps ahead
//! and back, deletes nothing by the wrong date.

use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use rusqlite::{Connection, Transaction};

use shared::Millis;

use super::search;
use super::write::Write;
use crate::clock::Clock;
use crate::config::storage::Keep;

/// Says how long the past is kept now.
pub(super) type AskKeep = Box<dyn FnMut() -> Keep + Send>;

/// A reading of the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// How long the server ran, in milliseconds. The time a machine is suspended is not counted: no clock is set right
    /// in it.
    pub(super) uptime_ms: u64,
    /// What time it was.
    pub(super) now: Millis,
}

impl Reading {
    /// What the clock says.
    pub(super) fn of(clock: &Clock) -> Self {
        Self { uptime_ms: clock.uptime_ms(), now: clock.now() }
    }
}

/// Reads the clock.
pub(super) type ReadClock = Box<dyn FnMut() -> Reading + Send>;

/// How long the store waits for the next batch before it does its chores.
const LULL: Duration = Duration::from_millis(500);
/// How often it looks for what is too old, and so how far the two readings are apart that an age must be confirmed by.
/// A clock that is wrong when a machine starts is set right from the network within a minute or two, and what was
/// deleted cannot be brought back.
const PRUNE_EVERY_MS: u64 = 10 * 60 * 1000;
/// How many events go in one step.
const STEP: i64 = 500;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The chores between batches.
pub(super) struct Upkeep {
    keep: AskKeep,
    read_clock: ReadClock,
    next_prune_ms: u64,
    /// The clock when it was last looked for what is too old, and the time before that.
    readings: [Option<Reading>; 2],
    /// Whether there may be something to index.
    indexing: bool,
    /// Whether there may be more that is too old.
    pruning: bool,
}

impl Upkeep {
    pub(super) fn new(keep: AskKeep, read_clock: ReadClock) -> Self {
        let readings = [None; 2];
        Self { keep, read_clock, next_prune_ms: 0, readings, indexing: true, pruning: false }
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
        let (reading, keep) = ((self.read_clock)(), (self.keep)());
        if keep != Keep::default() && reading.uptime_ms >= self.next_prune_ms {
            self.next_prune_ms = reading.uptime_ms.saturating_add(PRUNE_EVERY_MS);
            self.readings = [Some(reading), self.readings[0]];
            self.pruning = true;
        }
        if self.pruning {
            // What is too old at both readings is what is too old at the smaller one.
            let confirmed = self.readings[1].map(|before| before.now.min(reading.now));
            self.pruning = or_log(prune_some(db, keep, confirmed), "could not delete old messages");
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

/// Deletes some of what is too old, or too much; false when nothing was. Without a time that two readings confirm
/// nothing is too old.
fn prune_some(db: &mut Connection, keep: Keep, now: Option<Millis>) -> rusqlite::Result<bool> {
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut gone = 0;
    if let Some(now) = now
        && keep.days > 0
    {
        let oldest = now.saturating_sub(i64::from(keep.days) * DAY_MS);
        // Not up to the first that is young enough: a clock that was stepped leaves times out of order.
        let old = "SELECT seq FROM event WHERE at < ?1 ORDER BY seq LIMIT ?2";
        gone += delete(&transaction, old, (oldest, STEP))?;
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
        gone += delete(db, excess, (room, keep))?;
    }
    Ok(gone)
}

/// Deletes the events a query names, and their words. The newest event of all stays: the next one is numbered after it.
fn delete(db: &Transaction<'_>, which: &str, params: (i64, i64)) -> rusqlite::Result<usize> {
    let spare = "AND seq < (SELECT max(seq) FROM event)";
    let words = format!("DELETE FROM words WHERE rowid IN ({which})");
    db.prepare_cached(&words)?.execute(params)?;
    let events = format!("DELETE FROM event WHERE seq IN ({which}) {spare}");
    db.prepare_cached(&events)?.execute(params)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tempfile::TempDir;

    use super::*;
    use crate::config::storage::Sync;
    use crate::store::schema;

    const NOW: Millis = 1_795_248_867_000;
    const MINUTE: u64 = 60 * 1000;

    /// A store with an event of each of these ages, in days, and one of just now; and the clock it goes by.
    struct Site {
        db: Connection,
        upkeep: Upkeep,
        clock: Arc<Mutex<Reading>>,
        _dir: TempDir,
    }

    impl Site {
        fn open(keep: Keep, days: &[i64]) -> Self {
            let dir = TempDir::new().unwrap();
            let db = schema::open_writer(&dir.path().join("db"), Sync::Normal).unwrap();
            db.execute("INSERT INTO room (id, name) VALUES (1, 'lobby')", []).unwrap();
            for (seq, days) in (1..).zip(days.iter().chain(&[0])) {
                let sql = "INSERT INTO event (seq, room, at, uid, body) VALUES (?1, 1, ?2, 1, '{}')";
                db.execute(sql, (seq, NOW - days * DAY_MS)).unwrap();
            }
            let clock = Arc::new(Mutex::new(Reading { uptime_ms: 0, now: NOW }));
            let read = Arc::clone(&clock);
            let upkeep = Upkeep::new(Box::new(move || keep), Box::new(move || *read.lock().unwrap()));
            Self { db, upkeep: Upkeep { indexing: false, ..upkeep }, clock, _dir: dir }
        }

        /// So many minutes pass; then the clock is wrong by so many days, and the chores are done.
        fn after(&mut self, minutes: u64, wrong_days: i64) -> Vec<i64> {
            {
                let mut clock = self.clock.lock().unwrap();
                clock.uptime_ms += minutes * MINUTE;
                clock.now = NOW + i64::try_from(clock.uptime_ms).unwrap() + wrong_days * DAY_MS;
            }
            while self.upkeep.chore(&mut self.db) {}
            let mut select = self.db.prepare("SELECT seq FROM event ORDER BY seq").unwrap();
            select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        }
    }

    const A_WEEK: Keep = Keep { days: 7, per_room: 0 };

    #[test]
    fn what_is_too_old_goes_when_a_second_reading_says_so() {
        let mut site = Site::open(A_WEEK, &[9, 8, 1, 8]);
        assert_eq!(site.after(0, 0), [1, 2, 3, 4, 5], "the first reading deletes nothing");
        assert_eq!(site.after(9, 0), [1, 2, 3, 4, 5], "it was not ten minutes");
        assert_eq!(site.after(1, 0), [3, 5]);
    }

    #[test]
    fn a_start_with_a_wrong_clock_deletes_nothing() {
        let mut site = Site::open(A_WEEK, &[8, 1, 1]);
        assert_eq!(site.after(0, 3650), [1, 2, 3, 4]);
        // It was set right meanwhile, as it mostly is within seconds.
        assert_eq!(site.after(10, 0), [2, 3, 4]);
    }

    #[test]
    fn a_clock_that_jumps_ahead_and_back_deletes_nothing() {
        let mut site = Site::open(A_WEEK, &[6, 1]);
        assert_eq!(site.after(0, 0), [1, 2, 3]);
        assert_eq!(site.after(10, 3650), [1, 2, 3], "ahead at the second reading");
        assert_eq!(site.after(10, 0), [1, 2, 3], "ahead at the first");
        assert_eq!(site.after(10, -3650), [1, 2, 3], "behind");
        assert_eq!(site.after(10, 0), [1, 2, 3]);
        // Two days later the first is old.
        assert_eq!(site.after(2 * 24 * 60, 0), [1, 2, 3]);
        assert_eq!(site.after(10, 0), [2, 3]);
    }

    #[test]
    fn the_clock_is_read_again_right_before_every_step() {
        let days: Vec<i64> = vec![8; 2 * usize::try_from(STEP).unwrap()];
        let mut site = Site::open(A_WEEK, &days);
        site.after(0, 0);
        let mut readings = 0;
        let uptime_ms = 10 * MINUTE;
        // It is set back after the first step.
        site.upkeep.read_clock = Box::new(move || {
            readings += 1;
            Reading { uptime_ms, now: if readings == 1 { NOW } else { NOW - 30 * DAY_MS } }
        });
        while site.upkeep.chore(&mut site.db) {}
        let left: i64 = site.db.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).unwrap();
        assert_eq!(left, STEP + 1);
    }

    #[test]
    fn too_many_events_need_no_clock() {
        let mut site = Site::open(Keep { days: 0, per_room: 2 }, &[9, 9, 1]);
        assert_eq!(site.after(0, 0), [3, 4]);
    }
}
