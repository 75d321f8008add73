//! People who go on talking whatever happens to the node they are on: each says one thing after the other, goes to the next node
//! when a connection ends, resumes there, and says again by the same nonce what was not acknowledged. What they were told is
//! compared with the stores of the nodes.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread::{self, sleep};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

/// After this a test has failed.
const PATIENCE: Duration = Duration::from_mins(1);
/// A silence after which somebody goes to another node. Longer than any that a test makes for others than the node's own people.
const SILENCE: Duration = Duration::from_secs(10);
/// Between two messages of one.
const PAUSE: Duration = Duration::from_millis(40);

/// Some who talk, in a thread of their own: a test may wait for a process meanwhile.
pub(crate) struct People {
    runtime: Handle,
    /// Ends the thread when it is dropped.
    _ends: oneshot::Sender<()>,
    done: watch::Sender<bool>,
    talking: Vec<JoinHandle<Person>>,
    acknowledged: Arc<AtomicUsize>,
}

/// What one was told.
#[derive(Default)]
struct Person {
    secret: Option<String>,
    /// The nonces of what was acknowledged, and where it is.
    acknowledged: Vec<(String, u64)>,
    /// The places and nonces of what was heard, in the order of hearing.
    heard: Vec<(u64, Option<String>)>,
    /// What is said and was not acknowledged.
    pending: Option<String>,
}

/// A row of a store.
type Row = (u64, Option<String>, String);

impl People {
    /// Two on each of these nodes.
    pub(crate) fn talk(addresses: &[SocketAddr]) -> Self {
        let (handles, handle) = mpsc::channel();
        let (ends_thread, ended) = oneshot::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            handles.send(runtime.handle().clone()).unwrap();
            runtime.block_on(async { ended.await.ok() });
        });
        let runtime: Handle = handle.recv().unwrap();
        let (done, ends) = watch::channel(false);
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let talking = (0..2 * addresses.len()).map(|number| {
            let (addresses, ends, count) = (addresses.to_vec(), ends.clone(), Arc::clone(&acknowledged));
            runtime.spawn(talk(number, addresses, ends, count))
        });
        Self { talking: talking.collect(), runtime, _ends: ends_thread, done, acknowledged }
    }

    /// How much was acknowledged so far.
    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.load(Relaxed)
    }

    /// Waits until so much more is acknowledged: the chat goes on.
    #[track_caller]
    pub(crate) fn go_on(&self, more: usize) {
        let (from, until) = (self.acknowledged(), Instant::now() + PATIENCE);
        while self.acknowledged() < from + more {
            assert!(
                Instant::now() < until,
                "nothing goes on: {from} acknowledged before, {}",
                self.acknowledged()
            );
            sleep(Duration::from_millis(20));
        }
    }

    /// Lets all say their last, and checks that every node has what was acknowledged, once, all in the same order, and that everybody
    /// heard it in that order.
    #[track_caller]
    pub(crate) fn check(self, stores: &[PathBuf]) {
        self.done.send(true).unwrap();
        let mut people = Vec::new();
        for person in self.talking {
            let said = self.runtime.block_on(async { timeout(PATIENCE, person).await });
            people.push(said.expect("what was said last is not acknowledged").unwrap());
        }
        let rows = equal_rows(stores);
        let mut places: HashMap<&str, Vec<u64>> = HashMap::new();
        for (seq, nonce, _) in &rows {
            if let Some(nonce) = nonce {
                places.entry(nonce).or_default().push(*seq);
            }
        }
        let doubled: Vec<_> = places.iter().filter(|(_, at)| at.len() > 1).collect();
        assert!(doubled.is_empty(), "stored twice: {doubled:?}");
        let of: HashMap<u64, &Option<String>> = rows.iter().map(|(seq, nonce, _)| (*seq, nonce)).collect();
        for person in &people {
            for (nonce, seq) in &person.acknowledged {
                assert_eq!(places.get(nonce.as_str()), Some(&vec![*seq]), "{nonce} was acknowledged");
            }
            assert!(person.heard.windows(2).all(|two| two[0].0 < two[1].0), "another order was heard");
            for (seq, nonce) in &person.heard {
                let row = of.get(seq).unwrap_or_else(|| panic!("{seq} was heard and is not stored"));
                assert!(nonce.is_none() || nonce == *row, "{seq} was heard otherwise");
            }
        }
    }
}

