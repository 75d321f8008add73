//! Fills the look-up tables behind what is committed, in rounds between batches. A round takes all events that are not in them, those
//! of a room together, so that a page is written once for many; each of its steps is a short transaction.

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::late::{MARK, among_late};

/// With how many events a round begins, at least. Look-ups go through as many.
const FEWEST: i64 = 256;
/// How many of a room a page should be written for: where many rooms are talked in, a round begins with more.
const OF_A_ROOM: i64 = 8;
/// With how many events a round begins however many rooms they are in.
pub(super) const MOST: i64 = 1024;
/// How many steps a round has, where they are not smaller than [`SMALLEST`].
const STEPS: usize = 8;
/// How many entries of each table a step makes at least: some tenths of a millisecond.
const SMALLEST: usize = 64;

/// How far the tables are, and the round under way.
#[derive(Debug)]
pub(in crate::store) struct Fill {
    /// The mark; `None` before it was read.
    filled: Option<i64>,
    /// With how many events it is looked again whether a round begins.
    looked_at: i64,
    /// Up to which seq the tables are when the round ends.
    until: i64,
    /// What is still to be put into `by_room`, ordered by room, and into `by_nonce`, by sender and nonce; backwards, because a step
    /// takes from the end.
    by_room: Vec<i64>,
    by_nonce: Vec<i64>,
    /// How many entries of each a step makes, and how many at least.
    step: usize,
    smallest: usize,
}

impl Fill {
    /// Of a store that has just been opened.
    pub(in crate::store) fn new() -> Self {
        let (by_room, by_nonce) = (Vec::new(), Vec::new());
        Self {
            filled: None,
            looked_at: FEWEST,
            until: 0,
            by_room,
            by_nonce,
            step: SMALLEST,
            smallest: SMALLEST,
        }
    }

    /// Makes some entries, if enough events wait or a round is under way; false when there is nothing to do.
    pub(in crate::store) fn step(&mut self, db: &mut Connection) -> rusqlite::Result<bool> {
        self.unless_failed(db, Self::has_enough)
    }

    /// Makes the entries of all events.
    pub(in crate::store) fn finish(&mut self, db: &mut Connection) -> rusqlite::Result<()> {
        while self.unless_failed(db, |_, _, behind| Ok(behind > 0))? {}
        Ok(())
    }

    fn unless_failed(
        &mut self,
        db: &mut Connection,
        begins: impl Fn(&mut Self, &Connection, i64) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<bool> {
        let done = self.try_step(db, begins);
        if done.is_err() {
            // What was done of the round may not be there; what is there already is passed over.
            *self = Self::new();
        }
        match done {
            // Another program has locked the file: the next step goes on.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(false),
            done => done,
        }
    }

    fn try_step(
        &mut self,
        db: &mut Connection,
        begins: impl Fn(&mut Self, &Connection, i64) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<bool> {
        if self.by_room.is_empty() && self.by_nonce.is_empty() {
            let behind = self.behind(db)?;
            if !begins(self, db, behind)? {
                return Ok(false);
            }
            self.begin(db)?;
        }
        let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // From `event`, as it is now: something may have been deleted since the round began.
        for (seqs, sql) in [
            (&mut self.by_room, "INSERT OR IGNORE INTO by_room SELECT room, seq FROM event WHERE seq = ?1"),
            (
                &mut self.by_nonce,
                "INSERT OR IGNORE INTO by_nonce SELECT uid, nonce, seq FROM event WHERE seq = ?1 AND nonce IS NOT NULL",
            ),
        ] {
            let mut insert = step.prepare_cached(sql)?;
            for seq in seqs.drain(seqs.len().saturating_sub(self.step)..) {
                insert.execute([seq])?;
            }
        }
        let is_over = self.by_room.is_empty() && self.by_nonce.is_empty();
        if is_over {
            let sql = "INSERT INTO mark (name, value) VALUES ('lookups', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1";
            step.prepare_cached(sql)?.execute([self.until])?;
        }
        step.commit()?;
        if is_over {
            (self.filled, self.looked_at) = (Some(self.until), FEWEST);
        }
        Ok(true)
    }

    /// How many events are above the mark, counting those that were deleted.
    fn behind(&mut self, db: &Connection) -> rusqlite::Result<i64> {
        let filled = match self.filled {
            Some(filled) => filled,
            None => db.query_row(&format!("SELECT {MARK}"), [], |row| row.get(0))?,
        };
        self.filled = Some(filled);
        let newest = "SELECT coalesce(max(seq), 0) FROM event";
        self.until = db.prepare_cached(newest)?.query_row([], |row| row.get(0))?;
        Ok(self.until - filled)
    }

    /// Whether so many are enough for a round.
    fn has_enough(&mut self, db: &Connection, behind: i64) -> rusqlite::Result<bool> {
        if behind < self.looked_at {
            return Ok(false);
        }
        if behind < MOST {
            let rooms: i64 = among_late(db, |late| {
                let sql = format!("SELECT count(DISTINCT room) FROM event WHERE {late}");
                db.prepare_cached(&sql)?.query_row([], |row| row.get(0))
            })?;
            if behind < OF_A_ROOM * rooms {
                self.looked_at = (2 * behind).min(MOST);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Begins a round.
    fn begin(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let seqs = |which: &str| -> rusqlite::Result<Vec<i64>> {
            among_late(db, |late| {
                let sql = format!("SELECT seq FROM event WHERE {late} AND +seq <= ?1 {which}");
                db.prepare_cached(&sql)?.query_map([self.until], |row| row.get(0))?.collect()
            })
        };
        let by_room = seqs("ORDER BY room DESC, seq DESC")?;
        self.by_nonce = seqs("AND nonce IS NOT NULL ORDER BY uid DESC, nonce DESC")?;
        self.step = (by_room.len() / STEPS).max(self.smallest);
        self.by_room = by_room;
        Ok(())
    }
}

#[cfg(test)]
impl Fill {
    /// Has rounds take several steps where there are few events.
    pub(super) fn take_few(&mut self) {
        self.smallest = 2;
    }

    /// A round begins with any event.
    pub(super) fn step_with_any(&mut self, db: &mut Connection) -> rusqlite::Result<bool> {
        self.unless_failed(db, |_, _, behind| Ok(behind > 0))
    }
}
