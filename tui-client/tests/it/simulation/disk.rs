//! The store of a simulated server: the real schema, commit and reads over a real `SQLite` database in memory, with
//! delays in between, so that a kill can hit a batch in every state; and a disk that is full for a while.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;
use rusqlite::types::Value;
use server::chat::conn_id::ConnId;
use server::chat::digest::Digest;
use server::chat::effect::Query;
use server::chat::place::Place;
use server::chat::snapshot::Snapshot;
use server::config::storage::Sync;
use server::encoded::What;
use server::store::point_read::{PointAnswer, PointRead};
use server::store::reader::PageAnswer;
use server::store::schema::{self, FILE};
use server::store::search_limit::{self, SearchLimit};
use server::store::write::Write;
use server::store::writer::{RoomIds, commit, fill_lookups};
use server::store::{CommitResult, ResultSenders, Store, point_reader, reader};
use shared::server_msg::Sanction;
use shared::{Code, Event, Refusal, RequestId, RoomName, Seq, Uid};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::gate::Gate;
use super::random::Random;

/// Tables that may differ among nodes that have followed the order equally far: how far each is, the state it kept last, counts of its
/// own starts and probes, and look-ups, which it fills when it has time.
const OWN_TABLES: [&str; 5] = ["replica", "chat_snapshot", "mark", "by_room", "by_nonce"];

/// The disk of a history. It survives the server's restarts.
pub(crate) struct Disk {
    dir: PathBuf,
    /// Held open, since a database in memory is dropped with its last connection.
    keeper: Connection,
    pub(crate) state: Arc<State>,
}

/// The state of the simulated disk beside its content.
#[derive(Default)]
pub(crate) struct State {
    kept: Mutex<HashSet<Seq>>,
    /// The joins and leaves among them: where, who, and whether they came.
    changes: Mutex<BTreeMap<Seq, (RoomName, Uid, bool)>>,
    /// People who have a message stored.
    spoke: Mutex<HashSet<Uid>>,
    /// Commits fail until then (the disk is full), in simulated milliseconds since the history began.
    full: AtomicU64,
    /// The state of the current batch.
    batch: Mutex<Batch>,
    /// The states of the chat that were kept.
    snapshots: Mutex<BTreeMap<Place, String>>,
    /// The error of a commit that failed though the disk was not full: a bug.
    commit_error: Mutex<Option<String>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Batch {
    #[default]
    None,
    /// The hub has handed it over; it is not committed yet.
    HandedOver,
    /// It is committed, and the hub was not told yet.
    Kept,
}

impl Disk {
    pub(crate) fn new() -> Self {
        let dir = Self::unused_dir();
        let keeper = schema::open_writer(&dir.join(FILE), Sync::Normal).unwrap();
        Self { dir, keeper, state: Arc::default() }
    }

    fn unused_dir() -> PathBuf {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = COUNT.fetch_add(1, Ordering::Relaxed);
        // The server appends its file name to this path, which makes it the value of an unused URI parameter.
        PathBuf::from(format!("file:simulation-{name}?mode=memory&cache=shared&file="))
    }

    /// A disk with a copy of what is on this one now.
    pub(crate) fn copy(&self) -> Self {
        let dir = Self::unused_dir();
        let mut keeper = Connection::open(dir.join(FILE)).unwrap();
        Backup::new(&self.keeper, &mut keeper).unwrap().step(-1).unwrap();
        drop(schema::open_writer(&dir.join(FILE), Sync::Normal).unwrap());
        Self { dir, keeper, state: Arc::new(self.state.copy()) }
    }

    /// Another digest than that of what was written.
    pub(crate) fn alter_digest(&self) {
        let other = String::from(Digest::default().with_row("tea"));
        self.keeper.execute("UPDATE replica SET digest = ?1", [other]).unwrap();
    }

    /// The place of the state that is kept.
    pub(crate) fn kept_place(&self) -> Place {
        self.state.snapshots().last_key_value().map_or(Place::default(), |(place, _)| *place)
    }

