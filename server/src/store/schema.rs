//! The tables, how they came to be, and how a connection is set up. It must not read or write rows.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::beside::move_aside;
use super::error::StoreError;
use super::{remnants, way_back};
use crate::config::storage::Sync;
use crate::private_files;

/// The file in the state directory.
pub const FILE: &str = "chinwag.db";

/// Each step brings a file from the version of its index to the next. A step that has shipped never changes.
const MIGRATIONS: [&str; 13] = [
    BEGINNING,
    SEARCH,
    MODERATION,
    ABSENCE,
    CHECKSUM,
    OWN_INDEX,
    LOOKUPS,
    REACTION,
    LINKED,
    ROOM_SETTINGS,
    SAID_AWAY,
    FILES,
    REPLICA,
];

/// Version 1: rooms, events, identities.
const BEGINNING: &str = "
    CREATE TABLE room (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        topic TEXT NOT NULL DEFAULT ''
    ) STRICT;
    -- `body` is the event as it goes over the wire, without its `type`.
    CREATE TABLE event (
        seq INTEGER PRIMARY KEY,
        room INTEGER NOT NULL REFERENCES room (id),
        at INTEGER NOT NULL,
        uid INTEGER NOT NULL,
        nonce TEXT,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX event_by_room ON event (room, seq);
    -- The same nonce is the same message, for ever.
    CREATE UNIQUE INDEX event_by_nonce ON event (uid, nonce) WHERE nonce IS NOT NULL;
    -- AUTOINCREMENT: the uid of a forgotten identity is never given out again.
    CREATE TABLE identity (
        uid INTEGER PRIMARY KEY AUTOINCREMENT,
        secret BLOB NOT NULL UNIQUE,
        name TEXT NOT NULL,
        color INTEGER NOT NULL,
        underline INTEGER NOT NULL,
        role TEXT NOT NULL,
        present INTEGER NOT NULL,
        spoke INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE member (
        uid INTEGER NOT NULL,
        room INTEGER NOT NULL,
        PRIMARY KEY (uid, room)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        by INTEGER NOT NULL,
        act TEXT NOT NULL,
        target INTEGER,
        reason TEXT NOT NULL
    ) STRICT;
";

/// Version 2: messages are found by their words, and go when they are old.
const SEARCH: &str = "
    -- Holds the index only; what it finds is read from `event`. See `search.rs` for what a token is.
    CREATE VIRTUAL TABLE words USING fts5 (
        text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
    );
    CREATE TABLE mark (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- Every message up to this seq is in `words`.
    INSERT INTO mark (name, value) VALUES ('indexed', 0);
";

/// Version 3: bans and mutes, and an audit trail that can be read by itself.
const MODERATION: &str = "
    CREATE TABLE sanction (
        kind TEXT NOT NULL,
        uid INTEGER NOT NULL,
        -- As the answer to `bans` lists it.
        body TEXT NOT NULL,
        PRIMARY KEY (kind, uid)
    ) STRICT, WITHOUT ROWID;
    -- What the two were called then, where it was done from, and `key=value` words that depend on the act.
    ALTER TABLE audit ADD COLUMN by_name TEXT NOT NULL DEFAULT '';
    ALTER TABLE audit ADD COLUMN target_name TEXT NOT NULL DEFAULT '';
    ALTER TABLE audit ADD COLUMN place TEXT NOT NULL DEFAULT '';
    ALTER TABLE audit ADD COLUMN detail TEXT NOT NULL DEFAULT '';
";

/// How much of the file the writer keeps in memory. A batch touches two pages of the index (uid, nonce) for each person, one of them
/// above the other; with 1 MiB a batch of a hundred people at ten million messages reads 138 pages back each time.
const WRITER_CACHE_KIB: i64 = 2048;
/// What is kept of the write-ahead log when it was emptied: what it has while people talk all the time, see `checkpointer.rs`.
const WAL_BYTES: i64 = 20 * 1024 * 1024;
/// Version 4: when somebody left, and since when they belong to a room.
const ABSENCE: &str = "
    ALTER TABLE identity ADD COLUMN left_at INTEGER;
    -- The seq of the event by which they came in; 0 for what was before this version, and where nothing was before them.
    ALTER TABLE member ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
";

/// Version 5: an event that is damaged is found.
const CHECKSUM: &str = "
    -- See `checksum.rs`; what was stored before this version has none.
    ALTER TABLE event ADD COLUMN sum INTEGER;
";

/// Version 6: the search index is in a file of its own, see [`search_index`](super::search_index), which follows changes.
const OWN_INDEX: &str = "
    -- Which messages were deleted or changed lately, for the search index. Triggers, so that nobody need think of it.
    CREATE TABLE changed (
        id INTEGER PRIMARY KEY,
        seq INTEGER NOT NULL
    ) STRICT;
    CREATE TRIGGER message_deleted AFTER DELETE ON event WHEN old.nonce IS NOT NULL BEGIN
        INSERT INTO changed (seq) VALUES (old.seq);
        DELETE FROM changed WHERE id <= (SELECT max(id) FROM changed) - 65536;
    END;
    CREATE TRIGGER message_changed AFTER UPDATE OF body ON event WHEN old.nonce IS NOT NULL BEGIN
        INSERT INTO changed (seq) VALUES (old.seq);
        DELETE FROM changed WHERE id <= (SELECT max(id) FROM changed) - 65536;
    END;
    DELETE FROM mark WHERE name = 'indexed';
    -- The index that was here. Taking it apart takes long where much was said, and may not be possible where it is damaged;
    -- so it is only made to be ordinary tables, which `old_index.rs` deletes a little at a time.
    PRAGMA writable_schema = ON;
    DELETE FROM sqlite_schema WHERE name = 'words';
    PRAGMA writable_schema = RESET;
";

/// Version 7: what events are found by is filled behind them, see [`lookups`](super::lookups).
const LOOKUPS: &str = "
    CREATE TABLE by_room (
        room INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (room, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE by_nonce (
        uid INTEGER NOT NULL,
        nonce TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (uid, nonce)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO by_room (room, seq) SELECT room, seq FROM event ORDER BY room, seq;
    INSERT INTO by_nonce (uid, nonce, seq) SELECT uid, nonce, seq FROM event WHERE nonce IS NOT NULL ORDER BY uid, nonce;
    DROP INDEX event_by_room;
    DROP INDEX event_by_nonce;
    INSERT OR REPLACE INTO mark (name, value) SELECT 'lookups', coalesce(max(seq), 0) FROM event;
    -- Triggers, so that nobody need think of it.
    CREATE TRIGGER event_deleted AFTER DELETE ON event BEGIN
        DELETE FROM by_room WHERE room = old.room AND seq = old.seq;
        DELETE FROM by_nonce WHERE uid = old.uid AND nonce = old.nonce AND seq = old.seq;
    END;
    CREATE TRIGGER event_changed AFTER UPDATE OF seq, room, uid, nonce ON event BEGIN
        DELETE FROM by_room WHERE room = old.room AND seq = old.seq;
        DELETE FROM by_nonce WHERE uid = old.uid AND nonce = old.nonce AND seq = old.seq;
        INSERT OR IGNORE INTO by_room (room, seq) VALUES (new.room, new.seq);
        INSERT OR IGNORE INTO by_nonce (uid, nonce, seq)
            SELECT new.uid, new.nonce, new.seq WHERE new.nonce IS NOT NULL;
    END;
";

/// Version 8: reactions to messages.
const REACTION: &str = "
    CREATE TABLE reaction (
        -- The message.
        of INTEGER NOT NULL,
        sign TEXT NOT NULL,
        uid INTEGER NOT NULL,
        -- The event by which it came.
        seq INTEGER NOT NULL,
        PRIMARY KEY (of, sign, uid)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER reactions_deleted AFTER DELETE ON event WHEN old.nonce IS NOT NULL BEGIN
        DELETE FROM reaction WHERE of = old.seq;
    END;
";

/// Version 9: one person on several machines.
const LINKED: &str = "
    -- The machines and how far they have read, as JSON; NULL where none are linked. See `chat/linked.rs`.
    ALTER TABLE identity ADD COLUMN linked TEXT;
";

/// Version 10: how a room is set up.
const ROOM_SETTINGS: &str = "
    -- JSON as `chat/room_settings.rs` has it; empty where nothing is set.
    ALTER TABLE room ADD COLUMN settings TEXT NOT NULL DEFAULT '';
";

/// Version 11: somebody who is here may say that they are away.
const SAID_AWAY: &str = "
    -- Since when and why, as JSON; NULL where they are not.
    ALTER TABLE identity ADD COLUMN absent TEXT;
";

/// Version 12: messages bring files. And secrets are found in memory, not here: their index cost a page or two of every commit in
/// which somebody came.
const FILES: &str = "
    -- Which event brings which content; see `brought.rs`.
    CREATE TABLE brought (
        seq INTEGER PRIMARY KEY,
        sha256 BLOB NOT NULL,
        bytes INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX brought_by_hash ON brought (sha256);
    -- What lost an event that brought it, until those who keep contents are told.
    CREATE TABLE released (
        sha256 BLOB PRIMARY KEY
    ) STRICT, WITHOUT ROWID;
    -- Triggers, so that nobody need think of it.
    CREATE TRIGGER message_took_file AFTER DELETE ON event WHEN old.nonce IS NOT NULL BEGIN
        DELETE FROM brought WHERE seq = old.seq;
    END;
    -- In the text of a message a quotation mark has a backslash before it.
    CREATE TRIGGER message_lost_file AFTER UPDATE OF body ON event
        WHEN old.nonce IS NOT NULL AND instr(new.body, ',\"file\":{') = 0 BEGIN
        DELETE FROM brought WHERE seq = old.seq;
    END;
    CREATE TRIGGER file_released AFTER DELETE ON brought BEGIN
        INSERT OR IGNORE INTO released (sha256) VALUES (old.sha256);
    END;
    CREATE TABLE identity_anew (
        uid INTEGER PRIMARY KEY AUTOINCREMENT,
        secret BLOB NOT NULL,
        name TEXT NOT NULL,
        color INTEGER NOT NULL,
        underline INTEGER NOT NULL,
        role TEXT NOT NULL,
        present INTEGER NOT NULL,
        spoke INTEGER NOT NULL,
        left_at INTEGER,
        -- The machines and how far they have read, as JSON; NULL where none are linked. See `chat/linked.rs`.
        linked TEXT,
        -- Since when and why, as JSON; NULL where they are not away.
        absent TEXT
    ) STRICT;
    -- The newest uid that was given out may be that of somebody who is forgotten.
    INSERT INTO sqlite_sequence (name, seq) SELECT 'identity_anew', seq FROM sqlite_sequence WHERE name = 'identity';
    INSERT INTO identity_anew (uid, secret, name, color, underline, role, present, spoke, left_at, linked, absent)
        SELECT uid, secret, name, color, underline, role, present, spoke, left_at, linked, absent FROM identity;
    DROP TABLE identity;
    ALTER TABLE identity_anew RENAME TO identity;
";

/// Version 13: a node of a cluster knows how far it is.
const REPLICA: &str = "
    -- At most one row; see `replica.rs`.
    CREATE TABLE replica (
        id INTEGER PRIMARY KEY CHECK (id = 0),
        cluster TEXT NOT NULL,
        applied INTEGER NOT NULL,
        digest TEXT NOT NULL,
        -- Why the node must not go on; NULL where it may.
        diverged TEXT
    ) STRICT;
    -- The state of the chat as JSON. Apart, since the row above changes with every commit.
    CREATE TABLE chat_snapshot (
        id INTEGER PRIMARY KEY CHECK (id = 0),
        chat TEXT NOT NULL
    ) STRICT;
";

/// How long a reader waits while the writer holds the file to itself, at a checkpoint.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// The newest version this server knows.
#[must_use]
pub fn newest_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The version of a file; 0 for one that is no store yet.
pub fn version(db: &Connection) -> rusqlite::Result<i64> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The version of a file that is not opened: it is in the header (<https://www.sqlite.org/fileformat2.html>, section 1.3).
#[must_use]
pub fn version_in_header(path: &Path) -> Option<i64> {
    let mut header = [0; 64];
    File::open(path).ok()?.read_exact(&mut header).ok()?;
    let [.., a, b, c, d] = header;
    header.starts_with(b"SQLite format 3\0").then(|| i64::from(u32::from_be_bytes([a, b, c, d])))
}

/// Whether a store is of a version that has the tables of a node.
pub(super) fn has_replica(db: &Connection) -> rusqlite::Result<bool> {
    Ok(version(db)? >= 13)
}

/// Whether a file is a store of a version this server knows; its version.
pub(crate) fn check_tables(db: &Connection) -> anyhow::Result<i64> {
    let (found, known) = (version(db)?, newest_version());
    let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let ours = ["room", "event", "identity", "member", "audit"];
    if found < 1 || !ours.iter().all(|table| tables.iter().any(|there| there == table)) {
        anyhow::bail!("the file is a database, but no message store of chinwagd");
    }
    if found > known {
        anyhow::bail!("the file has version {found}, this chinwagd knows up to {known}; use a newer one");
    }
    Ok(found)
}

/// Lets the tables of an older version be read as those of this one.
pub(crate) fn read_as_newest(db: &Connection, version: i64) -> rusqlite::Result<()> {
    let added = [(4, "left_at"), (9, "linked"), (11, "absent")].into_iter();
    let missing =
        added.filter(|(since, _)| version < *since).map(|(_, column)| format!(", NULL AS {column}"));
    let missing: String = missing.collect();
    let identity = format!("CREATE TEMP VIEW identity AS SELECT *{missing} FROM main.identity");
    // A table of the temporary schema, which is in memory, comes before one of the same name in the file.
    let views = [
        (3, "CREATE TEMP TABLE sanction (kind TEXT, uid INTEGER, body TEXT)"),
        (11, identity.as_str()),
        (5, "CREATE TEMP VIEW event AS SELECT *, NULL AS sum FROM main.event"),
        (
            7,
            "CREATE TEMP VIEW by_room AS SELECT room, seq FROM main.event;
             CREATE TEMP VIEW by_nonce AS SELECT uid, nonce, seq FROM main.event WHERE nonce IS NOT NULL;
             CREATE TEMP VIEW mark AS SELECT 'lookups' AS name, 9223372036854775807 AS value",
        ),
        (12, "CREATE TEMP TABLE brought (seq INTEGER, sha256 BLOB, bytes INTEGER)"),
        (10, "CREATE TEMP VIEW room AS SELECT *, '' AS settings FROM main.room"),
    ];
    views.iter().filter(|(since, _)| version < *since).try_for_each(|(_, sql)| db.execute_batch(sql))
}

/// `PRAGMA secure_delete`: what is moved or deleted inside a page that is written anyway is overwritten. Without it the root page of a
/// table keeps, where it got its first children, the rows it had, for ever; whoever deletes a message later does not come there.
pub(super) const OVERWRITE: &str = "FAST";

/// Opens the file for writing, makes it if there is none, and brings it to the newest version.
pub fn open_writer(path: &Path, sync: Sync) -> Result<Connection, StoreError> {
    let failed = |source: rusqlite::Error| refine(path, source);
    // What SQLite makes beside the file has the file's permissions; where that fails, opening says why.
    drop(private_files::open_file(path));
    let mut db = Connection::open(path).map_err(failed)?;
    set_up(&db).map_err(failed)?;
    // Of a file that is made now, before anything is in it; see `compaction.rs`.
    db.pragma_update(None, "auto_vacuum", "INCREMENTAL").map_err(failed)?;
    db.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
    let level = match sync {
        Sync::Normal => "NORMAL",
        Sync::Full => "FULL",
    };
    db.pragma_update(None, "synchronous", level).map_err(failed)?;
    db.pragma_update(None, "cache_size", -WRITER_CACHE_KIB).map_err(failed)?;
    db.pragma_update(None, "secure_delete", OVERWRITE).map_err(failed)?;
    // What a reader that held a snapshot made it grow to is given back with the next checkpoint that finds no reader.
    db.pragma_update(None, "journal_size_limit", WAL_BYTES).map_err(failed)?;
    let (found, known) = (version(&db).map_err(failed)?, newest_version());
    if found > known {
        return Err(StoreError::too_new(path.to_owned(), found, known));
    }
    if (1..known).contains(&found) {
        way_back::keep_copy(&db, path, found);
    }
    let done = usize::try_from(found).unwrap_or(0);
    for (step, sql) in MIGRATIONS.iter().enumerate().skip(done) {
        migrate(&mut db, i64::try_from(step).unwrap_or(i64::MAX - 1) + 1, sql).map_err(failed)?;
    }
    remnants::clear(&db, found == 0);
    Ok(db)
}

fn migrate(db: &mut Connection, version: i64, sql: &str) -> rusqlite::Result<()> {
    let step = db.transaction()?;
    step.execute_batch(sql)?;
    step.pragma_update(None, "user_version", version)?;
    step.commit()
}

/// Opens the file for what a second thread does for the writer; the writer has made it.
pub(crate) fn open_beside_writer(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    set_up(&db)?;
    Ok(db)
}

/// Opens the file for reading only; the writer has made it.
pub fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    set_up(&db)?;
    Ok(db)
}

pub(super) fn set_up(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    db.set_prepared_statement_cache_capacity(32);
    // KiB, negated: enough for the upper levels of the indexes, small beside the rest of the server.
    db.pragma_update(None, "cache_size", -1024)
}

/// Tells a file that is broken from one that cannot be reached, and moves a broken one out of the way: nothing is ever
/// deleted, and the next start is not stopped by it.
pub(super) fn refine(path: &Path, source: rusqlite::Error) -> StoreError {
    let path = PathBuf::from(path);
    let broken = matches!(
        source.sqlite_error_code(),
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt)
    );
    match broken.then(|| move_aside(&path, "damaged")) {
        Some(Ok(aside)) => StoreError::Damaged { path, aside, detail: source.to_string() },
        Some(Err(_)) | None => StoreError::Open { path, source },
    }
}
