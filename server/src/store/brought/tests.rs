use std::collections::HashMap;

use tempfile::TempDir;

use shared::{Event, Uid};

use super::*;
use crate::chat::effect::Record;
use crate::config::storage::Sync;
use crate::encoded::Encoded;
use crate::store::write::{Stored, Write};
use crate::store::{person, writer};

/// A store in which ann (uid 1) said something for each: with the content of this digit, or without.
fn store(files: &[Option<u8>]) -> (TempDir, Connection) {
    let dir = TempDir::new().unwrap();
    let mut db = schema::open_writer(&dir.path().join(FILE), Sync::Normal).unwrap();
    let said = (1..).zip(files).map(|(seq, digit)| Write::Event(said(seq, *digit)));
    writer::commit(&mut db, &mut HashMap::new(), &said.collect::<Vec<_>>()).unwrap();
    (dir, db)
}

fn said(seq: u64, digit: Option<u8>) -> Stored {
    let file = digit.map_or_else(String::new, |digit| {
        format!(r#","file":{{"name":"cat.png","bytes":{digit},"sha256":"{}"}}"#, digit.to_string().repeat(64))
    });
    // What looks like a file in the text is none.
    let json = format!(
        r#"{{"room":"lobby","seq":{seq},"prev":{},"at":5,"from":{{"uid":1,"name":"ann","style":{{"color":6}}}},"kind":"message","text":"see ,\"file\":{{\"","nonce":"n{seq}"{file}}}"#,
        seq - 1
    );
    let event: Event = serde_json::from_str(&json).unwrap();
    Stored {
        room: event.room.clone(),
        at: event.at,
        uid: event.from.uid,
        nonce: event.nonce.clone(),
        file: event.file.as_ref().map(|file| (file.sha256, file.bytes)),
        encoded: Encoded::new(&event),
    }
}

fn record(db: &mut Connection, record: Record) {
    writer::commit(db, &mut HashMap::new(), &[Write::Record(record)]).unwrap();
}

fn contents(db: &Connection) -> Vec<u64> {
    list(db).unwrap().iter().map(|brought| brought.bytes).collect()
}

/// The digits of what was released.
fn released(db: &Connection) -> Vec<u8> {
    take_released(db).unwrap().iter().map(|hash| hash.0[0] & 15).collect()
}

#[test]
fn a_content_is_referred_to_as_long_as_a_message_brings_it() {
    let (dir, mut db) = store(&[Some(7), None, Some(7), Some(8)]);
    let mut reader = BroughtReader::open(dir.path()).unwrap();
    let [seven, nine] = [7, 9].map(|digit| FileHash([digit * 0x11; 32]));
    assert_eq!(contents(&db), [7, 8]);
    assert_eq!(reader.all().unwrap().len(), 2);
    assert!(reader.is_referred(seven).unwrap() && !reader.is_referred(nine).unwrap());
    let by = || Box::new(shared::Sender::operator());
    record(&mut db, Record::Delete { of: shared::Seq::new(1).unwrap(), by: by() });
    assert_eq!(released(&db), [7], "it may have been the last");
    assert!(released(&db).is_empty());
    assert!(reader.is_referred(seven).unwrap());
    // As retention does.
    db.execute("DELETE FROM event WHERE seq = 3", []).unwrap();
    assert_eq!(released(&db), [7]);
    assert!(!reader.is_referred(seven).unwrap());
    db.execute("DELETE FROM event WHERE seq = 2", []).unwrap();
    assert_eq!((released(&db), contents(&db)), (vec![], vec![8]));
}

#[test]
fn a_message_that_is_edited_keeps_its_file_and_one_that_is_deleted_has_none() {
    let (_dir, mut db) = store(&[Some(7)]);
    let of = shared::Seq::new(1).unwrap();
    let file = |db: &Connection| {
        let event = crate::store::stored_event::find(db, &shared::RoomName::lobby(), of).unwrap().unwrap();
        event.file.map(|file| file.bytes)
    };
    record(&mut db, Record::Edit { of, text: "the cat".parse().unwrap(), at: 6 });
    assert_eq!((file(&db), contents(&db), released(&db)), (Some(7), vec![7], vec![]));
    record(&mut db, Record::Delete { of, by: Box::new(shared::Sender::operator()) });
    assert_eq!((file(&db), contents(&db), released(&db)), (None, vec![], vec![7]));
}

#[test]
fn what_a_person_brought_is_released_when_the_person_is_deleted() {
    let (_dir, mut db) = store(&[Some(7), Some(8)]);
    person::delete(&mut db, Uid::new(1).unwrap(), 0, "unix:0").unwrap();
    assert_eq!((contents(&db), released(&db)), (vec![], vec![7, 8]));
}

#[test]
fn an_event_is_not_kept_without_its_row() {
    let (_dir, mut db) = store(&[None]);
    db.execute_batch("DROP TABLE brought").unwrap();
    writer::commit(&mut db, &mut HashMap::new(), &[Write::Event(said(2, Some(7)))]).unwrap_err();
    let newest: i64 = db.query_row("SELECT max(seq) FROM event", [], |row| row.get(0)).unwrap();
    assert_eq!(newest, 1);
}

/// A store of before: the newest uid that was given out is that of somebody who is forgotten.
#[test]
fn identities_are_brought_along_whole_and_no_uid_is_given_out_again() {
    for old in [
        &include_bytes!("../../../tests/it/fixtures/store-v1.db")[..],
        include_bytes!("../../../tests/it/fixtures/store-v2.db"),
    ] {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join(FILE);
        std::fs::write(&path, old).unwrap();
        let people = |db: &Connection| -> Vec<String> {
            let sql = "SELECT uid || ' ' || hex(secret) || ' ' || name || ' ' || role || color || underline || present || spoke
                       FROM identity ORDER BY uid";
            let mut select = db.prepare(sql).unwrap();
            select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let db = Connection::open(&path).unwrap();
        db.execute("UPDATE sqlite_sequence SET seq = 77 WHERE name = 'identity'", []).unwrap();
        let before = people(&db);
        drop(db);
        let db = schema::open_writer(&path, Sync::Normal).unwrap();
        assert!(before.len() >= 2);
        assert_eq!(people(&db), before);
        let new = "INSERT INTO identity (secret, name, color, underline, role, present, spoke)
                   SELECT secret, 'new', 6, 0, 'member', 1, 0 FROM identity LIMIT 1 RETURNING uid";
        assert_eq!(db.query_row(new, [], |row| row.get::<_, i64>(0)).unwrap(), 78);
        assert!(contents(&db).is_empty());
        assert_eq!(db.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(), "ok");
    }
}

#[test]
fn what_events_bring_is_told_in_their_order_and_so_much_at_once() {
    let (dir, _db) = store(&[Some(7), None, Some(8), Some(7)]);
    let mut reader = BroughtReader::open(dir.path()).unwrap();
    let mut after = |seq, most| {
        let brought = reader.after(seq, most).unwrap();
        brought.iter().map(|one| (one.seq, one.wanted.bytes)).collect::<Vec<_>>()
    };
    assert_eq!(after(0, 2), [(1, 7), (3, 8)]);
    assert_eq!(after(3, 2), [(4, 7)]);
    assert_eq!(after(4, 2), []);
}