    /// All rows of each table that is the same on all nodes that have followed the order equally far.
    pub(crate) fn tables(&self) -> BTreeMap<String, Vec<String>> {
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut select = self.keeper.prepare_cached(sql).unwrap();
        let names = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let names = names.map(Result::unwrap).filter(|name| !OWN_TABLES.contains(&name.as_str()));
        names.map(|name| (name.clone(), self.rows(&name))).collect()
    }

    fn rows(&self, table: &str) -> Vec<String> {
        let mut select = self.keeper.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = select.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let value = |at| row.get::<_, Value>(at).map(|value| format!("{value:?}"));
            Ok((0..columns).map(value).collect::<rusqlite::Result<Vec<_>>>()?.join(" "))
        };
        let mut rows: Vec<String> = select.query_map([], row).unwrap().map(Result::unwrap).collect();
        rows.sort();
        rows
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Every event with its room, in order.
    pub(crate) fn events(&self) -> Vec<Event> {
        let mut select = self.keeper.prepare("SELECT body FROM event ORDER BY seq").unwrap();
        let rows = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(|body| serde_json::from_str(&body.unwrap()).unwrap()).collect()
    }

    /// The head of each room.
    pub(crate) fn heads(&self) -> BTreeMap<RoomName, Seq> {
        let sql = "SELECT name, (SELECT max(seq) FROM event WHERE event.room = room.id) FROM room";
        let mut select = self.keeper.prepare_cached(sql).unwrap();
        let rows = select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?)));
        let head = |(name, head): (String, Option<i64>)| {
            (RoomName::parse(&name).unwrap(), Seq::try_from(head.unwrap_or(0)).unwrap())
        };
        rows.unwrap().map(|row| head(row.unwrap())).collect()
    }

    /// Whether somebody was forgotten, and might be: they had sent no message and were in no direct room.
    pub(crate) fn has_forgotten(&self, uid: Uid) -> bool {
        let sql = "SELECT count(*) FROM identity WHERE uid = ?1";
        let known: i64 = self.keeper.query_row(sql, [uid.to_i64()], |row| row.get(0)).unwrap();
        let is_theirs = |room: &RoomName| room.pair().is_some_and(|(one, two)| [one, two].contains(&uid));
        known == 0 && !self.state.has_spoken(uid) && !self.heads().keys().any(is_theirs)
    }

    /// The stored bans and mutes.
    pub(crate) fn sanctions(&self) -> Vec<Sanction> {
        let mut select = self.keeper.prepare_cached("SELECT body FROM sanction").unwrap();
        let rows = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(|body| serde_json::from_str(&body.unwrap()).unwrap()).collect()
    }

    /// Those who say that they are away, as stored.
    pub(crate) fn absent(&self) -> BTreeSet<Uid> {
        let sql = "SELECT uid FROM identity WHERE absent IS NOT NULL";
        let mut select = self.keeper.prepare_cached(sql).unwrap();
        let rows = select.query_map([], |row| row.get::<_, i64>(0)).unwrap();
        rows.map(|uid| Uid::try_from(uid.unwrap()).unwrap()).collect()
    }

    /// The rooms somebody is in.
    pub(crate) fn rooms_of(&self, uid: Uid) -> Vec<RoomName> {
        let sql = "SELECT name FROM room JOIN member ON member.room = room.id WHERE uid = ?1 ORDER BY name";
        let mut select = self.keeper.prepare_cached(sql).unwrap();
        let rows = select.query_map([uid.to_i64()], |row| row.get::<_, String>(0)).unwrap();
        rows.map(|name| RoomName::parse(&name.unwrap()).unwrap()).collect()
    }
}

impl State {
    pub(crate) fn has(&self, seq: Seq) -> bool {
        self.kept.lock().unwrap().contains(&seq)
    }

