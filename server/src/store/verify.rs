//! Reads a whole store and says what of it is damaged: the file's structure, every event by its checksum and its form, what the
//! chat starts with, the contents of files. It changes nothing, and goes on behind what it cannot read.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use serde::Serialize;

use shared::{FileHash, RoomName};

use super::brought::{self, Brought};
use super::lookups::{Order, Range};
use super::stored_event::{self, Placed};
use super::{load, old_index, schema};

/// How many events are read at once.
const PAGE: i64 = 500;
/// How many problems of the file's structure `SQLite` lists.
const PROBLEMS: i64 = 100;

/// What a store holds, and what is damaged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    /// The version of its tables.
    pub(crate) version: i64,
    /// The seq of its newest event.
    pub(crate) seq: i64,
    /// Rooms, direct ones included.
    pub(crate) rooms: i64,
    /// Events of all kinds.
    pub(crate) events: i64,
    /// Those that are messages.
    pub(crate) messages: i64,
    /// Events from before there were checksums.
    pub(crate) without_checksum: i64,
    /// People.
    pub(crate) identities: usize,
    /// Bans and mutes.
    pub(crate) sanctions: usize,
    /// Lines of the audit trail.
    pub(crate) audit: i64,
    /// Events that cannot be read, at most [`Report::LISTED`] of them.
    pub(crate) damaged: Vec<Damage>,
    /// How many there are.
    pub(crate) damaged_events: u64,
    /// Contents of files that messages bring.
    pub(crate) files: u64,
    /// Those that are not there, or are not what was sent, at most [`Report::LISTED`] of them.
    pub(crate) damaged_files: Vec<DamagedFile>,
    /// How many there are.
    pub(crate) damaged_file_count: u64,
    /// What else is wrong.
    pub(crate) problems: Vec<String>,
    /// Whether the search index of an older version in it is damaged, which a restore leaves out.
    pub(crate) old_index_damaged: bool,
}

/// An event that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Damage {
    /// Its room.
    pub(crate) room: String,
    /// Its seq.
    pub(crate) seq: i64,
    /// Why.
    pub(crate) why: String,
}

/// A content that cannot be fetched any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct DamagedFile {
    /// Its hash.
    pub(crate) sha256: FileHash,
    /// The room of the newest message that brings it.
    pub(crate) room: String,
    /// The seq of that.
    pub(crate) seq: i64,
    /// Why.
    pub(crate) why: String,
}

impl Report {
    /// How many damaged events are listed.
    pub(crate) const LISTED: usize = 1000;

    /// Whether all of it can be read.
    pub(crate) fn is_whole(&self) -> bool {
        self.damaged_events == 0 && self.damaged_file_count == 0 && self.problems.is_empty()
    }

    fn problem(&mut self, what: &str, error: &rusqlite::Error) {
        self.problems.push(format!("{what}: {error}"));
    }
}

/// Reads the file, which no server may have open; `damage_of` says what is wrong with a content. An error means that it is no store of a
/// version this server knows.
pub(crate) fn verify(
    path: &Path,
    damage_of: impl FnMut(Brought) -> Option<String>,
) -> anyhow::Result<Report> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    let version = schema::check_tables(&db)?;
    schema::read_as_newest(&db, version)?;
    let mut report = Report { version, ..Report::default() };
    structure(&db, &mut report);
    counts(&db, &mut report);
    if let Err(error) = events(&db, &mut report) {
        report.problem("events", &error);
    }
    people(&db, &mut report);
    if let Err(error) = files(&db, &mut report, damage_of) {
        report.problem("files", &error);
    }
    Ok(report)
}

fn structure(db: &Connection, report: &mut Report) {
    let listed = || -> rusqlite::Result<Vec<String>> {
        let mut check = db.prepare(&format!("PRAGMA integrity_check({PROBLEMS})"))?;
        check.query_map([], |row| row.get(0))?.collect()
    };
    match listed() {
        Ok(problems) if problems == ["ok"] => {}
        Ok(_) | Err(_) if old_index::is_the_rest_whole(db, "integrity_check").unwrap_or(false) => {
            report.old_index_damaged = true;
        }
        Ok(problems) => report.problems.extend(problems),
        Err(error) => report.problem("the file's structure", &error),
    }
}

