//! What the store does for messages: the commit of a batch, and the look-up of a nonce.

use std::collections::HashMap;

use server::config::storage::Sync;
use server::encoded::Encoded;
use server::store::point_read::{PointAnswer, PointRead};
use server::store::point_reader;
use server::store::schema::{FILE, open_writer};
use server::store::write::{Stored, Write};
use server::store::writer;
use shared::{Nonce, Uid};

use crate::counted::count;
use crate::parts::event;

/// How many messages a batch has.
const BATCH: u64 = 100;

/// A batch of a hundred messages is committed.
pub(crate) fn commit() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    let (mut db, mut rooms) = (open_writer(&path, Sync::Normal).unwrap(), HashMap::new());
    // The write-ahead log is emptied by nobody meanwhile, at whatever size.
    db.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    let batches: Vec<Vec<Write>> = (0..=10).map(batch).collect();
    let log = dir.path().join(format!("{FILE}-wal"));
    let mut logged = 0;
    count("commit of 100", 10, |turn| {
        writer::commit(&mut db, &mut rooms, &batches[turn as usize]).unwrap();
        let before = std::mem::replace(&mut logged, usize::try_from(log.metadata().unwrap().len()).unwrap());
        logged - before
    });
}

fn batch(number: u64) -> Vec<Write> {
    let write = |number| {
        let event = event(number);
        let (room, at, uid, nonce) = (event.room.clone(), event.at, event.from.uid, event.nonce.clone());
        Write::Event(Stored { room, at, uid, nonce, file: None, encoded: Encoded::new(&event) })
    };
    (number * BATCH..(number + 1) * BATCH).map(write).collect()
}

/// The message with a nonce is looked up among two thousand, where it is and where it is not.
pub(crate) fn look_up() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    let (mut db, mut rooms) = (open_writer(&path, Sync::Normal).unwrap(), HashMap::new());
    for number in 0..20 {
        writer::commit(&mut db, &mut rooms, &batch(number)).unwrap();
    }
    writer::fill_lookups(&mut db).unwrap();
    let reader = point_reader::open(&path).unwrap();
    count("look-up of a nonce", 50, |turn| {
        let number = u64::from(turn) * 77;
        let nonce = Nonce::parse(&format!("n{number:08}")).unwrap();
        let uid = Uid::new(number % 100 + 1).unwrap();
        let answer = point_reader::answer(&reader, PointRead::Nonce(uid, nonce));
        let PointAnswer::Nonce(.., Ok(marked)) = answer else { panic!("no answer") };
        assert_eq!(marked.said.is_some(), number < 2000);
        0
    });
}