    /// Who came or left in a room after `prev` up to `seq`, and whether they are there after it.
    pub(crate) fn net_changes(&self, room: &RoomName, prev: Seq, seq: Seq) -> BTreeMap<Uid, bool> {
        let changes = self.changes.lock().unwrap();
        let between = changes.range(prev.next()..=seq).map(|(_, change)| change);
        between.filter(|(place, ..)| place == room).map(|(_, uid, came)| (*uid, *came)).collect()
    }

    pub(crate) fn has_spoken(&self, uid: Uid) -> bool {
        self.spoke.lock().unwrap().contains(&uid)
    }

    pub(crate) fn fill_until(&self, millis: u64) {
        self.full.store(millis, Ordering::Relaxed);
    }

    pub(crate) fn commit_error(&self) -> Option<String> {
        self.commit_error.lock().unwrap().clone()
    }

    pub(crate) fn batch(&self) -> Batch {
        *self.batch.lock().unwrap()
    }

    fn copy(&self) -> Self {
        fn copied<T: Clone>(one: &Mutex<T>) -> Mutex<T> {
            Mutex::new(one.lock().unwrap().clone())
        }
        Self {
            kept: copied(&self.kept),
            changes: copied(&self.changes),
            spoke: copied(&self.spoke),
            snapshots: copied(&self.snapshots),
            commit_error: copied(&self.commit_error),
            ..Self::default()
        }
    }

    /// The states of the chat that were kept, by place.
    pub(crate) fn snapshots(&self) -> MutexGuard<'_, BTreeMap<Place, String>> {
        self.snapshots.lock().unwrap()
    }

    fn set_batch(&self, batch: Batch) {
        *self.batch.lock().unwrap() = batch;
    }
}

/// The store the hub has.
pub(crate) struct SimulatedStore {
    state: Arc<State>,
    batches: mpsc::Sender<Vec<Write>>,
    asks: mpsc::Sender<Ask>,
    points: mpsc::Sender<Vec<PointRead>>,
}

type Ask = (ConnId, Option<RequestId>, Query);

impl Store for SimulatedStore {
    fn commit(&mut self, batch: Vec<Write>) -> bool {
        self.state.set_batch(Batch::HandedOver);
        self.batches.try_send(batch).is_ok()
    }

    fn ask(&self, conn: ConnId, id: Option<RequestId>, query: Query) -> Result<(), Refusal> {
        let refusal = || Refusal::new(Code::RateLimited, "too many reads").to(id.clone());
        self.asks.try_send((conn, id.clone(), query)).map_err(|_| refusal())
    }

    fn read(&self, reads: Vec<PointRead>) -> bool {
        self.points.try_send(reads).is_ok()
    }
}

/// Opens the disk for one run of the server: the store, and the tasks that simulate its threads.
pub(crate) fn open(
    disk: &Disk,
    results: ResultSenders,
    random: &mut Random,
    began: tokio::time::Instant,
    gate: &Gate,
) -> (SimulatedStore, JoinSet<()>) {
    let file = disk.dir.join(FILE);
    let (batches, inbox) = mpsc::channel(1);
    let (asks, questions) = mpsc::channel(256);
    let (points, reads) = mpsc::channel(1);
    let state = Arc::clone(&disk.state);
    state.set_batch(Batch::None);
    let writer = Writer {
        db: schema::open_writer(&file, Sync::Normal).unwrap(),
        state: Arc::clone(&state),
        random: random.fork(),
        began,
    };
    let ResultSenders { commits, pages, found } = results;
    let reader = || schema::open_reader(&file).unwrap();
    let mut threads = JoinSet::new();
    threads.spawn(gate.task(writer.run(inbox, commits)));
    threads.spawn(gate.task(answer(reader(), questions, pages, random.fork())));
    threads.spawn(gate.task(answer_points(reader(), reads, found, random.fork())));
    (SimulatedStore { state, batches, asks, points }, threads)
}

struct Writer {
    db: Connection,
    state: Arc<State>,
    random: Random,
    began: tokio::time::Instant,
}

