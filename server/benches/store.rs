//! How the store does with a long past: `cargo bench -p server --bench store -- [MESSAGES]` (1,000,000 by default).
//!
//! Prints what storing and indexing cost a message, how long a start takes to load and a process to be ready, and the first page of searches and
//! history. Times are of this machine; compare them with one another, in one run.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and stops at a fault"
)]

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
use server::encoded::Encoded;
use server::store::load;
use server::store::reader::{PageAnswer, Reader};
use server::store::schema::FILE;
use server::store::search_index::{self, SearchIndex};
use server::store::write::{Stored, Write};
use server::store::writer::Writer;
use shared::{Event, Kind, Line, Name, Nonce, RoomName, Sender, Seq, Style, Text, Uid};

const KOREAN: [&str; 12] = [
    "내일",
    "회의를",
    "합니다",
    "배포가",
    "끝났어요",
    "점심",
    "같이",
    "먹어요",
    "서버",
    "다시",
    "시작했습니다",
    "ㅋㅋㅋ",
];
const ENGLISH: [&str; 12] = [
    "the", "build", "is", "green", "deploy", "again", "server", "please", "review", "my", "branch",
    "tomorrow",
];

fn main() {
    let usual = if std::env::args().any(|arg| arg == "--quick") { 20_000 } else { 1_000_000 };
    let messages = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(usual);
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path(), messages);
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

fn fill(dir: &Path, messages: u64) {
    let (done_tx, done) = mpsc::channel();
    let began = now();
    let (waker, wake_ups) = search_index::wake_ups();
    let wake = waker.clone();
    let (wake, done_tx) = (move || wake.wake(), move |done| done_tx.send(done).unwrap());
    let writer = Writer::start(dir, Sync::Normal, Keep::default, clock(), wake, done_tx).unwrap();
    let index = SearchIndex::start(dir, (waker, wake_ups)).unwrap();
    for batch in 0..messages.div_ceil(1000) {
        let seqs = batch * 1000 + 1..=((batch + 1) * 1000).min(messages);
        assert!(writer.commit(seqs.map(message).collect()));
        done.recv().unwrap().unwrap();
    }
    let stored = began.elapsed();
    let file = rusqlite::Connection::open(dir.join(search_index::FILE)).unwrap();
    let indexed = || file.query_row("SELECT seq FROM place", [], |row| row.get::<_, i64>(0)).unwrap();
    while indexed() < i64::try_from(messages).unwrap() {
        std::thread::sleep(Duration::from_millis(50));
    }
    let all = began.elapsed();
    drop((writer, index));
    let size = |file| std::fs::metadata(dir.join(file)).unwrap().len();
    let (bytes, index_bytes) = (size(FILE), size(search_index::FILE));
    let per = |time: Duration| time.as_secs_f64() * 1e6 / messages as f64;
    println!(
        "{messages} messages, {} MB, {} bytes a message; their search index {} MB, {} bytes",
        bytes / 1_000_000,
        bytes / messages,
        index_bytes / 1_000_000,
        index_bytes / messages
    );
    println!("stored, some of it indexed: {:.1} us a message; all indexed: {:.1} us", per(stored), per(all));
}

/// Two thirds Korean, one third English, ten rooms, a hundred people; one in 100,000 has a rare word in it.
fn message(number: u64) -> Write {
    let pick =
        |salt: u64| usize::try_from((number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> salt) % 12).unwrap();
    let words = if number.is_multiple_of(3) { ENGLISH } else { KOREAN };
    let mut text: Vec<&str> = (0..8).map(|place| words[pick(3 * place + 7)]).collect();
    if number.is_multiple_of(100_000) {
        text.push("해바라기 zeppelin");
    }
    let uid = Uid::new(number % 100 + 1).unwrap();
    let room = RoomName::parse(&format!("room{}", number % 10)).unwrap();
    let event = Event {
        room: room.clone(),
        seq: Seq::new(number).unwrap(),
        prev: Seq::new(number.saturating_sub(10)).unwrap(),
        at: 1_763_640_000_000 + i64::try_from(number).unwrap() * 1000,
        from: Sender { uid, name: Name::parse(&format!("person-{uid}")).unwrap(), style: Style::ALL[0] },
        nonce: Some(Nonce::parse(&format!("n{number}")).unwrap()),
        kind: Kind::Message(Text::parse(&text.join(" ")).unwrap()),
    };
    Write::Event(Stored { room, at: event.at, uid, nonce: event.nonce.clone(), encoded: Encoded::new(event) })
}

fn starts(dir: &Path) {
    let times = repeat(5, || {
        let writer = Writer::start(dir, Sync::Normal, Keep::default, clock(), || {}, |_| {}).unwrap();
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
