//! `tail`: the chat as it happens, polled from the store's file, so that it goes on whether the server runs or not. Direct
//! messages are left out, also for an operator.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use rusqlite::Connection;

use shared::RoomName;

use super::event_text;
use super::output::Output;
use super::server_location::ServerLocation;
use crate::store::schema;
use crate::store::stored_event::{self, Placed};

/// How often the store is asked whether it changed: a read of one number in shared memory.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Every so many polls it is checked that the file is still the same one; `ctl restore` replaces it.
const CHECK_FILE_EVERY: u32 = 5;
/// The most events read at once.
const AT_ONCE: i64 = 500;

/// What to follow.
#[derive(Clone, Debug, Args)]
pub struct Tail {
    /// Only these rooms; without one, every room
    #[arg(value_name = "ROOM", value_parser = parse_open_room)]
    pub rooms: Vec<RoomName>,

    /// So many lines of the past first
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub lines: u32,
}

fn parse_open_room(name: &str) -> Result<RoomName, String> {
    let room = RoomName::parse(name).map_err(|invalid| invalid.why)?;
    if room.pair().is_some() { Err("direct messages are shown to nobody else".to_owned()) } else { Ok(room) }
}

impl Tail {
    pub(super) fn run(&self, location: &ServerLocation, output: &mut Output) -> Result<()> {
        let mut store = Followed::open(location.store()?)?;
        for event in self.newest(&store).with_context(|| store.cannot_read())? {
            show(&event, output)?;
        }
        loop {
            output.finish()?;
            store.wait_for_change()?;
            while let Some(bodies) = store.more()? {
                for body in bodies.iter().filter(|body| self.wants(&body.room)) {
                    show(body, output)?;
                }
            }
        }
    }

    fn wants(&self, room: &str) -> bool {
        !is_direct(room) && (self.rooms.is_empty() || self.rooms.iter().any(|wanted| wanted.as_str() == room))
    }

    /// The last lines, oldest first.
    fn newest(&self, store: &Followed) -> rusqlite::Result<Vec<Entry>> {
        // What comes after `last` is read when it is followed.
        let (db, last, lines) = (&store.db, store.last, i64::from(self.lines));
        let order = "AND event.seq <= ?2 ORDER BY event.seq DESC LIMIT ?1";
        let mut entries = if self.rooms.is_empty() {
            read(db, &format!("{} WHERE room.name NOT LIKE '@%' {order}", entry()), (lines, last))?
        } else {
            // Room by room, each by its index: a quiet room is not looked for among everything else.
            let sql = format!("{} WHERE room.name = ?3 {order}", entry());
            let of_room = |room: &RoomName| read(db, &sql, (lines, last, room.as_str()));
            self.rooms.iter().map(of_room).collect::<rusqlite::Result<Vec<_>>>()?.concat()
        };
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.placed.seq));
        entries.truncate(usize::try_from(self.lines).unwrap_or(usize::MAX));
        entries.reverse();
        Ok(entries)
    }
}

/// An event in the store.
#[derive(Clone, Debug)]
struct Entry {
    room: String,
    placed: Placed,
}

/// Selects events with the names of their rooms.
fn entry() -> String {
    format!("SELECT {}, room.name FROM event JOIN room ON room.id = event.room", stored_event::COLUMNS)
}

fn read(db: &Connection, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<Entry>> {
    let mut select = db.prepare_cached(sql)?;
    let rows = select.query_map(params, |row| {
        let room: String = row.get(stored_event::AFTER)?;
        Ok(Entry { placed: stored_event::place(db, row, &room)?, room })
    })?;
    rows.collect()
}

fn is_direct(room: &str) -> bool {
    room.starts_with('@')
}

fn show(entry: &Entry, output: &mut Output) -> Result<()> {
    if output.json {
        return output.raw(&entry.placed.body);
    }
    output.line(&event_text::line(&entry.placed, true))
}

/// The store, and how far it was read.
#[derive(Debug)]
struct Followed {
    path: PathBuf,
    db: Connection,
    inode: u64,
    version: i64,
    last: i64,
    looks: u32,
}

impl Followed {
    fn open(path: PathBuf) -> Result<Self> {
        let db = schema::open_reader(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let inode = inode(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut store = Self { path, db, inode, version: 0, last: 0, looks: 0 };
        store.version = store.data_version().with_context(|| store.cannot_read())?;
        store.last = store.head().with_context(|| store.cannot_read())?;
        Ok(store)
    }

    fn cannot_read(&self) -> String {
        format!("cannot read {}", self.path.display())
    }

    /// Changes whenever another connection has committed: <https://sqlite.org/pragma.html#pragma_data_version>.
    fn data_version(&self) -> rusqlite::Result<i64> {
        self.db.pragma_query_value(None, "data_version", |row| row.get(0))
    }

    fn head(&self) -> rusqlite::Result<i64> {
        self.db.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))
    }

    fn wait_for_change(&mut self) -> Result<()> {
        loop {
            std::thread::sleep(LOOK_EVERY);
            self.looks = (self.looks + 1) % CHECK_FILE_EVERY;
            if self.looks == 0 && inode(&self.path).is_ok_and(|inode| inode != self.inode) {
                return self.reopen();
            }
            match self.data_version() {
                Ok(version) if version == self.version => {}
                Ok(version) => {
                    self.version = version;
                    return Ok(());
                }
                Err(error) if is_busy(&error) => {}
                Err(error) => return Err(error).with_context(|| self.cannot_read()),
            }
        }
    }

    /// Goes on with the file that is there now: from where it was, or from its end if that has not come so far.
    fn reopen(&mut self) -> Result<()> {
        let fresh = Self::open(self.path.clone())?;
        let last = self.last.min(fresh.last);
        *self = Self { last, ..fresh };
        Ok(())
    }

    /// What came since the last time; `None` when there is nothing more.
    fn more(&mut self) -> Result<Option<Vec<Entry>>> {
        let sql = format!("{} WHERE event.seq > ?1 ORDER BY event.seq LIMIT ?2", entry());
        let entries = match read(&self.db, &sql, (self.last, AT_ONCE)) {
            Ok(entries) => entries,
            Err(error) if is_busy(&error) => {
                // Looked at again with the next look.
                self.version = 0;
                return Ok(None);
            }
            Err(error) => return Err(error).with_context(|| self.cannot_read()),
        };
        let Some(last) = entries.last() else { return Ok(None) };
        self.last = last.placed.seq;
        Ok(Some(entries))
    }
}

fn inode(path: &Path) -> std::io::Result<u64> {
    std::fs::metadata(path).map(|meta| meta.ino())
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
    )
}
