//! Deletes what is too old, or too much for a room, a few rows at a time.
//!
//! Age: events are walked from the oldest on, up to the first that is young enough; a clock that was stepped leaves times
//! out of order, so once a day the walk goes on to the end. Deleting by age trusts no single reading of the clock: an
//! event goes when it was too old at two readings, ten minutes or more apart, the second taken right before; and a reading
//! that leaps ahead is not believed for a day, see `clock_trust`. So a server that starts with a wrong
//! clock, or whose clock jumps ahead and back, deletes nothing by the wrong date.
//!
//! A room may keep another number of days than the others: then events are walked room by room, each as far as that room
//! lets, so that what one keeps for ever is not looked at again and again for the sake of others.
//!
//! Number: a room that something was said in is counted from its newest event back; what is older than so many goes.
//!
//! The newest event of all is never deleted: the next one is numbered after it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Transaction, TransactionBehavior};

use shared::{Millis, RoomName};

use super::clock_trust::ClockTrust;
use super::lookups::{self, Order, Range};
use super::retention_progress::RetentionProgress;
use super::step::{Budget, Reading};
use crate::config::storage::Keep;

/// How often it looks for what is too old, and so how far the two readings are apart that an age must be confirmed by.
/// A clock that is wrong when a machine starts is set right from the network within a minute or two, and what was
/// deleted cannot be brought back.
const AGES_EVERY: Duration = Duration::from_mins(10);
/// How often every event's age is looked at, in walks by age.
const WHOLE_WALK: u32 = 144;
/// How often it looks at the rooms that something was said in.
const ROOMS_EVERY: Duration = Duration::from_secs(10);
/// Rows that are deleted, or looked at by their age, before the clock is asked how long it took.
const ROWS: i64 = 16;
/// Entries of an index that are walked before the clock is asked.
const ENTRIES: i64 = 1024;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is under way. Dropping a walk loses nothing: the next one finds what it left.
#[derive(Debug)]
pub(super) struct Retention {
    /// What was asked for when it was last looked at: a change is looked at at once.
    keep: Keep,
    trust: ClockTrust,
    /// When the server runs by the time that is believed, where that is to be kept.
    seen: Option<Millis>,
    /// The clock at the last walk by age, and at the one before.
    readings: [Option<Reading>; 2],
    next_ages: Duration,
    walks: u32,
    /// Whether a walk by age is to begin, and whether it goes past events that are young enough.
    beginning: Option<bool>,
    /// The walks by age that are under way; the last one first.
    ages: Vec<AgeWalk>,
    next_rooms: Duration,
    /// Every event up to this one has had its room put on the list; `None` stands for all rooms there are.
    listed: Option<i64>,
    listing: bool,
    rooms: BTreeSet<i64>,
    room: Option<RoomWalk>,
    /// What was deleted and is not committed yet.
    deleted: u64,
    progress: Arc<RetentionProgress>,
}

/// A walk over events by their age.
#[derive(Debug)]
struct AgeWalk {
    /// Those of this room, or all.
    room: Option<i64>,
    /// After how many days they are deleted.
    days: u32,
    /// The last event that was looked at.
    seq: i64,
    /// It goes past events that are young enough.
    is_whole: bool,
}

/// A walk through one room, from its newest event back, then over what is too much.
#[derive(Debug)]
struct RoomWalk {
    room: i64,
    /// Events are counted, or deleted, below this one.
    below: i64,
    /// How many of those below are kept.
    left: i64,
}

impl Retention {
    /// Of a store that has just been opened.
    pub(super) fn new(db: &Connection) -> Self {
        let seen = seen(db).unwrap_or_else(|error| {
            tracing::warn!(%error, "could not read when the server ran last");
            None
        });
        Self {
            keep: Keep::default(),
            trust: ClockTrust::since(seen),
            seen: None,
            readings: [None; 2],
            next_ages: Duration::ZERO,
            walks: 0,
            beginning: None,
            ages: Vec::new(),
            next_rooms: Duration::ZERO,
            listed: None,
            listing: false,
            rooms: BTreeSet::new(),
            room: None,
            deleted: 0,
            progress: Arc::default(),
        }
    }

    /// How far it is.
    pub(super) fn progress(&self) -> Arc<RetentionProgress> {
        Arc::clone(&self.progress)
    }

    /// Whether there is something to do. Begins the walks that are due.
    pub(super) fn is_wanted(&mut self, reading: Reading, keep: &Keep) -> bool {
        if *keep != self.keep {
            self.next_rooms = reading.uptime;
            (self.listed, self.room) = (None, None);
            // What is under way goes by what was kept before.
            self.ages.clear();
            self.keep = keep.clone();
        }
        if keep.is_by_age() && reading.uptime >= self.next_ages {
            self.next_ages = reading.uptime + AGES_EVERY;
            let reading = self.believe(reading);
            self.seen = self.trust.seen(reading.uptime);
            self.readings = [Some(reading), self.readings[0]];
            if self.readings[1].is_some() {
                self.beginning = Some(self.walks.is_multiple_of(WHOLE_WALK));
                self.walks = self.walks.wrapping_add(1);
            }
        }
        if keep.is_by_number() && reading.uptime >= self.next_rooms {
            self.next_rooms = reading.uptime + ROOMS_EVERY;
            self.listing = true;
        }
        (keep.is_by_age() && self.is_walking()) || (keep.is_by_number() && self.is_counting())
    }