/// What all stores have, as soon as it is the same.
#[track_caller]
fn equal_rows(stores: &[PathBuf]) -> Vec<Row> {
    let until = Instant::now() + PATIENCE;
    loop {
        let each: Vec<_> = stores.iter().map(|store| rows(store)).collect();
        if each.windows(2).all(|two| two[0] == two[1]) {
            return each.into_iter().next().unwrap();
        }
        let counts: Vec<_> = each.iter().map(Vec::len).collect();
        assert!(Instant::now() < until, "the nodes have other messages: {counts:?} of them");
        sleep(Duration::from_millis(200));
    }
}

fn rows(store: &Path) -> Vec<Row> {
    let store = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    store.busy_timeout(Duration::from_secs(5)).unwrap();
    let mut read = store.prepare("SELECT seq, nonce, body FROM event ORDER BY seq").unwrap();
    let rows = read
        .query_map([], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?, row.get(2)?)))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

async fn talk(
    number: usize,
    addresses: Vec<SocketAddr>,
    ends: watch::Receiver<bool>,
    count: Arc<AtomicUsize>,
) -> Person {
    let mut person = Person::default();
    for address in addresses.iter().cycle().skip(number) {
        if person.talk_on(number, *address, &ends, &count).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    person
}

impl Person {
    /// Talks over this node until all is said; an error when the connection ends before.
    async fn talk_on(
        &mut self,
        number: usize,
        address: SocketAddr,
        ends: &watch::Receiver<bool>,
        count: &AtomicUsize,
    ) -> io::Result<()> {
        let stream = timeout(Duration::from_secs(2), TcpStream::connect(address)).await??;
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut hello = json!({"type": "hello", "protocol": [1, 1], "client": "test"});
        if let Some(secret) = &self.secret {
            hello["secret"] = json!(secret);
            hello["resume"] = json!({"lobby": self.heard.last().map_or(0, |(seq, _)| *seq)});
        }
        say(&mut write, &hello).await?;
        let mut welcomed = false;
        loop {
            let line = timeout(SILENCE, lines.next_line()).await??;
            let line: Value = serde_json::from_str(&line.ok_or(io::ErrorKind::UnexpectedEof)?)?;
            match line["type"].as_str().unwrap() {
                "welcome" => {
                    welcomed = true;
                    self.secret = line["secret"].as_str().map(ToOwned::to_owned).or(self.secret.take());
                    self.say_next(number, &mut write).await?;
                }
                "event" => self.hear(&line),
                "ok" if self.pending.is_some() && line["id"].as_str() == self.pending.as_deref() => {
                    let said = self.pending.take().unwrap();
                    self.acknowledged.push((said, line["seq"].as_u64().unwrap()));
                    count.fetch_add(1, Relaxed);
                    if *ends.borrow() {
                        return Ok(());
                    }
                    tokio::time::sleep(PAUSE).await;
                    self.say_next(number, &mut write).await?;
                }
                // Nobody knows when it would be carried out: it is tried again.
                "error" if welcomed => {
                    assert_eq!(line["code"], "storage", "{line}");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    self.say_next(number, &mut write).await?;
                }
                "ping" => say(&mut write, &json!({"type": "pong"})).await?,
                _ => {}
            }
        }
    }

    fn hear(&mut self, event: &Value) {
        let seq = event["seq"].as_u64().unwrap();
        if event["room"] == "lobby" && self.heard.last().is_none_or(|(last, _)| *last < seq) {
            self.heard.push((seq, event["nonce"].as_str().map(ToOwned::to_owned)));
        }
    }

    async fn say_next(&mut self, number: usize, write: &mut (impl AsyncWriteExt + Unpin)) -> io::Result<()> {
        let next = || format!("p{number}-{}", self.acknowledged.len());
        let nonce = self.pending.take().unwrap_or_else(next);
        let line = json!({"type": "say", "id": nonce, "room": "lobby", "nonce": nonce, "text": nonce});
        self.pending = Some(nonce);
        say(write, &line).await
    }
}

async fn say(write: &mut (impl AsyncWriteExt + Unpin), line: &Value) -> io::Result<()> {
    write.write_all(format!("{line}\n").as_bytes()).await
}
