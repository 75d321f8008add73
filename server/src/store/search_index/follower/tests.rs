//! The index beside a store, with faults: it has what the store has, whatever became of either file.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use shared::RoomName;

use super::*;
use crate::chat::effect::Query;
use crate::config::storage::Sync;
use crate::store::reader::answer;
use crate::store::schema;
use crate::store::search_index::file::FILE;
use crate::store::search_index::waker::{WakeUps, wake_ups};
use crate::store::search_limit::{self, SearchLimit};
use crate::store::thread_priority::tests::with_others;

type ToSite = fn(&Site);
type ToFiles = fn(&Path);

/// A store, and the index beside it.
struct Site {
    store: Connection,
    follower: Follower,
    /// Connections to the index are closed before the files go.
    dir: TempDir,
    _wake_ups: WakeUps,
}

impl Site {
    fn new() -> Self {
        let site = Self::open(TempDir::new().unwrap());
        site.store.execute("INSERT INTO room (id, name) VALUES (1, 'lobby')", []).unwrap();
        site
    }

    /// As a start does it.
    fn open(dir: TempDir) -> Self {
        let path = dir.path().join(schema::FILE);
        let store = schema::open_writer(&path, Sync::Normal).unwrap();
        let (waker, wake_ups) = wake_ups();
        let reader = IndexReader::new(path.clone(), waker);
        let events = Events::open(&path).unwrap();
        let follower = Follower::new(dir.path().join(FILE), events, reader, Arc::default());
        Self { store, follower, dir, _wake_ups: wake_ups }
    }

    /// Stops, does something to the files, and starts.
    fn again(self, meanwhile: impl FnOnce(&Path)) -> Self {
        let Self { store, follower, dir, .. } = self;
        drop((store, follower));
        meanwhile(dir.path());
        Self::open(dir)
    }

    /// Starts on the files as a kill would leave them now.
    fn as_after_a_kill(&self) -> Self {
        let dir = TempDir::new().unwrap();
        for file in [schema::FILE, FILE] {
            for part in ["", "-wal"] {
                let name = format!("{file}{part}");
                // Not all of them are there at all times.
                std::fs::copy(self.dir.path().join(&name), dir.path().join(&name)).ok();
            }
        }
        Self::open(dir)
    }

    fn say(&self, seq: i64, text: &str) {
        self.say_at(seq, seq, text);
    }

    fn say_at(&self, seq: i64, at: i64, text: &str) {
        let from = json!({"uid": 1, "name": "ann", "style": {"color": 1}});
        let body = json!({
            "room": "lobby", "seq": seq, "prev": 0, "at": at, "from": from, "kind": "message", "text": text,
            "nonce": seq.to_string(),
        });
        let sql = "INSERT INTO event (seq, room, at, uid, nonce, body) VALUES (?1, 1, ?2, 1, ?1, ?3)";
        self.store.execute(sql, (seq, at, body.to_string())).unwrap();
    }

    fn say_many(&self, seqs: std::ops::RangeInclusive<i64>, text: &str) {
        self.store.execute_batch("BEGIN").unwrap();
        seqs.for_each(|seq| self.say(seq, text));
        self.store.execute_batch("COMMIT").unwrap();
    }

    fn delete(&self, from: i64, to: i64) {
        self.store.execute("DELETE FROM event WHERE seq BETWEEN ?1 AND ?2", (from, to)).unwrap();
    }

    fn change(&self, seq: i64, text: &str) {
        let sql = "UPDATE event SET body = json_set(body, '$.text', ?2) WHERE seq = ?1";
        self.store.execute(sql, (seq, text)).unwrap();
    }

    fn catch_up(&mut self) {
        self.follower.catch_up(&|| false);
    }

    fn rebuilds(&self) -> u64 {
        self.follower.status.rebuilds.get()
    }

