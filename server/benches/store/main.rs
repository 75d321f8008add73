//! How the store does as its past grows: `cargo bench -p server --bench store -- [MESSAGES]` (1,000,000 by default; ten millions
//! take some minutes, and `--quick` is 20,000).
//!
//! Prints what commits, look-ups, pages and searches take from an empty store on, at each power of ten; then what storing and
//! indexing cost a message, how long a start takes to load and a process to be ready, and the first page of searches. Times are of
//! this machine; compare them with one another, in one run.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and stops at a fault"
)]

mod growth;
mod page_counts;
mod past;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::effect::{PageFrom, Query};
use server::clock::Clock;
use server::config::storage::Keep;
use server::config::storage::Sync;
use server::store::load;
use server::store::reader::{PageAnswer, Reader};
use server::store::schema::FILE;
use server::store::search_index::{self, SearchIndex};
use server::store::writer::Writer;
use shared::{Line, RoomName, Seq};

fn main() {
    let usual = if std::env::args().any(|arg| arg == "--quick") { 20_000 } else { 1_000_000 };
    let messages = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(usual);
    let dir = tempfile::tempdir().unwrap();
    growth::fill(dir.path(), messages);
    starts(dir.path());
    cold_starts(dir.path());
    reads(dir.path(), messages);
}

#[expect(clippy::disallowed_methods, reason = "a benchmark asks for the time")]
fn now() -> Instant {
    Instant::now()
}

fn clock() -> Arc<Clock> {
    Arc::new(Clock::start())
}

fn starts(dir: &Path) {
    let times = repeat(5, || {
        let writer = Writer::start(dir, Sync::Normal, Keep::default, clock(), || {}, |_| {}, |_| {}).unwrap();
        let memory = load::memory(dir).unwrap();
        assert_eq!(memory.rooms.len(), 10);
        drop(writer);
    });
    println!("open, load and close: {times}");
}

/// From the start of the process to its word that it is ready, and to the first welcome; after a kill each time.
fn cold_starts(dir: &Path) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let notify = UnixDatagram::bind(dir.join("notify")).unwrap();
    for (from, file_is_cached) in [("memory", true), ("disk", false)] {
        let mut times = (vec![], vec![]);
        for _ in 0..9 {
            if !file_is_cached {
                // Asks the system to forget what it has of the file.
                let mut forget = Command::new("dd");
                forget.arg(format!("if={}", dir.join(FILE).display())).args(["iflag=nocache", "count=0"]);
                assert!(forget.stderr(Stdio::null()).status().unwrap().success());
            }
            let began = now();
            let mut server = Command::new(env!("CARGO_BIN_EXE_chinwagd"));
            server.arg("--state-dir").arg(dir).args(["--listen", &port.to_string()]).stderr(Stdio::null());
            let mut server = server.env("NOTIFY_SOCKET", dir.join("notify")).spawn().unwrap();
            let mut said = [0; 256];
            while !said.starts_with(b"READY=1") {
                notify.recv(&mut said).unwrap();
            }
            times.0.push(began.elapsed());
            let mut client = TcpStream::connect(port).unwrap();
            client.write_all(b"{\"type\":\"hello\",\"protocol\":[1,1],\"client\":\"bench\"}\n").unwrap();
            let mut welcome = String::new();
            BufReader::new(client).read_line(&mut welcome).unwrap();
            assert!(welcome.contains("welcome"), "{welcome}");
            times.1.push(began.elapsed());
            server.kill().unwrap();
            server.wait().unwrap();
        }
        let (ready, welcome) = (summary(times.0), summary(times.1));
        println!("cold start, file in {from}: ready {ready}, first welcome {welcome}");
    }
}

fn reads(dir: &Path, messages: u64) {
    let (page_tx, pages) = mpsc::channel();
    let index = SearchIndex::start(dir, search_index::wake_ups()).unwrap();
    let reader =
        Reader::start(dir, index.reader(), move |_, page: PageAnswer| page_tx.send(page.line).unwrap())
            .unwrap();
    let rooms: Vec<RoomName> = (0..10).map(|room| RoomName::parse(&format!("room{room}")).unwrap()).collect();
    let ask = |query: Query| {
        reader.ask(ConnId::new(NodeStart::default(), 1), None, query).unwrap();
        pages.recv().unwrap()
    };
    let find = |words: &str, rooms: &[RoomName]| Query::Find {
        read_from: Vec::new(),
        words: Line::parse(words).unwrap(),
        rooms: rooms.to_vec(),
        before: None,
        limit: 50,
    };
    for words in [
        "회의",
        "해바라기",
        "바라",
        "회",
        "zeppelin",
        "the",
        "dep",
        "서버 점심",
        "the zeppelin",
        "nothere",
        "없는말",
    ] {
        let hits = String::from_utf8_lossy(&ask(find(words, &rooms))).matches("\"seq\"").count();
        let all = repeat(9, || drop(ask(find(words, &rooms))));
        let one = repeat(9, || drop(ask(find(words, &rooms[..1]))));
        println!("search {words:<14} {hits:>3} on the first page; in ten rooms {all}; in one {one}");
    }
    for (name, from) in [
        ("newest", PageFrom::End),
        ("middle", PageFrom::Around(Seq::new(messages / 2).unwrap())),
        ("oldest", PageFrom::After(Seq::ZERO)),
    ] {
        let page = || Query::Page { room: rooms[3].clone(), from, read_from: None, limit: 200 };
        println!("history, 200 {name}: {}", repeat(9, || drop(ask(page()))));
    }
}

/// Median and worst of several runs.
fn repeat(runs: usize, mut run: impl FnMut()) -> String {
    let times = (0..runs).map(|_| {
        let began = now();
        run();
        began.elapsed()
    });
    summary(times.collect())
}

fn summary(mut times: Vec<Duration>) -> String {
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    format!("{:.2} ms (worst {:.2})", ms(times[times.len() / 2]), ms(times[times.len() - 1]))
}
