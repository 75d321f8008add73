//! The one thread that writes. Whatever queued up while a commit ran is the next batch, and a batch is one
//! transaction: all of it is kept, or none. It must not know what the rows mean.

use std::collections::HashMap;
use std::panic::RefUnwindSafe;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction};

use shared::server_msg::{Sanction, SanctionKind};
use shared::{FileHash, RoomName, ServerId};

use super::CommitResult;
use super::checkpointer::Checkpointer;
use super::deleted_in_log::{self, DeletedInLog};
use super::error::StoreError;
use super::files::OpenedFiles;
use super::lookups::Fill;
use super::retention_progress::RetentionProgress;
use super::schema::{self, FILE};
use super::step::Reading;
use super::upkeep::Upkeep;
use super::write::{Stored, Write};
use super::{brought, checksum, reactions, replica, rewrite};
use crate::chat::audit::Audit;
use crate::chat::effect::Record;
use crate::chat::identity::Identity;
use crate::chat::room_settings::Settings;
use crate::clock::Clock;
use crate::config::storage::{Keep, Sync};

/// The writing end of the store.
#[derive(Debug)]
pub struct Writer {
    /// How many times a server was started on this file before.
    pub starts: u32,
    /// The files it opened.
    pub files: Arc<OpenedFiles>,
    /// Which server this is the store of; nothing where the disk took none yet.
    pub id: Option<ServerId>,
    /// How far retention is.
    pub retention: Arc<RetentionProgress>,
    batches: Option<mpsc::SyncSender<Vec<Write>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. `keep` says how long the past is kept from now on, by `clock`; `committed` is called on it after each
    /// commit, of a batch or of something else, `released` with the contents that lost a message which brought them, and `done` after
    /// each batch, in order; none may block for long.
    pub fn start(
        dir: &Path,
        sync: Sync,
        keep: impl FnMut() -> Keep + Send + 'static,
        clock: Arc<Clock>,
        committed: impl Fn() + Send + RefUnwindSafe + 'static,
        released: impl Fn(Vec<FileHash>) + Send + 'static,
        done: impl Fn(CommitResult) + Send + 'static,
    ) -> Result<Self, StoreError> {
        let path = dir.join(FILE);
        let was_killed = DeletedInLog::is_left_in(&path);
        let mut db = schema::open_writer(&path, sync)?;
        if was_killed {
            // Before anybody reads or writes, so that nothing holds it up.
            deleted_in_log::empty_log(&db);
        }
        let checkpointer = Checkpointer::start(&path, &mut db, committed)?;
        let (starts, id) = (count_start(&db), server_id(&db));
        // One batch at a time: the hub sends the next when it has heard of the last.
        let (batches, inbox) = mpsc::sync_channel(1);
        let files = Arc::new(OpenedFiles::of(&path));
        let watched = Arc::clone(&files);
        let read_clock = Box::new(move || Reading::of(&clock));
        let upkeep = Upkeep::new(&db, Box::new(keep), read_clock, Box::new(released));
        let retention = upkeep.retention_progress();
        let work = move || run(db, checkpointer, &watched, &inbox, upkeep, &done);
        let thread = std::thread::Builder::new().name("store".into()).spawn(work);
        let thread = thread.map_err(|e| StoreError::Open {
            path,
            source: rusqlite::Error::ToSqlConversionFailure(e.into()),
        })?;
        Ok(Self { starts, files, id, retention, batches: Some(batches), thread: Some(thread) })
    }

    /// Hands a batch over; false when the thread is gone.
    #[must_use]
    pub fn commit(&self, batch: Vec<Write>) -> bool {
        self.batches.as_ref().is_some_and(|batches| batches.send(batch).is_ok())
    }
}

impl Drop for Writer {
    /// Waits until everything handed over is committed and the file is closed.
    fn drop(&mut self) {
        drop(self.batches.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store thread panicked");
        }
    }
}

