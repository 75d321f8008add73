use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

use tempfile::TempDir;

use super::*;
use crate::config::storage::Sync;
use crate::store::schema;
use crate::store::step::Reading;

impl Upkeep {
    /// Everything there is to do, as in a lull.
    pub(in crate::store) fn finish(&mut self, db: &mut Connection) {
        self.indexing = true;
        while self.step(db) {}
    }
}

/// A store with so many messages, and a clock that goes on by a tenth of a millisecond each time it is asked.
struct Site {
    db: Connection,
    checkpointer: Checkpointer,
    upkeep: Upkeep,
    micros: Arc<AtomicU64>,
    _dir: TempDir,
}

impl Site {
    fn open(keep: Keep, messages: i64) -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("db");
        let mut db = schema::open_writer(&path, Sync::Normal).unwrap();
        let checkpointer = Checkpointer::start(&path, &mut db).unwrap();
        db.execute("INSERT INTO room (id, name) VALUES (1, 'lobby')", []).unwrap();
        let micros = Arc::new(AtomicU64::new(0));
        let asked = Arc::clone(&micros);
        let read =
            move || Reading { uptime: Duration::from_micros(asked.fetch_add(100, Ordering::SeqCst)), now: 0 };
        let upkeep = Upkeep::new(&db, Box::new(move || keep.clone()), Box::new(read));
        let mut site = Self { db, checkpointer, upkeep, micros, _dir: dir };
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

    fn behind(&self) -> i64 {
        search::behind(&self.db).unwrap()
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
    site.upkeep.step(&mut site.db);
    let indexed = 20_000 - site.behind();
    assert!((32..2000).contains(&indexed), "{indexed}");
    let events = site.events();
    site.upkeep.step(&mut site.db);
    assert_eq!(20_000 - site.behind(), indexed, "the next turn is the other's");
    let gone = events - site.events();
    assert!((0..2000).contains(&gone), "{gone}");
    site.upkeep.finish(&mut site.db);
    assert_eq!((site.behind(), site.events()), (0, 50));
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
fn a_backlog_is_indexed_while_batches_never_stop_coming_and_a_short_one_waits() {
    let mut site = Site::open(Keep::default(), 10_000);
    site.batches(200, 20);
    let behind = site.behind();
    assert!(behind <= BACKLOG, "{behind}");
    assert!(behind > 0, "the rest waits for a lull, where it costs less");
}

#[test]
fn steps_leave_most_of_the_time_to_batches() {
    let mut site = Site::open(Keep::default(), 20_000);
    site.batches(1, 0);
    let after_one = site.behind();
    // They come at once: the next step is due only after a rest.
    site.batches(10, 1);
    assert_eq!(site.behind(), after_one);
    site.batches(40, 1);
    assert!(site.behind() < after_one);
}
