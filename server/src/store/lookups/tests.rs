use proptest::prelude::*;
use tempfile::TempDir;

use super::fill::MOST;
use super::late::MARK;
use super::*;
use crate::config::storage::Sync;
use crate::store::schema;

/// A store with rooms 1 to 3, and its file.
fn store() -> (TempDir, Connection) {
    let dir = TempDir::new().unwrap();
    let db = schema::open_writer(&dir.path().join("db"), Sync::Normal).unwrap();
    db.execute("INSERT INTO room (id, name) VALUES (1, 'one'), (2, 'two'), (3, 'three')", []).unwrap();
    (dir, db)
}

fn say(db: &Connection, seq: i64, room: i64, uid: i64, nonce: Option<i64>) {
    let sql = "INSERT INTO event (seq, room, at, uid, nonce, body) VALUES (?1, ?2, 0, ?3, ?4, '{}')";
    db.execute(sql, (seq, room, uid, nonce.map(|nonce| nonce.to_string()))).unwrap();
}

fn column(db: &Connection, sql: &str) -> Vec<i64> {
    let mut select = db.prepare(sql).unwrap();
    select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Everything that can be asked is answered as `event` alone would answer it.
#[track_caller]
fn check(db: &Connection) {
    for room in 1..=3 {
        for (after, before, limit) in [(i64::MIN, i64::MAX, 1000), (5, 30, 4), (12, i64::MAX, 3), (0, 9, 2)] {
            for (order, word) in [(Order::Oldest, "ASC"), (Order::Newest, "DESC")] {
                let sql = format!(
                    "SELECT seq FROM event WHERE room = {room} AND seq > {after} AND seq < {before}
                     ORDER BY seq {word} LIMIT {limit}"
                );
                let range = Range { after, before, limit, order };
                assert_eq!(of_room(db, room, range).unwrap(), column(db, &sql), "{room} {range:?}");
            }
        }
    }
    for uid in 0..3 {
        let sql = format!("SELECT max(nonce) FROM event WHERE uid = {uid}");
        let greatest: Option<String> = db.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(greatest_nonce(db, uid).unwrap(), greatest);
        for nonce in 0..60 {
            let sql = format!("SELECT seq FROM event WHERE uid = {uid} AND nonce = '{nonce}'");
            let found = of_nonce(db, uid, &nonce.to_string()).unwrap();
            assert_eq!(found.into_iter().collect::<Vec<_>>(), column(db, &sql), "{uid} {nonce}");
        }
    }
    let sql = "SELECT coalesce((SELECT max(seq) FROM event WHERE room = id), 0) FROM room ORDER BY id";
    let mut found = heads(db).unwrap();
    found.sort_by_key(|head| head.room);
    assert_eq!(found.iter().map(|head| head.seq).collect::<Vec<_>>(), column(db, sql));
    let all = column(db, "SELECT count(*) FROM event UNION ALL SELECT count(nonce) FROM event");
    assert_eq!(count(db).unwrap(), (all[0], all[1]));
}

/// What happens between checks.
#[derive(Clone, Debug)]
enum Act {
    Say {
        room: i64,
        uid: i64,
        is_message: bool,
    },
    Delete(i64),
    /// As the events of a deleted person keep their places.
    Empty(i64),
    Move(i64, i64),
    /// Some entries of a round.
    Step,
    Finish,
    /// The server ends in the middle of a round.
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => (1..4_i64, 0..3_i64, any::<bool>())
            .prop_map(|(room, uid, is_message)| Act::Say { room, uid, is_message }),
        2 => (1..60_i64).prop_map(Act::Delete),
        1 => (1..60_i64).prop_map(Act::Empty),
        1 => (1..60_i64, 1..4_i64).prop_map(|(seq, room)| Act::Move(seq, room)),
        4 => Just(Act::Step),
        1 => Just(Act::Finish),
        1 => Just(Act::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn whatever_is_filled_already_everything_is_found(acts in prop::collection::vec(act(), 1..60)) {
        let (_dir, mut db) = store();
        let mut fill = Fill::new();
        fill.take_few();
        let mut seq = 0;
        for act in acts {
            match act {
                Act::Say { room, uid, is_message } => {
                    seq += 1;
                    say(&db, seq, room, uid, is_message.then_some(seq));
                }
                Act::Delete(seq) => drop(db.execute("DELETE FROM event WHERE seq = ?1", [seq]).unwrap()),
                Act::Empty(seq) => {
                    let sql = "UPDATE event SET uid = 0, nonce = NULL WHERE seq = ?1";
                    db.execute(sql, [seq]).unwrap();
                }
                Act::Move(seq, room) => {
                    db.execute("UPDATE event SET room = ?2 WHERE seq = ?1", (seq, room)).unwrap();
                }
                Act::Step => drop(fill.step_with_any(&mut db).unwrap()),
                Act::Finish => fill.finish(&mut db).unwrap(),
                Act::Restart => {
                    fill = Fill::new();
                    fill.take_few();
                }
            }
            check(&db);
        }
        fill.finish(&mut db).unwrap();
        check(&db);
        prop_assert_eq!(column(&db, &format!("SELECT seq FROM event WHERE seq > {MARK}")), Vec::<i64>::new());
    }
}

#[test]
fn a_page_is_written_for_many_messages_of_a_room_and_look_ups_go_through_few() {
    for (rooms, most) in [(1, 256), (100, 1024)] {
        let (_dir, mut db) = store();
        db.execute_batch("WITH RECURSIVE n (n) AS (SELECT 4 UNION ALL SELECT n + 1 FROM n WHERE n < 100) INSERT INTO room (id, name) SELECT n, n FROM n").unwrap();
        let mut fill = Fill::new();
        let (mut late, mut steps) = (Vec::new(), 0);
        for seq in 1..=4000 {
            say(&db, seq, seq % rooms + 1, seq % rooms, Some(seq));
            while fill.step(&mut db).unwrap() {
                steps += 1;
            }
            late.push(column(&db, &format!("SELECT count(*) FROM event WHERE seq > {MARK}"))[0]);
        }
        assert_eq!(late.iter().max(), Some(&(most - 1)), "{rooms} rooms");
        // A round of 256 has four of 64 entries, one of 1024 eight of 128.
        assert_eq!(steps, if rooms == 1 { 15 * 4 } else { 3 * 8 }, "{rooms} rooms");
        assert!(most <= MOST);
    }
}

#[test]
fn a_step_that_finds_the_file_locked_is_made_later() {
    let (dir, mut db) = store();
    (1..=256).for_each(|seq| say(&db, seq, 1, 1, Some(seq)));
    let other = Connection::open(dir.path().join("db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    db.busy_timeout(std::time::Duration::ZERO).unwrap();
    let mut fill = Fill::new();
    assert!(!fill.step(&mut db).unwrap());
    other.execute_batch("COMMIT").unwrap();
    while fill.step(&mut db).unwrap() {}
    assert_eq!(column(&db, "SELECT count(*) FROM by_room"), [256]);
}

/// The record is damaged so that `SQLite` cannot read it, before it is in the tables.
#[test]
fn an_event_that_cannot_be_read_hides_no_other() {
    let (dir, mut db) = store();
    for seq in 1..=3 {
        let sql = "INSERT INTO event (seq, room, at, uid, nonce, body) VALUES (?1, 1, 1, 1, ?2, 'the body')";
        db.execute(sql, (seq, format!("nonce-{seq}"))).unwrap();
    }
    let path = dir.path().join("db");
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(db);
    let mut bytes = std::fs::read(&path).unwrap();
    let nonce = bytes.windows(7).position(|bytes| bytes == b"nonce-2").unwrap();
    // The header: of an integer that is 1 nothing is stored.
    bytes[nonce - 7..nonce].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    db = Connection::open(&path).unwrap();
    let all = Range { after: i64::MIN, before: i64::MAX, limit: 9, order: Order::Oldest };
    assert!(column_fails(&db));
    assert_eq!(of_room(&db, 1, all).unwrap(), [1, 3]);
    assert_eq!(of_nonce(&db, 1, "nonce-3").unwrap(), Some(3));
    Fill::new().finish(&mut db).unwrap();
    assert_eq!(column(&db, "SELECT seq FROM by_room"), [1, 3]);
    assert_eq!(of_room(&db, 1, all).unwrap(), [1, 3]);
}

fn column_fails(db: &Connection) -> bool {
    let mut select = db.prepare("SELECT room FROM event WHERE uid = 1").unwrap();
    select.query_map([], |row| row.get::<_, i64>(0)).unwrap().any(|row| row.is_err())
}

#[test]
fn the_first_event_of_a_time_is_found_among_any() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL)").unwrap();
    assert_eq!(first_at(&db, 0).unwrap(), 1, "there is none");
    // Not dense, with several at the same time.
    let events: Vec<(i64, i64)> = (1..200).map(|n| (n * 3 + n % 2, n / 4 * 10)).collect();
    for event in &events {
        db.execute("INSERT INTO event VALUES (?1, ?2)", *event).unwrap();
    }
    let newest = events.last().unwrap().0;
    for at in -1..600 {
        let before = events.iter().rev().find(|(_, time)| *time < at).map_or(0, |(seq, _)| *seq);
        let first = events.iter().find(|(_, time)| *time >= at).map_or(newest + 1, |(seq, _)| *seq);
        let found = first_at(&db, at).unwrap();
        assert!(found > before && found <= first, "{at}: {found} is not between {before} and {first}");
    }
}