fn run(
    mut db: Connection,
    mut checkpointer: Checkpointer,
    files: &OpenedFiles,
    inbox: &mpsc::Receiver<Vec<Write>>,
    mut upkeep: Upkeep,
    done: &impl Fn(CommitResult),
) {
    let mut rooms = HashMap::new();
    while let Some(batch) = upkeep.next_batch(&mut db, &mut checkpointer, inbox) {
        // An empty batch asks whether this thread goes on, no more: starting again would not bring a file back, nor free a
        // disk or a lock of another program.
        if batch.is_empty() {
            done(Ok(()));
            continue;
        }
        if DeletedInLog::is_left_by(&batch) {
            upkeep.note_deletion();
        }
        let missing = || files.missing();
        let committed = match missing() {
            Some(missing) => Err(missing),
            None => commit(&mut db, &mut rooms, &batch)
                .map_err(|error| error.to_string())
                .and_then(|()| missing().map_or(Ok(()), Err)),
        };
        if committed.is_err() {
            // What was looked up inside the failed transaction may not be there.
            rooms.clear();
        }
        done(committed);
    }
    upkeep.finish_lookups(&mut db);
    drop(checkpointer);
    // Empties the write-ahead log, so that the next start has nothing to recover.
    if let Err(error) = db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);") {
        tracing::warn!(%error, "could not tidy the message store up");
    }
}

/// The numbers of rooms, as far as they were needed.
pub type RoomIds = HashMap<RoomName, i64>;

/// Keeps a batch in one transaction. After a failure `rooms` must be cleared.
pub fn commit(db: &mut Connection, rooms: &mut RoomIds, batch: &[Write]) -> rusqlite::Result<()> {
    if !DeletedInLog::is_left_by(batch) {
        return commit_all(db, rooms, batch);
    }
    // What is deleted or replaced is overwritten. Retention need not, and would cost more.
    db.pragma_update(None, "secure_delete", true)?;
    let committed = commit_all(db, rooms, batch);
    // Left on it costs a little, no more; what was committed is committed.
    db.pragma_update(None, "secure_delete", schema::OVERWRITE).ok();
    committed
}

fn commit_all(db: &mut Connection, rooms: &mut RoomIds, batch: &[Write]) -> rusqlite::Result<()> {
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for write in batch {
        match write {
            Write::Event(event) => insert_event(&transaction, rooms, event)?,
            Write::Record(record) => keep(&transaction, rooms, record)?,
            Write::Progress(progress) => replica::advance(&transaction, *progress)?,
            Write::Snapshot(snapshot) => replica::keep_snapshot(&transaction, snapshot)?,
            Write::Diverged(why) => replica::diverged(&transaction, why)?,
            Write::Probe => count_probe(&transaction)?,
        }
    }
    transaction.commit()
}

/// Fills the tables that events are looked up by, as the store thread does between batches.
pub fn fill_lookups(db: &mut Connection) -> rusqlite::Result<()> {
    Fill::new().finish(db)
}

/// Counts a start, and says how many there were before. On a disk that takes nothing the server starts all the same, to be
/// read from; then the number is that of a start that took nothing either.
fn count_start(db: &Connection) -> u32 {
    let sql = "INSERT INTO mark (name, value) VALUES ('starts', 1)
               ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value - 1";
    let counted = db.query_row(sql, [], |row| row.get(0));
    let before = || db.query_row("SELECT value FROM mark WHERE name = 'starts'", [], |row| row.get(0));
    counted
        .or_else(|error| {
            tracing::warn!(%error, "could not count this start");
            before()
        })
        .unwrap_or(0)
}

/// Which server this is: a random number made once, in the store, because it stands for the identities in it. A backup is the
/// same server again. A name, no proof: there is nothing secret about it.
fn server_id(db: &Connection) -> Option<ServerId> {
    let made = getrandom::u64().ok()? >> 1;
    let sql = "INSERT INTO mark (name, value) VALUES ('server', ?1) ON CONFLICT (name) DO NOTHING";
    if let Err(error) = db.execute(sql, [i64::try_from(made).ok()?]) {
        tracing::warn!(%error, "could not give this store a number of its own");
    }
    let kept = db.query_row("SELECT value FROM mark WHERE name = 'server'", [], |row| row.get::<_, i64>(0));
    kept.ok().and_then(|kept| ServerId::parse(&format!("{kept:016x}")).ok())
}