impl Writer {
    async fn run(mut self, mut inbox: mpsc::Receiver<Vec<Write>>, done: mpsc::Sender<CommitResult>) {
        let mut rooms = RoomIds::new();
        while let Some(batch) = inbox.recv().await {
            self.work().await;
            let committed = self.commit(&mut rooms, &batch);
            self.work().await;
            self.state.set_batch(Batch::None);
            if done.send(committed).await.is_err() {
                return;
            }
        }
    }

    async fn work(&mut self) {
        tokio::time::sleep(Duration::from_millis(self.random.delay(25, 1500))).await;
    }

    fn commit(&mut self, rooms: &mut RoomIds, batch: &[Write]) -> CommitResult {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap();
        if now < self.state.full.load(Ordering::Relaxed) {
            rooms.clear();
            return Err("the disk is full".into());
        }
        if let Err(error) = commit(&mut self.db, rooms, batch) {
            // The hub must never hand over a batch that the schema refuses.
            *self.state.commit_error.lock().unwrap() = Some(error.to_string());
            rooms.clear();
            return Err(error.to_string());
        }
        self.state.set_batch(Batch::Kept);
        for write in batch {
            if let Write::Snapshot(text) = write {
                let place = Snapshot::decode(text).unwrap().applied;
                self.state.snapshots().insert(place, text.clone());
            }
        }
        let events = || {
            batch.iter().filter_map(|write| match write {
                Write::Event(event) => Some(event),
                _ => None,
            })
        };
        // A message that is repeated must have been recognised.
        for event in events() {
            let Some(nonce) = &event.nonce else { continue };
            let sql = "SELECT count(*) FROM event WHERE uid = ?1 AND nonce = ?2";
            let mut count = self.db.prepare_cached(sql).unwrap();
            let count: i64 = count.query_row((event.uid.to_i64(), nonce.as_str()), |row| row.get(0)).unwrap();
            if count > 1 {
                *self.state.commit_error.lock().unwrap() = Some(format!("nonce {nonce} is stored twice"));
            }
        }
        if events().any(|event| event.encoded.seq.get() % 4 == 0) {
            fill_lookups(&mut self.db).unwrap();
        }
        self.state.kept.lock().unwrap().extend(events().map(|event| event.encoded.seq));
        let changes = events().filter_map(|event| {
            let change = event.encoded.change.as_ref()?;
            let is_here = match change.what {
                What::Came => true,
                What::Left(_) => false,
                What::Reacted(_) => return None,
            };
            Some((event.encoded.seq, (event.room.clone(), event.uid, is_here)))
        });
        self.state.changes.lock().unwrap().extend(changes);
        let said = events().filter(|event| event.nonce.is_some());
        self.state.spoke.lock().unwrap().extend(said.map(|event| event.uid));
        Ok(())
    }
}

async fn answer(
    db: Connection,
    mut questions: mpsc::Receiver<Ask>,
    pages: mpsc::Sender<(ConnId, PageAnswer)>,
    mut random: Random,
) {
    while let Some((conn, id, query)) = questions.recv().await {
        tokio::time::sleep(Duration::from_millis(random.delay(20, 1000))).await;
        let page = reader::answer(&db, None, id, &query, &SearchLimit::new(search_limit::MOST));
        if pages.send((conn, page)).await.is_err() {
            return;
        }
    }
}

async fn answer_points(
    db: Connection,
    mut batches: mpsc::Receiver<Vec<PointRead>>,
    found: mpsc::Sender<Vec<PointAnswer>>,
    mut random: Random,
) {
    while let Some(reads) = batches.recv().await {
        tokio::time::sleep(Duration::from_millis(random.delay(5, 600))).await;
        let answers = reads.into_iter().map(|read| point_reader::answer(&db, read)).collect();
        // Delays the result too, so that the hub learns it after later commits.
        tokio::time::sleep(Duration::from_millis(random.delay(5, 600))).await;
        if found.send(answers).await.is_err() {
            return;
        }
    }
}
