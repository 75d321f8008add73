//! Gives the pages of the store that are free back to the disk. What is deleted leaves pages that are used again for what is
//! said next; the file does not get smaller by itself.
//!
//! A store that was made with `auto_vacuum = INCREMENTAL` is made smaller a few pages at a time, in transactions of a few
//! milliseconds, by any process that may write the file: the server goes on committing in between. An older store is
//! written anew once ([`write_anew`]), while no server has it open.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::stored_event::{self, StoredEvent};
use super::{checksum, schema};
use crate::clock::Clock;
use crate::config::storage::Sync;

/// How long a step should take: a commit of the server may wait for it.
const STEP: Duration = Duration::from_millis(2);
/// How many pages are moved in the first step, and at most in one.
const PAGES: (u32, u32) = (4, 128);
/// After how many pages the write-ahead log is brought into the file: it must not grow by all that is moved.
const CHECKPOINT: u32 = 1024;
/// How long it pauses between steps while others write, and while nobody does.
const REST: (Duration, Duration) = (Duration::from_millis(30), Duration::from_millis(1));
/// How often it is tried to cut the file off.
const CUTS: u32 = 200;
/// How many events get a checksum in one transaction.
const FILLED: i64 = 500;
/// `PRAGMA auto_vacuum` of a store that can be made smaller in steps.
const INCREMENTAL: i64 = 2;

/// What of the file is free, in bytes, and all of it.
pub(crate) fn free_bytes(db: &Connection) -> rusqlite::Result<(u64, u64)> {
    let number = |name| {
        let number = db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        number.map(|number| u64::try_from(number).unwrap_or(0))
    };
    let (size, free, all) = (number("page_size")?, number("freelist_count")?, number("page_count")?);
    Ok((free.saturating_mul(size), all.saturating_mul(size)))
}

/// Whether the file can be made smaller in steps.
pub(crate) fn goes_in_steps(db: &Connection) -> rusqlite::Result<bool> {
    db.pragma_query_value(None, "auto_vacuum", |row| row.get(0)).map(|mode: i64| mode == INCREMENTAL)
}

/// Gives all free pages back, step by step; `told` hears after each how many bytes are still free.
pub(crate) fn give_back<E: From<rusqlite::Error>>(
    path: &Path,
    mut told: impl FnMut(u64) -> Result<(), E>,
) -> Result<(), E> {
    let mut db = schema::open_beside_writer(path)?;
    // The log is brought over here, in between, and never in a step.
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    let clock = Clock::start();
    let (mut pages, mut since_checkpoint) = (PAGES.0, 0);
    let mut version = data_version(&db)?;
    loop {
        let before = clock.uptime();
        let (free, _) = give_some_back(&mut db, pages)?;
        let took = clock.uptime().saturating_sub(before);
        told(free)?;
        since_checkpoint += pages;
        if free == 0 {
            break;
        }
        if since_checkpoint >= CHECKPOINT {
            checkpoint(&db)?;
            since_checkpoint = 0;
        }
        pages = if took > STEP { (pages / 2).max(1) } else { (pages * 2).min(PAGES.1) };
        let now = data_version(&db)?;
        std::thread::sleep(if now == version { REST.1 } else { REST.0 });
        version = now;
    }
    // The file is cut off at a moment at which all of the log is in it. Where people never pause for that long, the server's own
    // checkpoints do it.
    for _ in 0..CUTS {
        if checkpoint(&db)? {
            break;
        }
        std::thread::sleep(REST.1);
    }
    Ok(())
}

fn give_some_back(db: &mut Connection, pages: u32) -> rusqlite::Result<(u64, u64)> {
    let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut vacuum = step.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
        let mut rows = vacuum.query([])?;
        // A page is moved with each row.
        while rows.next()?.is_some() {}
    }
    let left = free_bytes(&step)?;
    step.commit()?;
    Ok(left)
}

/// Changes when another connection has committed.
fn data_version(db: &Connection) -> rusqlite::Result<i64> {
    db.pragma_query_value(None, "data_version", |row| row.get(0))
}

/// Brings the write-ahead log into the file, blocking nobody; whether all of it is there.
fn checkpoint(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        Ok(row.get::<_, i64>(1)? == row.get::<_, i64>(2)?)
    })
}

/// Changes the store, and writes it without its free pages, and so that it can be made smaller in steps later, to an empty
/// file. No server has the store open.
pub(crate) fn write_anew<T>(
    path: &Path,
    to: &Path,
    change: impl FnOnce(&mut Connection) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    // Not by the file's header: it may be in the write-ahead log still.
    let found = schema::version(&schema::open_reader(path)?)?;
    if found != schema::newest_version() {
        anyhow::bail!("the store is of an older version; start the server on it once, which brings it along");
    }
    let mut db = schema::open_writer(path, Sync::Normal)?;
    let changed = change(&mut db)?;
    db.pragma_update(None, "auto_vacuum", INCREMENTAL)?;
    db.execute("VACUUM INTO ?1", [to.to_str().unwrap_or_default()])?;
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(changed)
}

/// Gives the events from before there were checksums theirs, if they can be read; how many got one.
pub(crate) fn fill_checksums(db: &mut Connection) -> anyhow::Result<u64> {
    let (mut after, mut filled) = (i64::MIN, 0);
    loop {
        let page = db.transaction()?;
        let sql = format!(
            "SELECT {}, room.name FROM event JOIN room ON room.id = event.room
             WHERE event.sum IS NULL AND event.seq > ?1 ORDER BY event.seq LIMIT ?2",
            stored_event::COLUMNS
        );
        let mut select = page.prepare_cached(&sql)?;
        let rows = select.query_map((after, FILLED), |row| {
            let room: String = row.get(stored_event::AFTER)?;
            let is_good = matches!(stored_event::read(row, &room)?, StoredEvent::Good(_));
            let numbers = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
            let (nonce, body): (Option<String>, Option<String>) =
                if is_good { (row.get(4)?, row.get(5)?) } else { (None, None) };
            Ok((numbers, nonce, body))
        })?;
        let rows = rows.collect::<rusqlite::Result<Vec<([i64; 4], _, _)>>>()?;
        drop(select);
        let Some(([last, ..], _, _)) = rows.last() else { return Ok(page.commit().map(|()| filled)?) };
        after = *last;
        for (numbers, nonce, body) in &rows {
            let Some(body) = body else { continue };
            let sum = checksum::of(*numbers, nonce.as_ref().map(String::as_bytes), body.as_bytes());
            page.prepare_cached("UPDATE event SET sum = ?2 WHERE seq = ?1")?.execute((numbers[0], sum))?;
            filled += 1;
        }
        page.commit()?;
    }
}
