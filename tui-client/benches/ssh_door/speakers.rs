//! People who talk in the lobby, so many messages a second in all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{MissedTickBehavior, interval};

/// How many talk.
const SPEAKERS: u64 = 10;

/// Runs them, says 0 when they talk, and answers how many messages were delivered to the first of them.
pub(crate) async fn run(address: &str, rate: u64) {
    let heard = Arc::new(AtomicU64::new(0));
    for n in 0..SPEAKERS {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (read, mut write) = stream.into_split();
        let hello = format!(
            "{{\"type\":\"hello\",\"protocol\":[1,1],\"client\":\"bench\",\"name\":\"speaker{n}\"}}\n"
        );
        write.write_all(hello.as_bytes()).await.unwrap();
        tokio::spawn(listen(read, (n == 0).then(|| Arc::clone(&heard))));
        tokio::spawn(talk(write, n, Duration::from_micros(1_000_000 * SPEAKERS / rate)));
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

async fn talk(mut write: OwnedWriteHalf, n: u64, pause: Duration) {
    let mut every = interval(pause);
    // One that was late does not talk faster for it.
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for id in 0_u64.. {
        every.tick().await;
        let said = format!(
            "{{\"type\":\"say\",\"id\":\"{id}\",\"room\":\"lobby\",\"nonce\":\"b{n}-{id}\",\"text\":\"message {id} of speaker {n}, 누구나 읽을 수 있는 글\"}}\n"
        );
        if write.write_all(said.as_bytes()).await.is_err() {
            return;
        }
    }
}
