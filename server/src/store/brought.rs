//! Which contents messages bring: a row for each event with a file, written in the commit of the event. Triggers of
//! [`schema`] remove the row with the file, whichever way that goes, and note the content as released; after the commit
//! those who keep contents are told, and ask here whether another event still brings it.

use std::collections::HashSet;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};

use shared::FileHash;

use super::schema::{self, FILE};
use crate::transfers::referred::{Bringing, Brings, Referred};
use crate::transfers::wanted::Wanted;

/// Notes that an event brings a content.
pub(super) fn keep(db: &Transaction<'_>, seq: i64, sha256: FileHash, bytes: u64) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached("INSERT INTO brought (seq, sha256, bytes) VALUES (?1, ?2, ?3)")?;
    insert.execute((seq, sha256.0, i64::try_from(bytes).unwrap_or(i64::MAX))).map(drop)
}

/// Takes what was released since it was last taken. Where the server ends before anybody is told, its start finds out.
pub(crate) fn take_released(db: &Connection) -> rusqlite::Result<Vec<FileHash>> {
    let is_any = "SELECT EXISTS (SELECT 1 FROM released)";
    if !db.prepare_cached(is_any)?.query_row([], |row| row.get::<_, bool>(0))? {
        return Ok(Vec::new());
    }
    let mut take = db.prepare_cached("DELETE FROM released RETURNING sha256")?;
    take.query_map([], hash)?.collect()
}

/// A content that messages bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Brought {
    /// Its hash.
    pub(crate) sha256: FileHash,
    /// Its length.
    pub(crate) bytes: u64,
}

/// Every content that messages bring, once.
pub(crate) fn list(db: &Connection) -> rusqlite::Result<Vec<Brought>> {
    let mut select = db.prepare_cached("SELECT sha256, max(bytes) FROM brought GROUP BY sha256")?;
    let brought = |row: &Row<'_>| {
        Ok(Brought { sha256: hash(row)?, bytes: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0) })
    };
    select.query_map([], brought)?.collect()
}

fn hash(row: &Row<'_>) -> rusqlite::Result<FileHash> {
    row.get(0).map(FileHash)
}

/// What the store says of contents, over a connection of its own.
#[derive(Debug)]
pub struct BroughtReader(Connection);

impl BroughtReader {
    /// Of the store in a directory, which the writer has made.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(dir: &Path) -> rusqlite::Result<Self> {
        schema::open_reader(&dir.join(FILE)).map(Self)
    }
}

impl Referred for BroughtReader {
    fn all(&mut self) -> anyhow::Result<HashSet<FileHash>> {
        Ok(list(&self.0)?.into_iter().map(|brought| brought.sha256).collect())
    }

    fn is_referred(&mut self, sha256: FileHash) -> anyhow::Result<bool> {
        let mut find = self.0.prepare_cached("SELECT 1 FROM brought WHERE sha256 = ?1 LIMIT 1")?;
        Ok(find.query_row([sha256.0], |_| Ok(())).optional()?.is_some())
    }
}

impl Brings for BroughtReader {
    fn after(&mut self, seq: i64, most: usize) -> anyhow::Result<Vec<Bringing>> {
        let sql = "SELECT seq, sha256, bytes FROM brought WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        let mut select = self.0.prepare_cached(sql)?;
        let bringing = |row: &Row<'_>| {
            let bytes = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
            Ok(Bringing { seq: row.get(0)?, wanted: Wanted { sha256: FileHash(row.get(1)?), bytes } })
        };
        let rows = select.query_map((seq, i64::try_from(most).unwrap_or(i64::MAX)), bringing)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn is_brought(&mut self, sha256: FileHash) -> anyhow::Result<bool> {
        self.is_referred(sha256)
    }
}

#[cfg(test)]
mod tests;
