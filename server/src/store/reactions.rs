//! Reactions in the store: a row for each, beside the events by which they came. A page of history gives a message with all of its
//! reactions, so they are put into the events of the page.

use rusqlite::{Connection, Transaction};

use shared::reaction::Reactions;
use shared::{Reaction, Seq, Uid};

/// A reaction of somebody to a message.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) of: Seq,
    pub(super) uid: Uid,
    pub(super) with: &'a Reaction,
    /// The event by which it came.
    pub(super) seq: Seq,
}

/// Keeps a reaction, or takes it away; twice is as once.
pub(super) fn keep(db: &Transaction<'_>, row: &Row<'_>, off: bool) -> rusqlite::Result<()> {
    let Row { of, uid, with, seq } = row;
    if off {
        let sql = "DELETE FROM reaction WHERE of = ?1 AND sign = ?2 AND uid = ?3";
        return db.prepare_cached(sql)?.execute((of.to_i64(), with.as_str(), uid.to_i64())).map(drop);
    }
    let sql = "INSERT OR IGNORE INTO reaction (of, sign, uid, seq) VALUES (?1, ?2, ?3, ?4)";
    let row = (of.to_i64(), with.as_str(), uid.to_i64(), seq.to_i64());
    db.prepare_cached(sql)?.execute(row).map(drop)
}

/// How many reactions a message has.
pub(super) fn count(db: &Connection, of: Seq) -> rusqlite::Result<u32> {
    db.prepare_cached("SELECT count(*) FROM reaction WHERE of = ?1")?
        .query_row([of.to_i64()], |row| row.get(0))
}

/// Whether there are reactions to anything between two places.
pub(super) fn are_any(db: &Connection, [one, other]: [i64; 2]) -> rusqlite::Result<bool> {
    let mut find = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM reaction WHERE of BETWEEN ?1 AND ?2)")?;
    find.query_row([one.min(other), one.max(other)], |row| row.get(0))
}

/// Puts the reactions to a message into its event, a JSON object as it goes over the wire.
pub(super) fn put_in(db: &Connection, seq: i64, event: &mut String) -> rusqlite::Result<()> {
    let mut select = db.prepare_cached("SELECT sign, uid FROM reaction WHERE of = ?1 ORDER BY seq")?;
    let mut rows = select.query([seq])?;
    let mut reactions = Reactions::default();
    while let Some(row) = rows.next()? {
        let (sign, uid): (String, i64) = (row.get(0)?, row.get(1)?);
        // What somebody else wrote into the file is no reaction.
        let (Ok(with), Ok(uid)) = (Reaction::parse(&sign), Uid::try_from(uid)) else { continue };
        reactions.set(uid, &with, false);
    }
    if !reactions.is_empty()
        && let Ok(json) = serde_json::to_string(&reactions)
        && event.pop() == Some('}')
    {
        event.push_str(r#","reactions":"#);
        event.push_str(&json);
        event.push('}');
    }
    Ok(())
}