fn count_probe(db: &Transaction<'_>) -> rusqlite::Result<()> {
    let sql = "INSERT INTO mark (name, value) VALUES ('probe', 1)
               ON CONFLICT (name) DO UPDATE SET value = value + 1";
    db.prepare_cached(sql)?.execute([]).map(drop)
}

fn insert_event(db: &Transaction<'_>, rooms: &mut RoomIds, event: &Stored) -> rusqlite::Result<()> {
    let room = room_id(db, rooms, &event.room)?;
    let mut insert = db.prepare_cached(
        "INSERT INTO event (seq, room, at, uid, nonce, body, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let (nonce, body) = (event.nonce.as_ref().map(shared::Nonce::as_str), event.encoded.body());
    let (seq, uid) = (event.encoded.seq.to_i64(), event.uid.to_i64());
    let sum = checksum::of([seq, room, event.at, uid], nonce.map(str::as_bytes), body.as_bytes());
    insert.execute((seq, room, event.at, uid, nonce, body, sum))?;
    event.file.map_or(Ok(()), |(sha256, bytes)| brought::keep(db, seq, sha256, bytes))
}

fn keep(db: &Transaction<'_>, rooms: &mut RoomIds, record: &Record) -> rusqlite::Result<()> {
    match record {
        Record::Identity(identity) => keep_identity(db, identity),
        Record::Forget(uid) => forget(db, uid.to_i64()),
        Record::Room { name, topic, settings } => {
            keep_room(db, rooms, name, topic.as_str(), settings.as_deref())
        }
        Record::Member { uid, room, inside: true, since } => {
            keep_member(db, rooms, uid.to_i64(), room, since.to_i64())
        }
        Record::Member { uid, room, inside: false, .. } => drop_member(db, rooms, uid.to_i64(), room),
        Record::Sanction(sanction) => keep_sanction(db, sanction),
        Record::Lift { kind, uid } => lift(db, *kind, uid.to_i64()),
        Record::Audit(audit) => write_down(db, audit),
        Record::Edit { of, text, at } => rewrite::edit(db, *of, text, *at),
        Record::Delete { of, by } => rewrite::delete(db, *of, by),
        Record::React { of, uid, with, seq, off } => {
            reactions::keep(db, &reactions::Row { of: *of, uid: *uid, with, seq: *seq }, *off)
        }
    }
}

fn write_down(db: &Transaction<'_>, audit: &Audit) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO audit (at, by, by_name, place, act, target, target_name, reason, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let Audit { at, by, origin, action, target, reason, detail } = audit;
    let target = target.as_ref();
    insert
        .execute((
            at,
            by.uid.to_i64(),
            by.name.as_str(),
            origin.to_string(),
            action.as_str(),
            target.map(|target| target.uid.to_i64()),
            target.map_or("", |target| target.name.as_str()),
            reason.as_str(),
            detail,
        ))
        .map(drop)
}

fn keep_sanction(db: &Transaction<'_>, sanction: &Sanction) -> rusqlite::Result<()> {
    let body = serde_json::to_string(sanction)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let mut upsert = db.prepare_cached(
        "INSERT INTO sanction (kind, uid, body) VALUES (?1, ?2, ?3)
         ON CONFLICT (kind, uid) DO UPDATE SET body = ?3",
    )?;
    upsert.execute((sanction.kind.as_str(), sanction.target.uid.to_i64(), body)).map(drop)
}

fn lift(db: &Transaction<'_>, kind: SanctionKind, uid: i64) -> rusqlite::Result<()> {
    let mut delete = db.prepare_cached("DELETE FROM sanction WHERE kind = ?1 AND uid = ?2")?;
    delete.execute((kind.as_str(), uid)).map(drop)
}

fn keep_identity(db: &Transaction<'_>, identity: &Identity) -> rusqlite::Result<()> {
    let Identity { uid, secret, name, style, role, spoke, left_at, linked, absent, .. } = identity;
    let failed = |error: serde_json::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
    let linked = linked.as_ref().map(serde_json::to_string).transpose().map_err(failed)?;
    let absent = absent.as_ref().map(serde_json::to_string).transpose().map_err(failed)?;
    let row = rusqlite::params![
        uid.to_i64(),
        secret.0,
        name.as_str(),
        style.color(),
        style.underline(),
        role.as_str(),
        identity.is_present(),
        spoke,
        left_at,
        linked,
        absent,
    ];
    // Mostly they are there and have the same secret. Set, it would be written anew in its index, too, at a place of its own: a
    // page of the log for everybody who leaves.
    let mut update = db.prepare_cached(
        "UPDATE identity SET name = ?3, color = ?4, underline = ?5, role = ?6, present = ?7, spoke = ?8, left_at = ?9,
             linked = ?10, absent = ?11
         WHERE uid = ?1 AND secret = ?2",
    )?;
    if update.execute(row)? > 0 {
        return Ok(());
    }
    let mut upsert = db.prepare_cached(
        "INSERT INTO identity (uid, secret, name, color, underline, role, present, spoke, left_at, linked, absent)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (uid) DO UPDATE SET secret = ?2, name = ?3, color = ?4, underline = ?5, role = ?6, present = ?7, spoke = ?8,
             left_at = ?9, linked = ?10, absent = ?11",
    )?;
    upsert.execute(row).map(drop)
}

fn forget(db: &Transaction<'_>, uid: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM identity WHERE uid = ?1")?.execute([uid])?;
    db.prepare_cached("DELETE FROM member WHERE uid = ?1")?.execute([uid]).map(drop)
}

fn keep_room(
    db: &Transaction<'_>,
    rooms: &mut RoomIds,
    name: &RoomName,
    topic: &str,
    settings: Option<&Settings>,
) -> rusqlite::Result<()> {
    let room = room_id(db, rooms, name)?;
    let settings = settings.map(serde_json::to_string).transpose();
    let settings = settings.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let sql = "UPDATE room SET topic = ?2, settings = ?3 WHERE id = ?1";
    db.prepare_cached(sql)?.execute((room, topic, settings.unwrap_or_default())).map(drop)
}

fn keep_member(
    db: &Transaction<'_>,
    rooms: &mut RoomIds,
    uid: i64,
    room: &RoomName,
    since: i64,
) -> rusqlite::Result<()> {
    let room = room_id(db, rooms, room)?;
    let sql = "INSERT INTO member (uid, room, since) VALUES (?1, ?2, ?3)
               ON CONFLICT (uid, room) DO UPDATE SET since = ?3";
    db.prepare_cached(sql)?.execute((uid, room, since)).map(drop)
}

fn drop_member(db: &Transaction<'_>, rooms: &mut RoomIds, uid: i64, room: &RoomName) -> rusqlite::Result<()> {
    let room = room_id(db, rooms, room)?;
    db.prepare_cached("DELETE FROM member WHERE uid = ?1 AND room = ?2")?.execute((uid, room)).map(drop)
}

/// The number of a room, made when it has none.
fn room_id(db: &Transaction<'_>, rooms: &mut RoomIds, name: &RoomName) -> rusqlite::Result<i64> {
    if let Some(id) = rooms.get(name) {
        return Ok(*id);
    }
    db.prepare_cached("INSERT OR IGNORE INTO room (name) VALUES (?1)")?.execute([name.as_str()])?;
    let id = db
        .prepare_cached("SELECT id FROM room WHERE name = ?1")?
        .query_row([name.as_str()], |row| row.get(0))?;
    rooms.insert(name.clone(), id);
    Ok(id)
}