    /// The seqs a search for a word finds, oldest first.
    #[track_caller]
    fn find(&self, word: &str) -> Vec<i64> {
        let db = schema::open_reader(&self.dir.path().join(schema::FILE)).unwrap();
        let query = Query::Find {
            words: word.parse().unwrap(),
            rooms: vec![RoomName::lobby()],
            read_from: vec![],
            before: None,
            limit: 200,
        };
        let limit = SearchLimit::new(20 * search_limit::MOST);
        let page = answer(&db, Some(&self.follower.reader), None, &query, &limit).line;
        let page: Value = serde_json::from_slice(&page).unwrap();
        assert_eq!(page["more"], false);
        page["events"].as_array().unwrap().iter().map(|event| event["seq"].as_i64().unwrap()).collect()
    }

    /// What the store has, as the index should have it: which messages have the word.
    fn said(&self, word: &str) -> Vec<i64> {
        let sql = "SELECT seq FROM event WHERE nonce IS NOT NULL AND instr(body, ?1) ORDER BY seq";
        let mut select = self.store.prepare(sql).unwrap();
        let rows = select.query_map([word], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// What the index has: with a word, or all.
    fn indexed(&self, word: Option<&str>) -> Vec<i64> {
        let select = |db: &Connection| -> rusqlite::Result<Vec<i64>> {
            let sql = match word {
                Some(_) => "SELECT rowid FROM search.words WHERE words MATCH ?1 ORDER BY rowid",
                None => "SELECT rowid FROM search.words WHERE ?1 IS NULL ORDER BY rowid",
            };
            db.prepare(sql)?.query_map([word], |row| row.get(0))?.collect()
        };
        self.follower.reader.with(select).unwrap().unwrap()
    }

    /// The index has every message and nothing else.
    #[track_caller]
    fn check_whole(&self) {
        assert_eq!(self.indexed(None), self.said(""));
        for word in ["tea", "coffee"] {
            assert_eq!(self.indexed(Some(word)), self.said(word), "{word}");
            assert_eq!(self.find(word), self.said(word), "{word}");
        }
        assert_eq!((self.follower.status.backlog.get(), self.follower.status.error()), (0, None));
    }
}

/// Writes something else into the middle of a file.
fn damage(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let from = bytes.len().min(4096);
    for byte in bytes.iter_mut().skip(from) {
        *byte = 0xA5;
    }
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_search_is_right_before_and_after_each_step() {
    let mut site = Site::new();
    let steps: [(&str, ToSite); 5] = [
        ("said", |site| site.say_many(1..=50, "some tea")),
        ("more", |site| site.say_many(51..=60, "coffee")),
        ("deleted", |site| site.delete(1, 20)),
        ("changed", |site| site.change(30, "coffee after all")),
        ("changed and deleted", |site| {
            site.change(31, "coffee");
            site.delete(31, 32);
        }),
    ];
    for (what, step) in steps {
        step(&site);
        // A word that comes with a change is found when the index has it.
        for word in ["tea", "coffee"].iter().filter(|_| !what.contains("changed")) {
            assert_eq!(site.find(word), site.said(word), "{what}: {word} before it is indexed");
        }
        site.catch_up();
        site.check_whole();
    }
    assert_eq!(site.rebuilds(), 1, "the first time");
}

/// What a commit waits for is one step between two moments at which the thread of the index lets others run; it holds no lock then
/// that a commit needs.
#[test]
fn commits_come_in_between_all_through_the_step_of_an_index() {
    const MESSAGES: i64 = 150;
    let mut site = Site::new();
    site.say_many(1..=MESSAGES, "a cup of tea and a biscuit");
    // The first steps make the file.
    site.follower.open().unwrap();
    let writer = schema::open_writer(&site.dir.path().join(schema::FILE), Sync::Normal).unwrap();
    writer.busy_timeout(Duration::ZERO).unwrap();
    let moments = Rc::new(Cell::new(0));
    let counted = Rc::clone(&moments);
    let commit = move || {
        writer.execute("UPDATE room SET topic = topic || '.'", []).unwrap();
        counted.set(counted.get() + 1);
    };
    assert!(!with_others(commit, || site.follower.step().unwrap()), "it was one step");
    // Reading a message and adding it are some steps each.
    assert!(moments.get() > 2 * MESSAGES, "{moments:?}");
    let committed: i64 =
        site.store.query_row("SELECT length(topic) FROM room", [], |row| row.get(0)).unwrap();
    assert_eq!(committed, moments.get());
    site.catch_up();
    site.check_whole();
}

#[test]
fn a_kill_between_the_commits_of_the_two_files_leaves_nothing_out() {
    let mut site = Site::new();
    let mut images = Vec::new();
    site.say_many(1..=30, "tea");
    images.push(site.as_after_a_kill());
    site.catch_up();
    images.push(site.as_after_a_kill());
    site.say_many(31..=40, "coffee");
    site.delete(1, 10);
    site.change(11, "coffee");
    images.push(site.as_after_a_kill());
    site.catch_up();
    images.push(site.as_after_a_kill());
    let index = site.follower.index.as_mut().unwrap();
    index.sweep().unwrap();
    images.push(site.as_after_a_kill());
    // Half made: the file is there, and has no tables yet.
    std::fs::write(images[0].dir.path().join(FILE), "").unwrap();
    for (at, mut image) in images.into_iter().enumerate() {
        image.catch_up();
        image.check_whole();
        assert_eq!(image.rebuilds(), u64::from(at == 0), "{at}");
    }
}

#[test]
fn a_store_that_lost_its_last_commits_gets_another_index() {
    let mut site = Site::new();
    site.say_many(1..=20, "tea");
    let mut behind = site.as_after_a_kill();
    site.say_many(21..=30, "coffee");
    site.catch_up();
    let dir = site.dir.path().to_owned();
    for part in ["", "-wal"] {
        let name = format!("{FILE}{part}");
        std::fs::copy(dir.join(&name), behind.dir.path().join(&name)).ok();
    }
    behind.catch_up();
    behind.check_whole();
    assert_eq!(behind.rebuilds(), 1);
}

#[test]
fn an_index_that_is_missing_damaged_or_not_of_this_store_is_made_anew() {
    let faults: [(&str, ToFiles); 7] = [
        ("missing", |dir| std::fs::remove_file(dir.join(FILE)).unwrap()),
        ("empty", |dir| std::fs::write(dir.join(FILE), "").unwrap()),
        ("no database", |dir| std::fs::write(dir.join(FILE), [7; 10_000]).unwrap()),
        ("damaged", |dir| damage(&dir.join(FILE))),
        ("cut", |dir| {
            std::fs::File::options().write(true).open(dir.join(FILE)).unwrap().set_len(5000).unwrap();
        }),
        ("of another version", |dir| {
            let db = Connection::open(dir.join(FILE)).unwrap();
            db.execute_batch("PRAGMA user_version = 99; DROP TABLE place").unwrap();
        }),
        ("of another store", |dir| {
            let mut other = Site::new();
            for seq in 1..=40 {
                other.say_at(seq, 1000 + seq, "coffee");
            }
            other.catch_up();
            drop(other.again(|from| {
                std::fs::copy(from.join(FILE), dir.join(FILE)).unwrap();
            }));
        }),
    ];
    for (what, fault) in faults {
        let mut site = Site::new();
        site.say_many(1..=40, "tea");
        site.catch_up();
        let mut site = site.again(fault);
        assert_eq!(site.find("tea"), site.said("tea"), "{what}: before");
        site.catch_up();
        // What is damaged further in is seen when it is used.
        site.say(41, "coffee");
        site.catch_up();
        site.catch_up();
        assert_eq!(site.rebuilds(), 1, "{what}");
        site.check_whole();
    }
}

#[test]
fn a_backup_that_was_restored_gets_an_index_of_its_own() {
    // What was in the backup, and what happened after it: to events, and to what was deleted.
    let cases: [(&str, ToSite); 3] = [
        ("more was said", |site| site.say_many(21..=30, "coffee")),
        ("something was deleted", |site| site.delete(1, 5)),
        ("something was changed", |site| site.change(3, "coffee")),
    ];
    for (what, after) in cases {
        let mut site = Site::new();
        site.say_many(1..=20, "tea");
        site.catch_up();
        let backup = site.as_after_a_kill();
        after(&site);
        site.catch_up();
        let mut site = site.again(|dir| {
            for part in ["", "-wal"] {
                let name = format!("{}{part}", schema::FILE);
                std::fs::remove_file(dir.join(&name)).ok();
                std::fs::copy(backup.dir.path().join(&name), dir.join(&name)).ok();
            }
        });
        // Before the thread has looked, the chat goes on and has as many events as the index.
        for seq in 21..=35 {
            site.say_at(seq, 1000 + seq, "tea again");
        }
        site.catch_up();
        site.check_whole();
        assert_eq!(site.rebuilds(), 1, "{what}");
    }
}

#[test]
fn more_deletions_than_the_log_holds_make_it_anew() {
    let mut site = Site::new();
    site.say_many(1..=70_000, "tea");
    site.catch_up();
    site.delete(1, 69_990);
    let logged: i64 = site.store.query_row("SELECT count(*) FROM changed", [], |row| row.get(0)).unwrap();
    assert_eq!(logged, 65_536, "the log is bounded");
    site.catch_up();
    site.check_whole();
    assert_eq!(site.rebuilds(), 2);
}

#[test]
fn an_index_that_is_damaged_while_it_is_used_is_noticed_by_searches_and_made_anew() {
    let mut site = Site::new();
    site.say_many(1..=3000, "a cup of tea and a biscuit");
    site.catch_up();
    site.delete(1, 2990);
    site.catch_up();
    site.follower.index.as_ref().unwrap().db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    // A reader that has nothing in its cache.
    site.follower.reader.close();
    site.follower.reader.open(&site.dir.path().join(FILE)).unwrap();
    damage(&site.dir.path().join(FILE));
    assert_eq!(site.find("tea"), site.said("tea"));
    site.follower.replaced = None;
    site.catch_up();
    site.check_whole();
    assert_eq!(site.rebuilds(), 2);
}

#[test]
fn a_disk_that_is_full_for_the_index_stops_the_index_only_and_is_told() {
    let mut site = Site::new();
    site.say_many(1..=100, "tea");
    site.catch_up();
    let limit = |site: &Site, pages: i64| {
        site.follower.index.as_ref().unwrap().db.pragma_update(None, "max_page_count", pages).unwrap();
    };
    limit(&site, 1);
    let long = "coffee ".repeat(500);
    site.say_many(101..=200, &long);
    site.catch_up();
    let status = Arc::clone(&site.follower.status);
    assert!(status.error().unwrap().contains("full"), "{status:?}");
    assert!(status.warning().unwrap().contains("100 events wait"), "{:?}", status.warning());
    assert_eq!(site.find("coffee"), site.said("coffee"), "what is not indexed is found");
    assert_eq!(site.find("tea"), site.said("tea"));
    limit(&site, 1 << 30);
    site.catch_up();
    site.check_whole();
    assert_eq!((site.rebuilds(), status.warning()), (1, None));
}

#[test]
fn the_words_of_what_was_deleted_leave_the_file() {
    let mut site = Site::new();
    site.say_many(1..=50, "tea");
    site.say(51, "zebrafinch");
    site.say_many(52..=60, "tea");
    site.catch_up();
    let dir = site.dir.path().to_owned();
    let holds = |word: &str| {
        ["", "-wal"].iter().any(|part| {
            let bytes = std::fs::read(dir.join(format!("{FILE}{part}"))).unwrap_or_default();
            bytes.windows(word.len()).any(|window| window == word.as_bytes())
        })
    };
    assert!(holds("zebrafinch"));
    site.delete(51, 51);
    site.catch_up();
    assert_eq!(site.follower.index.as_ref().unwrap().stale, 1);
    site.follower.next_sweep = Instant::now();
    // A search that runs at the time holds nothing up.
    site.follower.reader.close();
    site.catch_up();
    assert_eq!(site.follower.index.as_ref().unwrap().stale, 0);
    assert!(!holds("zebrafinch") && holds("tea"));
    site.catch_up();
    site.check_whole();
    assert!(site.follower.next_sweep > Instant::now(), "the next one is not at once");
}