    /// Whether rooms are being counted, or are to be.
    fn is_counting(&self) -> bool {
        self.listing || self.room.is_some() || !self.rooms.is_empty()
    }

    /// Whether events are being walked by their age.
    fn is_walking(&self) -> bool {
        self.beginning.is_some() || !self.ages.is_empty()
    }

    /// The reading by the time that is believed.
    fn believe(&mut self, reading: Reading) -> Reading {
        Reading { now: self.trust.believe(reading), ..reading }
    }

    /// Goes on until the budget is spent or nothing is left to do, in one transaction.
    pub(super) fn step(
        &mut self,
        db: &mut Connection,
        keep: &Keep,
        reading: Reading,
        budget: &mut Budget<'_>,
    ) -> rusqlite::Result<()> {
        let done = self.walk(db, keep, reading, budget);
        if done.is_err() {
            // What was walked over is still there.
            (self.beginning, self.room, self.listing, self.listed) = (None, None, false, None);
            self.ages.clear();
            self.rooms.clear();
            self.deleted = 0;
        }
        done
    }

    fn walk(
        &mut self,
        db: &mut Connection,
        keep: &Keep,
        reading: Reading,
        budget: &mut Budget<'_>,
    ) -> rusqlite::Result<()> {
        let reading = if keep.is_by_age() { self.believe(reading) } else { reading };
        let transaction = match db.transaction_with_behavior(TransactionBehavior::Immediate) {
            // Another program has locked it: the next step goes on.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => return Ok(()),
            begun => begun?,
        };
        if let Some(seen) = self.seen.take() {
            keep_seen(&transaction, seen)?;
        }
        loop {
            let goes_on = if keep.is_by_age() && self.is_walking() {
                self.by_age(&transaction, keep, reading)?
            } else {
                keep.is_by_number() && self.by_number(&transaction, keep)?
            };
            if !goes_on || budget.is_spent() {
                let oldest = if keep.rooms.have_days() { None } else { oldest(&transaction)? };
                transaction.commit()?;
                self.publish(oldest, reading.now);
                return Ok(());
            }
        }
    }

    /// Says how far it is.
    fn publish(&mut self, oldest: Option<Millis>, now: Millis) {
        let rooms = self.rooms.len() + usize::from(self.room.is_some());
        self.progress.step(std::mem::take(&mut self.deleted), rooms as u64, oldest);
        if !self.is_walking() && !self.is_counting() {
            self.progress.finished(now);
        }
    }

    /// Looks at some events, deletes those that are too old, and says that there may be more to do.
    fn by_age(&mut self, db: &Transaction<'_>, keep: &Keep, reading: Reading) -> rusqlite::Result<bool> {
        if let Some(is_whole) = self.beginning.take() {
            self.ages = age_walks(db, keep, is_whole)?;
            return Ok(true);
        }
        let (Some(walk), Some(before)) = (self.ages.last_mut(), self.readings[1]) else { return Ok(false) };
        // What is too old at both readings is what is too old at the smaller one.
        let oldest = before.now.min(reading.now).saturating_sub(i64::from(walk.days) * DAY_MS);
        let seen = walk.next(db)?;
        let newest = newest(db)?;
        for (seq, at) in &seen {
            walk.seq = *seq;
            let is_old = *at < oldest && *seq < newest;
            if is_old {
                delete(db, *seq)?;
                self.deleted += 1;
            } else if !walk.is_whole {
                self.ages.pop();
                return Ok(true);
            }
        }
        if seen.is_empty() {
            self.ages.pop();
        }
        Ok(true)
    }

    /// Does the next small part of what is too much for a room; false when there is nothing left.
    fn by_number(&mut self, db: &Transaction<'_>, keep: &Keep) -> rusqlite::Result<bool> {
        if let Some(walk) = &mut self.room {
            if walk.go_on(db, &mut self.deleted)? {
                self.room = None;
            }
            return Ok(true);
        }
        if self.listing {
            self.listing = self.list_some(db)?;
            return Ok(true);
        }
        let Some(room) = self.rooms.pop_first() else { return Ok(false) };
        let (_, events) = keep_of(db, keep, room)?;
        self.room = (events > 0).then_some(RoomWalk { room, below: i64::MAX, left: events.into() });
        Ok(true)
    }

    /// Puts the rooms of some more events on the list; false when it has seen the newest. At first all rooms are.
    fn list_some(&mut self, db: &Transaction<'_>) -> rusqlite::Result<bool> {
        let Some(listed) = self.listed else {
            self.listed = Some(newest(db)?);
            let mut select = db.prepare_cached("SELECT id FROM room")?;
            self.rooms = select.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            return Ok(false);
        };
        let mut select =
            db.prepare_cached("SELECT seq, room FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
        let mut rows = select.query((listed, ENTRIES))?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            count += 1;
            self.listed = Some(row.get(0)?);
            self.rooms.insert(row.get(1)?);
        }
        Ok(count == ENTRIES)
    }
}