fn counts(db: &Connection, report: &mut Report) {
    let counts = [
        (&mut report.seq, "SELECT coalesce(max(seq), 0) FROM event"),
        (&mut report.messages, "SELECT count(*) FROM event WHERE nonce IS NOT NULL"),
        (&mut report.without_checksum, "SELECT count(*) FROM event WHERE sum IS NULL"),
        (&mut report.rooms, "SELECT count(*) FROM room"),
        (&mut report.audit, "SELECT count(*) FROM audit"),
    ];
    for (count, sql) in counts {
        match db.query_row(sql, [], |row| row.get(0)) {
            Ok(found) => *count = found,
            Err(error) => report.problems.push(format!("{sql}: {error}")),
        }
    }
}

/// Reads the events room by room.
fn events(db: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut select = db.prepare("SELECT id, name FROM room ORDER BY id")?;
    let rooms = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (id, name) in rooms.collect::<rusqlite::Result<Vec<(i64, String)>>>()? {
        if RoomName::parse(&name).is_err() {
            report.problems.push(format!("room {id}: \"{}\" is no name of a room", name.escape_debug()));
        }
        room(db, id, &name, report)?;
    }
    let homeless = "SELECT count(*) FROM event WHERE room NOT IN (SELECT id FROM room)";
    let homeless: i64 = db.query_row(homeless, [], |row| row.get(0))?;
    if homeless > 0 {
        report.problems.push(format!("{homeless} events belong to rooms that are not there"));
    }
    // Where the file is damaged the structure says so.
    let all = db.query_row("SELECT count(*) FROM event", [], |row| row.get::<_, i64>(0)).unwrap_or(0);
    let hidden = all - homeless - report.events;
    if hidden > 0 {
        report.problems.push(format!("{hidden} events are not found in their rooms"));
    }
    Ok(())
}

fn room(db: &Connection, id: i64, name: &str, report: &mut Report) -> rusqlite::Result<()> {
    let mut after = i64::MIN;
    loop {
        let range = Range { after, before: i64::MAX, limit: PAGE, order: Order::Oldest };
        let page = stored_event::list(db, name, id, range)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.seq;
        for Placed { seq, damage, .. } in &page {
            report.events += 1;
            let Some(why) = damage else { continue };
            report.damaged_events += 1;
            if report.damaged.len() < Report::LISTED {
                report.damaged.push(Damage { room: name.to_owned(), seq: *seq, why: (*why).to_owned() });
            }
        }
    }
}

/// Looks at every content that messages bring.
fn files(
    db: &Connection,
    report: &mut Report,
    mut damage_of: impl FnMut(Brought) -> Option<String>,
) -> rusqlite::Result<()> {
    let newest = "SELECT event.seq, room.name FROM brought JOIN event ON event.seq = brought.seq
                  JOIN room ON room.id = event.room WHERE sha256 = ?1 ORDER BY event.seq DESC LIMIT 1";
    for content in brought::list(db)? {
        report.files += 1;
        let Some(why) = damage_of(content) else { continue };
        report.damaged_file_count += 1;
        if report.damaged_files.len() < Report::LISTED {
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let (seq, room) = db.query_row(newest, [content.sha256.0], row).optional()?.unwrap_or_default();
            report.damaged_files.push(DamagedFile { sha256: content.sha256, room, seq, why });
        }
    }
    Ok(())
}

/// What the chat starts with: rows that a start would leave out.
fn people(db: &Connection, report: &mut Report) {
    match load::count_unreadable(db) {
        Ok([(lost, people), (lifted, sanctions)]) => {
            (report.identities, report.sanctions) = (people, sanctions);
            for (count, all, what) in [(lost, people, "people"), (lifted, sanctions, "bans and mutes")] {
                if count > 0 {
                    report.problems.push(format!("{count} of {all} {what} cannot be read"));
                }
            }
        }
        Err(error) => report.problem("people", &error),
    }
}
