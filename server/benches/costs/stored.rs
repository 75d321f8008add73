//! What the store does: the commit of a batch of messages, and of people who come and go, and the look-up of a nonce.

use std::collections::HashMap;
use std::ops::Range;

use server::chat::effect::Effect;
use server::chat::place::Place;
use server::chat::proposal::{Ordered, Proposal};
use server::chat::proposed_request::ProposedRequest;
use server::chat::{Chat, Memory};
use server::config::storage::Sync;
use server::encoded::Encoded;
use server::store::point_read::{PointAnswer, PointRead};
use server::store::point_reader;
use server::store::schema::{FILE, open_writer};
use server::store::write::{Stored, Write};
use server::store::writer;
use server::token_bucket::Rate;
use shared::client_msg::Quit;
use shared::{ClientMsg, Event, Nonce, Uid};

use crate::core::{START, rules};
use crate::counted::count;
use crate::parts::{conn, event, greeting};

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
    (number * BATCH..(number + 1) * BATCH).map(|number| stored(&event(number))).collect()
}

fn stored(event: &Event) -> Write {
    let (room, at, uid, nonce) = (event.room.clone(), event.at, event.from.uid, event.nonce.clone());
    Write::Event(Stored { room, at, uid, nonce, file: None, encoded: Encoded::new(event) })
}

/// Ten people who come and leave are committed: once that they came, once that they left.
pub(crate) fn come_and_go() {
    const PEOPLE: u64 = 10;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    let (mut db, mut rooms) = (open_writer(&path, Sync::Normal).unwrap(), HashMap::new());
    db.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    let mut visits = visits(0..250 * PEOPLE, PEOPLE);
    let counted = visits.split_off(visits.len() - 22);
    visits.iter().for_each(|batch| writer::commit(&mut db, &mut rooms, batch).unwrap());
    let log = dir.path().join(format!("{FILE}-wal"));
    let mut logged = usize::try_from(log.metadata().unwrap().len()).unwrap();
    count("commit of 10 who come, and leave", 10, |turn| {
        for batch in &counted[2 * turn as usize..][..2] {
            writer::commit(&mut db, &mut rooms, batch).unwrap();
        }
        let before = std::mem::replace(&mut logged, usize::try_from(log.metadata().unwrap().len()).unwrap());
        logged - before
    });
}

/// What the store is to write when so many at once come, and then leave, one such group after the other.
fn visits(people: Range<u64>, at_once: u64) -> Vec<Vec<Write>> {
    let mut rules = rules();
    rules.creation.new_identities = Rate::Off;
    let mut chat = Chat::new(rules, Memory::default(), START);
    let mut place = Place::default();
    let mut writes = |proposal| {
        place = place.next();
        let effects = chat.handle(Ordered { place, at: START, origin: None, proposal });
        effects.into_iter().filter_map(written).collect::<Vec<_>>()
    };
    let mut batches = Vec::new();
    for first in people.step_by(usize::try_from(at_once).unwrap()) {
        let group = || first..first + at_once;
        batches.push(group().flat_map(|who| writes(Proposal::Hello(Box::new(greeting(who))))).collect());
        let quit = |who| ProposedRequest::new(conn(who), None, ClientMsg::Quit(Quit::default()));
        batches.push(group().flat_map(|who| writes(Proposal::Request(Box::new(quit(who))))).collect());
    }
    batches
}

/// What the store is to write of an effect.
fn written(effect: Effect) -> Option<Write> {
    if let Effect::Publish(event) = effect {
        Some(stored(&event))
    } else if let Effect::Save(record) = effect {
        Some(Write::Record(record))
    } else {
        None
    }
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
