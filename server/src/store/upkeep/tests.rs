use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use tempfile::TempDir;

use super::*;
use crate::config::storage::Sync;
use crate::store::schema;
use crate::store::step::Reading;

impl Upkeep {
    /// Everything there is to do, as in a lull.
    pub(in crate::store) fn finish(&mut self, db: &mut Connection) {
        while self.step(db, STEP) {}
    }
}

/// What time it is; messages are of the time 0.
const TWO_DAYS: i64 = 2 * 24 * 60 * 60 * 1000;

/// A store with so many messages, and a clock that goes on by a tenth of a millisecond each time it is asked.
struct Site {
    db: Connection,
    checkpointer: Checkpointer,
    upkeep: Upkeep,
    micros: Arc<AtomicU64>,
    /// What was told of contents that lost a message.
    released: Arc<Mutex<Vec<FileHash>>>,
    dir: TempDir,
}

impl Site {
    fn open(keep: Keep, messages: i64) -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("db");
        let mut db = schema::open_writer(&path, Sync::Normal).unwrap();
        let checkpointer = Checkpointer::start(&path, &mut db, || {}).unwrap();
        db.execute("INSERT INTO room (id, name) VALUES (1, 'lobby')", []).unwrap();
        let micros = Arc::new(AtomicU64::new(0));
        let asked = Arc::clone(&micros);
        let read = move || Reading {
            uptime: Duration::from_micros(asked.fetch_add(100, Ordering::SeqCst)),
            now: TWO_DAYS,
        };
        let released = Arc::<Mutex<Vec<FileHash>>>::default();
        let told = Arc::clone(&released);
        let tell = move |hashes| told.lock().unwrap().extend(hashes);
        let upkeep = Upkeep::new(&db, Box::new(move || keep.clone()), Box::new(read), Box::new(tell));
        let mut site = Self { db, checkpointer, upkeep, micros, released, dir };
        site.say(messages);
        site
    }

    fn say(&mut self, messages: i64) {
        let transaction = self.db.transaction().unwrap();
        for _ in 0..messages {
            let sql = "INSERT INTO event (room, at, uid, nonce, body)
                       VALUES (1, 0, 1, hex(randomblob(8)), '{\"text\":\"word\"}')";
            transaction.execute(sql, []).unwrap();
        }
        transaction.commit().unwrap();
    }

    fn events(&self) -> i64 {
        self.db.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).unwrap()
    }

    /// Batches that never stop coming, this many milliseconds apart.
    fn batches(&mut self, count: usize, apart_ms: u64) {
        for _ in 0..count {
            let (sink, inbox) = mpsc::sync_channel(1);
            sink.send(Vec::new()).unwrap();
            assert!(self.upkeep.next_batch(&mut self.db, &mut self.checkpointer, &inbox).is_some());
            self.micros.fetch_add(apart_ms * 1000, Ordering::SeqCst);
        }
    }
}

/// Fifty events a room.
fn fifty() -> Keep {
    Keep { per_room: 50, ..Keep::default() }
}

#[test]
fn a_step_ends_when_its_time_is_over() {
    let mut site = Site::open(fifty(), 20_000);
    site.upkeep.step(&mut site.db, STEP);
    let gone = 20_000 - site.events();
    assert!((0..2000).contains(&gone), "{gone}");
    site.upkeep.finish(&mut site.db);
    assert_eq!(site.events(), 50);
}

#[test]
fn what_is_too_much_goes_while_batches_never_stop_coming() {
    let mut site = Site::open(fifty(), 5000);
    site.batches(400, 20);
    assert_eq!(site.events(), 50);
    site.say(200);
    // It is looked at rooms every ten seconds.
    site.batches(600, 20);
    assert_eq!(site.events(), 50);
}

#[test]
fn a_step_between_batches_is_as_short_as_it_can_be() {
    let a_day = || Keep { days: 1, ..Keep::default() };
    let of_the_room = || Keep { rooms: "lobby=1d".parse().unwrap(), ..Keep::default() };
    let cases: [(fn() -> Keep, i64); 3] = [(fifty, 50), (a_day, 1), (of_the_room, 1)];
    for (keep, left) in cases {
        let mut site = Site::open(keep(), 1000);
        // An age is confirmed ten minutes later.
        site.batches(2, 10 * 60 * 1000);
        let mut most = 0;
        while site.events() > left {
            let before = site.events();
            site.batches(1, 50);
            most = most.max(before - site.events());
        }
        assert_eq!(most, 16, "{:?}", keep());
    }
}

