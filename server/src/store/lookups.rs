//! The two tables that events are found by: `by_room` by room and seq, `by_nonce` by sender and nonce. As indexes of `event`, every
//! commit wrote a page of each for every room and every sender in it, far more than the messages themselves. So they are
//! filled behind, many events at a time and those of a room together ([`fill`]), and whoever looks something up goes
//! through the newest events in `event` as well, which are not many.
//!
//! The mark `lookups` is the seq up to which every event is in both. What is above it may be in them or not. Triggers of
//! [`schema`](super::schema) follow what is deleted or changed. An event must not be looked for in the tables alone.

mod fill;
mod late;

use rusqlite::{Connection, OptionalExtension as _, Row};

pub(super) use self::fill::Fill;
use self::late::among_late;

/// Which events of a room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    /// Those with a greater seq.
    pub(crate) after: i64,
    /// Those with a smaller seq.
    pub(crate) before: i64,
    /// How many, at most.
    pub(crate) limit: i64,
    /// Which of them, if there are more, and in which order.
    pub(crate) order: Order,
}

/// The order of a [`Range`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The oldest ones, oldest first.
    Oldest,
    /// The newest ones, newest first.
    Newest,
}

/// The number of a room; `None` if nothing was ever said there.
pub(crate) fn room_id(db: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    let mut find = db.prepare_cached("SELECT id FROM room WHERE name = ?1")?;
    find.query_row([name], |row| row.get(0)).optional()
}

/// The seqs of a room's events.
pub(crate) fn of_room(db: &Connection, room: i64, range: Range) -> rusqlite::Result<Vec<i64>> {
    let order = match range.order {
        Order::Oldest => "ASC",
        Order::Newest => "DESC",
    };
    let Range { after, before, limit, .. } = range;
    among_late(db, |late| {
        let sql = format!(
            "SELECT seq FROM (
                 SELECT seq FROM (
                     SELECT seq FROM by_room WHERE room = ?1 AND seq > ?2 AND seq < ?3 ORDER BY seq {order} LIMIT ?4
                 )
                 UNION
                 SELECT seq FROM event WHERE {late} AND room = ?1 AND +seq > ?2 AND +seq < ?3
             ) ORDER BY seq {order} LIMIT ?4"
        );
        let mut select = db.prepare_cached(&sql)?;
        select.query_map((room, after, before, limit), |row| row.get(0))?.collect()
    })
}

/// The first seq of the server whose event is of this time or later; past the last one if there is none. Times grow with the seqs
/// (where a clock was set back, by hand, any of the places between is as good), so it is found by halving: a look-up by primary
/// key for each of at most 63 steps, and no index.
pub(crate) fn first_at(db: &Connection, at: i64) -> rusqlite::Result<i64> {
    let newest: i64 =
        db.prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?.query_row([], |row| row.get(0))?;
    let mut find = db.prepare_cached("SELECT seq, at FROM event WHERE seq >= ?1 ORDER BY seq LIMIT 1")?;
    // The first one is above `low` and not above `high`.
    let (mut low, mut high) = (0, newest + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let found: Option<(i64, i64)> =
            find.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match found {
            Some((seq, time)) if time < at => low = seq,
            Some(_) | None => high = middle,
        }
    }
    Ok(high)
}

/// The seq of a room's newest event below one; 0 if there is none.
pub(crate) fn newest_below(db: &Connection, room: i64, before: i64) -> rusqlite::Result<i64> {
    let range = Range { after: i64::MIN, before, limit: 1, order: Order::Newest };
    Ok(of_room(db, room, range)?.first().copied().unwrap_or(0))
}

/// The seq of somebody's message with a nonce.
pub(super) fn of_nonce(db: &Connection, uid: i64, nonce: &str) -> rusqlite::Result<Option<i64>> {
    among_late(db, |late| {
        let sql = format!(
            "SELECT seq FROM by_nonce WHERE uid = ?1 AND nonce = ?2
             UNION ALL
             SELECT seq FROM event WHERE {late} AND uid = ?1 AND nonce = ?2
             LIMIT 1"
        );
        db.prepare_cached(&sql)?.query_row((uid, nonce), |row| row.get(0)).optional()
    })
}

/// Somebody's greatest nonce.
pub(super) fn greatest_nonce(db: &Connection, uid: i64) -> rusqlite::Result<Option<String>> {
    among_late(db, |late| {
        let sql = format!(
            "SELECT max(nonce) FROM (
                 SELECT max(nonce) AS nonce FROM by_nonce WHERE uid = ?1
                 UNION ALL
                 SELECT max(nonce) FROM event WHERE {late} AND uid = ?1
             )"
        );
        db.prepare_cached(&sql)?.query_row([uid], |row| row.get(0))
    })
}

/// A room with its newest event.
pub(super) struct Head {
    pub(super) room: i64,
    pub(super) name: String,
    pub(super) topic: String,
    /// How it is set up.
    pub(super) settings: String,
    pub(super) seq: i64,
}

/// Every room with its newest event.
pub(super) fn heads(db: &Connection) -> rusqlite::Result<Vec<Head>> {
    among_late(db, |late| {
        let sql = format!(
            "WITH late AS MATERIALIZED (SELECT room, max(seq) AS seq FROM event WHERE {late} GROUP BY room)
             SELECT id, name, topic, settings, max(
                 coalesce(late.seq, 0), coalesce((SELECT max(seq) FROM by_room WHERE by_room.room = id), 0)
             ) FROM room LEFT JOIN late ON late.room = id"
        );
        let mut select = db.prepare(&sql)?;
        let head = |row: &Row<'_>| {
            Ok(Head {
                room: row.get(0)?,
                name: row.get(1)?,
                topic: row.get(2)?,
                settings: row.get(3)?,
                seq: row.get(4)?,
            })
        };
        select.query_map([], head)?.collect()
    })
}

/// How many events there are, and how many of them are messages: the tables are smaller than what they are about.
pub(crate) fn count(db: &Connection) -> rusqlite::Result<(i64, i64)> {
    among_late(db, |late| {
        let sql = format!(
            "SELECT (SELECT count(*) FROM by_room) + (
                 SELECT count(*) FROM event WHERE {late}
                 AND NOT EXISTS (SELECT 1 FROM by_room WHERE by_room.room = event.room AND by_room.seq = event.seq)
             ), (SELECT count(*) FROM by_nonce) + (
                 SELECT count(*) FROM event WHERE {late} AND nonce IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM by_nonce WHERE by_nonce.uid = event.uid AND by_nonce.nonce = event.nonce)
             )"
        );
        db.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
    })
}

#[cfg(test)]
mod tests;