/// The walks by age: one over all events, or where a room has days of its own, one for each room.
fn age_walks(db: &Transaction<'_>, keep: &Keep, is_whole: bool) -> rusqlite::Result<Vec<AgeWalk>> {
    let walk = |room, days| AgeWalk { room, days, seq: i64::MIN, is_whole };
    if !keep.rooms.have_days() {
        return Ok(vec![walk(None, keep.days)]);
    }
    let mut select = db.prepare_cached("SELECT id FROM room")?;
    let rooms = select.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let mut walks = Vec::new();
    for room in rooms {
        let (days, _) = keep_of(db, keep, room)?;
        walks.extend((days > 0).then(|| walk(Some(room), days)));
    }
    Ok(walks)
}

/// What a room keeps. One whose name cannot be read keeps what all do.
fn keep_of(db: &Transaction<'_>, keep: &Keep, room: i64) -> rusqlite::Result<(u32, u32)> {
    if keep.rooms.count() == 0 {
        return Ok((keep.days, keep.per_room));
    }
    let mut select = db.prepare_cached("SELECT name FROM room WHERE id = ?1")?;
    let name: Option<String> = select.query_row([room], |row| row.get(0)).optional()?;
    let name = name.and_then(|name| RoomName::parse(&name).ok());
    Ok(name.map_or((keep.days, keep.per_room), |name| keep.of(&name)))
}

impl AgeWalk {
    /// The next few events, with their times.
    fn next(&self, db: &Transaction<'_>) -> rusqlite::Result<Vec<(i64, Millis)>> {
        let Some(room) = self.room else {
            let sql = "SELECT seq, at FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2";
            let mut select = db.prepare_cached(sql)?;
            return select.query_map((self.seq, ROWS), |row| Ok((row.get(0)?, row.get(1)?)))?.collect();
        };
        let range = Range { after: self.seq, before: i64::MAX, limit: ROWS, order: Order::Oldest };
        let mut select = db.prepare_cached("SELECT at FROM event WHERE seq = ?1")?;
        let with_time = |seq| {
            let at = select.query_row([seq], |row| row.get(0)).optional()?;
            Ok((seq, at.unwrap_or(Millis::MAX)))
        };
        lookups::of_room(db, room, range)?.into_iter().map(with_time).collect()
    }
}

impl RoomWalk {
    /// Counts some more of what is kept, or deletes some of the rest; true when nothing is left to do.
    fn go_on(&mut self, db: &Transaction<'_>, deleted: &mut u64) -> rusqlite::Result<bool> {
        if self.left > 0 {
            let wanted = self.left.min(ENTRIES);
            let range = Range { after: i64::MIN, before: self.below, limit: wanted, order: Order::Newest };
            let kept = lookups::of_room(db, self.room, range)?;
            let count = i64::try_from(kept.len()).unwrap_or(i64::MAX);
            (self.left, self.below) = (self.left - count, kept.last().copied().unwrap_or(0));
            return Ok(count < wanted);
        }
        let range = Range { after: i64::MIN, before: self.below, limit: ROWS, order: Order::Oldest };
        let excess = lookups::of_room(db, self.room, range)?;
        for seq in &excess {
            delete(db, *seq)?;
        }
        *deleted += excess.len() as u64;
        Ok(i64::try_from(excess.len()).is_ok_and(|count| count < ROWS))
    }
}

/// When the server ran last, by the time that was believed then; by the newest event where that was never kept.
fn seen(db: &Connection) -> rusqlite::Result<Option<Millis>> {
    let kept = "SELECT value FROM mark WHERE name = 'seen'";
    let newest = "SELECT at FROM event ORDER BY seq DESC LIMIT 1";
    let at = |sql| db.query_row(sql, [], |row| row.get(0)).optional();
    // Not the later of the two: the newest event may be of a time that was never believed.
    Ok(at(kept)?.or(at(newest)?))
}

fn keep_seen(db: &Connection, at: Millis) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO mark (name, value) VALUES ('seen', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1";
    db.prepare_cached(sql)?.execute([at]).map(drop)
}

/// When the oldest event that is left happened, not counting the newest one, which is never deleted.
fn oldest(db: &Transaction<'_>) -> rusqlite::Result<Option<Millis>> {
    let mut select = db.prepare_cached("SELECT at FROM event WHERE seq < ?1 ORDER BY seq LIMIT 1")?;
    select.query_row([newest(db)?], |row| row.get(0)).optional()
}

fn newest(db: &Transaction<'_>) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?.query_row([], |row| row.get(0))
}

/// Deletes an event. The search index follows.
fn delete(db: &Transaction<'_>, seq: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM event WHERE seq = ?1")?.execute([seq]).map(drop)
}

#[cfg(test)]
mod tests;