#[test]
fn the_files_of_messages_that_are_too_old_are_passed_on_while_batches_never_stop_coming() {
    let mut site = Site::open(Keep { days: 1, ..Keep::default() }, 40);
    // The newest event is never deleted.
    for (seq, digit) in [(3, 7_u8), (30, 8), (40, 9)] {
        let sql = "INSERT INTO brought (seq, sha256, bytes) VALUES (?1, ?2, 1)";
        site.db.execute(sql, (seq, [digit; 32])).unwrap();
    }
    site.batches(2, 10 * 60 * 1000);
    site.batches(100, 50);
    assert_eq!(site.events(), 1);
    assert_eq!(site.released.lock().unwrap()[..], [7, 8].map(|digit| FileHash([digit; 32])));
    let left = "SELECT group_concat(seq) || ' ' || (SELECT count(*) FROM released) FROM brought";
    assert_eq!(site.db.query_row(left, [], |row| row.get::<_, String>(0)).unwrap(), "40 0");
}

#[test]
fn a_step_between_batches_does_not_wait_for_a_lock_and_goes_on_after_it() {
    let mut site = Site::open(fifty(), 2000);
    site.batches(5, 20);
    let before = site.events();
    let other = Connection::open(site.dir.path().join("db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    site.batches(20, 20);
    assert_eq!(site.events(), before);
    other.execute_batch("COMMIT").unwrap();
    // Sooner than it is looked at rooms again.
    site.batches(200, 20);
    assert_eq!(site.events(), 50);
}

#[test]
fn steps_leave_most_of_the_time_to_batches() {
    let mut site = Site::open(fifty(), 20_000);
    site.batches(5, 50);
    let before = site.events();
    // They come at once: the next step is due only after a rest.
    site.batches(1, 1);
    let after_one = site.events();
    assert!(after_one < before);
    site.batches(2, 1);
    assert_eq!(site.events(), after_one);
    site.batches(4, 1);
    assert!(site.events() < after_one);
}

#[test]
fn what_is_left_of_a_text_in_the_log_goes_between_batches_and_once() {
    let mut site = Site::open(Keep::default(), 10);
    let has_text = |site: &Site| {
        let log = std::fs::read(site.dir.path().join("db-wal")).unwrap();
        log.windows(6).any(|bytes| bytes == b"\"word\"")
    };
    site.batches(1, 20);
    assert!(has_text(&site));
    site.upkeep.note_deletion();
    site.batches(1, 20);
    assert!(!has_text(&site));
    site.say(1);
    site.batches(3, 20);
    assert!(has_text(&site), "it is not emptied after each batch");
}

/// Makes the index of version 5, with so many messages in it.
fn make_old_index(site: &mut Site, rows: i64) {
    site.upkeep.finish(&mut site.db);
    site.db
        .execute_batch("CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1)")
        .unwrap();
    let transaction = site.db.transaction().unwrap();
    for row in 0..rows {
        let sql = "INSERT INTO words (rowid, text) VALUES (?1, hex(randomblob(40)))";
        transaction.execute(sql, [row]).unwrap();
    }
    transaction.commit().unwrap();
    site.db
        .execute_batch(
            "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'words'; PRAGMA writable_schema = RESET",
        )
        .unwrap();
    site.upkeep.has_old_index = old_index::is_there(&site.db).unwrap();
}

#[test]
fn the_index_of_an_older_version_goes_a_little_at_a_time() {
    let mut site = Site::open(Keep::default(), 1);
    make_old_index(&mut site, 20_000);
    let rows = |site: &Site| -> i64 {
        site.db.query_row("SELECT count(*) FROM words_data", [], |row| row.get(0)).unwrap()
    };
    let before = rows(&site);
    let mut no_time = Budget::new(&mut site.upkeep.read_clock, Duration::ZERO);
    assert!(old_index::delete_some(&mut site.db, &mut no_time).unwrap());
    assert_eq!(rows(&site), before - 16);
    site.upkeep.finish(&mut site.db);
    let left: i64 = site
        .db
        .query_row("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'words%'", [], |row| row.get(0))
        .unwrap();
    assert_eq!((left, site.upkeep.has_old_index), (0, false));
    let verdict: String = site.db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}
