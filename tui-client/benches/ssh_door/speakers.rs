//! People who talk in the lobby, so many messages a second in all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How many talk.
const SPEAKERS: u64 = 10;

/// They talk until this is dropped.
pub(crate) struct Speakers {
    _talking: JoinSet<()>,
    stored: Arc<AtomicU64>,
    since: Instant,
}

impl Speakers {
    pub(crate) async fn start(address: &str, rate: u64) -> Self {
        let mut talking = JoinSet::new();
        let stored = Arc::new(AtomicU64::new(0));
        for n in 0..SPEAKERS {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (read, mut write) = stream.into_split();
            let hello = format!(
                "{{\"type\":\"hello\",\"protocol\":[1,1],\"client\":\"bench\",\"name\":\"speaker{n}\"}}\n"
            );
            write.write_all(hello.as_bytes()).await.unwrap();
            let heard = Arc::clone(&stored);
            talking.spawn(async move {
                let mut lines = BufReader::new(read).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    if n == 0 && line.contains("\"kind\":\"message\"") {
                        heard.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
            talking.spawn(async move {
                let mut every = tokio::time::interval(Duration::from_micros(1_000_000 * SPEAKERS / rate));
                for id in 0_u64.. {
                    every.tick().await;
                    let said = format!(
                        "{{\"type\":\"say\",\"id\":\"{id}\",\"room\":\"lobby\",\"nonce\":\"b{n}-{id}\",\"text\":\"message {id} of speaker {n}, 누구나 읽을 수 있는 글\"}}\n"
                    );
                    if write.write_all(said.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
        Self { _talking: talking, stored, since: Instant::now() }
    }

    /// The messages a second that came to the first of them.
    pub(crate) fn rate(&self) -> f64 {
        let heard = u32::try_from(self.stored.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        f64::from(heard) / self.since.elapsed().as_secs_f64()
    }
}
