//! Fills a store and stops at each power of ten to see what commits, look-ups, pages and searches take there. None of it may grow
//! with the store but a search for what is everywhere. Beside the times of commits stands how many pages they wrote and read,
//! which is the same on every machine and however busy it is.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::effect::{PageFrom, Query};
use server::config::storage::{Keep, Sync};
use server::store::CommitResult;
use server::store::point_read::{PointAnswer, PointRead};
use server::store::point_reader;
use server::store::reader::{PageAnswer, Reader};
use server::store::schema::FILE;
use server::store::search_index::{self, SearchIndex};
use server::store::writer::Writer;
use shared::{Line, RoomName, Seq};

use crate::page_counts::PageCounts;
use crate::past::{message, nonce, sender};
use crate::{clock, now};

/// How many messages a transaction has while the store is filled.
const BATCH: u64 = 1000;
/// How often each is done where the store is looked at.
const REPEATED: u64 = 200;

/// A store with its index, and how far it is filled.
struct Filled<'a> {
    dir: &'a Path,
    writer: Writer,
    index: SearchIndex,
    committed: Receiver<CommitResult>,
    last: u64,
}

/// Fills it up to so many, and prints a line at each stop.
pub(crate) fn fill(dir: &Path, messages: u64) {
    let (done, committed) = mpsc::channel();
    let (waker, wake_ups) = search_index::wake_ups();
    let wake = waker.clone();
    let (wake, done) = (move || wake.wake(), move |result| done.send(result).unwrap());
    let writer = Writer::start(dir, Sync::Normal, Keep::default, clock(), wake, |_| {}, done).unwrap();
    let index = SearchIndex::start(dir, (waker, wake_ups)).unwrap();
    let mut store = Filled { dir, writer, index, committed, last: 0 };
    println!("microseconds, median/99th of {REPEATED}; pages written + read by a commit, on average:");
    let heads = [
        "commit of 1",
        "its pages",
        "of 100",
        "its pages",
        "bare append",
        "nonce known",
        "new",
        "page newest",
        "middle",
        "search common",
        "rare",
    ];
    println!("{:>10} {}", "messages", heads.map(|head| format!("{head:>13}")).join(" "));
    let (mut stored, mut indexed) = (Duration::ZERO, Duration::ZERO);
    let stops = (3..=7).map(|power| 10_u64.pow(power)).filter(|stop| *stop < messages);
    for stop in std::iter::once(0).chain(stops).chain([messages]) {
        let began = now();
        while store.last < stop {
            store.commit(BATCH.min(stop - store.last));
        }
        stored += began.elapsed();
        store.wait_for_index();
        indexed += began.elapsed();
        store.look();
    }
    let last = store.last;
    drop(store);
    let size = |file| std::fs::metadata(dir.join(file)).unwrap().len();
    let (bytes, index_bytes) = (size(FILE), size(search_index::FILE));
    let per = |time: Duration| time.as_secs_f64() * 1e6 / messages as f64;
    println!(
        "{last} messages, {} MB, {} bytes a message; their search index {} MB, {} bytes",
        bytes / 1_000_000,
        bytes / last,
        index_bytes / 1_000_000,
        index_bytes / last
    );
    println!(
        "stored in {:.0} s, {:.1} us a message; indexed {:.1} us later",
        stored.as_secs_f64(),
        per(stored),
        per(indexed) - per(stored)
    );
}

impl Filled<'_> {
    fn commit(&mut self, many: u64) {
        let seqs = self.last + 1..=self.last + many;
        assert!(self.writer.commit(seqs.map(message).collect()));
        self.committed.recv().unwrap().unwrap();
        self.last += many;
    }

    fn wait_for_index(&self) {
        let file = rusqlite::Connection::open(self.dir.join(search_index::FILE)).unwrap();
        let indexed = || file.query_row("SELECT seq FROM place", [], |row| row.get::<_, i64>(0)).unwrap_or(0);
        while indexed() < i64::try_from(self.last).unwrap() {
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Prints what everything takes here.
    fn look(&mut self) {
        let at = self.last;
        let (one, pages_of_one) = self.commits(1);
        let (hundred, pages_of_hundred) = self.commits(100);
        let mut file = File::create(self.dir.join("appended")).unwrap();
        let append = times(|_| file.write_all(&[b'x'; 4 * 4096]).unwrap());
        let db = point_reader::open(&self.dir.join(FILE)).unwrap();
        let look_up = |number: u64| {
            let read = PointRead::Nonce(sender(number), nonce(number));
            let PointAnswer::Nonce(.., Ok(marked)) = point_reader::answer(&db, read) else { unreachable!() };
            marked.said.is_some()
        };
        let last = self.last;
        let there = times(|turn| assert!(look_up(turn * 7919 % last + 1)));
        let not_there = times(|turn| assert!(!look_up(last + 1 + turn)));
        self.wait_for_index();
        let (sent, pages) = mpsc::channel();
        let sent = move |_, page: PageAnswer| sent.send(page.line).unwrap();
        let reader = Reader::start(self.dir, self.index.reader(), sent).unwrap();
        let room = RoomName::parse("room3").unwrap();
        let ask = |query| {
            reader.ask(ConnId::new(NodeStart::default(), 1), None, query).unwrap();
            drop(pages.recv().unwrap());
        };
        let page = |from| Query::Page { room: room.clone(), from, read_from: None, limit: 200 };
        let find = |word| Query::Find {
            read_from: Vec::new(),
            words: Line::parse(word).unwrap(),
            rooms: vec![room.clone()],
            before: None,
            limit: 50,
        };
        let newest = times(|_| ask(page(PageFrom::End)));
        let middle = times(|_| ask(page(PageFrom::Around(Seq::new(last / 2).unwrap()))));
        let (common, rare) = (times(|_| ask(find("회의"))), times(|_| ask(find("zeppelin"))));
        println!(
            "{at:>10} {one} {pages_of_one} {hundred} {pages_of_hundred} {append} {there} {not_there} {newest} {middle} {common} {rare}"
        );
    }

    /// What commits of so many messages take, and how many pages each writes and reads.
    fn commits(&mut self, many: u64) -> (String, String) {
        let before = PageCounts::of_thread("store");
        let took = times(|_| self.commit(many));
        (took, PageCounts::of_thread("store").since(before).each(REPEATED))
    }
}

/// Median and 99th of a hundred, in microseconds.
fn times(mut run: impl FnMut(u64)) -> String {
    let mut took: Vec<u128> = (0..REPEATED)
        .map(|turn| {
            let began = now();
            run(turn);
            began.elapsed().as_micros()
        })
        .collect();
    took.sort_unstable();
    format!("{:>6}/{:<6}", took[took.len() / 2], took[took.len() * 99 / 100])
}
