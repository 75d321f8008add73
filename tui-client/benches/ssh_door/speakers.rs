//! People who talk, so many messages a second in all: in the lobby, or in all of some rooms.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{MissedTickBehavior, interval};

use super::Rooms;

/// How many talk, at most.
const SPEAKERS: u64 = 10;

/// Runs them, says 0 when they talk, and answers how many messages were delivered, in all rooms together.
pub(crate) async fn run(address: &str, rate: u64, rooms: Rooms) {
    let heard = Arc::new(AtomicU64::new(0));
    let speakers = if rooms.0 == 0 { SPEAKERS } else { rooms.0.min(SPEAKERS) };
    for n in 0..speakers {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (read, mut write) = stream.into_split();
        let hello = format!(
            "{{\"type\":\"hello\",\"protocol\":[1,1],\"client\":\"bench\",\"name\":\"speaker{n}\"}}\n"
        );
        write.write_all(hello.as_bytes()).await.unwrap();
        // Each has some of the rooms to themselves, and hears nothing else; the lobby all hear alike.
        let names: Vec<String> =
            (n..rooms.0).step_by(usize::try_from(speakers).unwrap()).filter_map(|n| rooms.of(n)).collect();
        for name in &names {
            let join = format!("{{\"type\":\"join\",\"id\":\"join\",\"room\":\"{name}\"}}\n");
            write.write_all(join.as_bytes()).await.unwrap();
        }
        let counts = n == 0 || !names.is_empty();
        tokio::spawn(listen(read, counts.then(|| Arc::clone(&heard))));
        let names = if names.is_empty() { vec!["lobby".to_owned()] } else { names };
        tokio::spawn(talk(write, n, names, Duration::from_micros(1_000_000 * speakers / rate)));
    }
    println!("0");
    super::process::on_lines(move |_| println!("{}", heard.load(Ordering::Relaxed)));
    std::future::pending::<()>().await;
}

/// Takes what comes; counts the messages in it, if somebody wants to know.
async fn listen(read: OwnedReadHalf, heard: Option<Arc<AtomicU64>>) {
    let mut read = BufReader::with_capacity(64 * 1024, read);
    let Some(heard) = heard else {
        let mut taken = vec![0; 64 * 1024];
        while matches!(read.read(&mut taken).await, Ok(1..)) {}
        return;
    };
    let mut lines = read.lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.contains("\"kind\":\"message\"") {
            heard.fetch_add(1, Ordering::Relaxed);
        }
    }
}

async fn talk(mut write: OwnedWriteHalf, n: u64, rooms: Vec<String>, pause: Duration) {
    let mut every = interval(pause);
    // One that was late does not talk faster for it.
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for (id, room) in (0_u64..).zip(rooms.iter().cycle()) {
        every.tick().await;
        let said = format!(
            "{{\"type\":\"say\",\"id\":\"{id}\",\"room\":\"{room}\",\"nonce\":\"b{n}-{id}\",\"text\":\"message {id} of speaker {n}, 누구나 읽을 수 있는 글\"}}\n"
        );
        if write.write_all(said.as_bytes()).await.is_err() {
            return;
        }
    }
}
