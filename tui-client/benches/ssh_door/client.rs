//! Clients of ssh: one that types and times the echo, and many that read and decrypt what comes, and do nothing else with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use russh::client::{Config, Handle, Handler, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::{ChannelId, ChannelWriteHalf, client};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Rooms;
use super::parts::SETTLE;

/// What is typed, in turns, each in place of the one before, so that each is drawn even if two come at once. Nobody says it.
const KEYS: [&str; 2] = ["\x7f☃", "\x7f☂"];
/// How a key is drawn.
const DRAWN: [&str; 2] = ["☃", "☂"];
/// How fast somebody types who types fast.
const PAUSE: Duration = Duration::from_millis(20);
/// A key whose echo takes longer is counted as one that took so long.
const PATIENCE: Duration = Duration::from_secs(2);
/// The time for all keys of one number.
const TIME: Duration = Duration::from_secs(30);
/// The time to come in.
const LOGIN: Duration = Duration::from_secs(60);

/// What a client has read.
#[derive(Default)]
struct Read {
    /// The bytes of all clients, and the packets.
    bytes: Arc<AtomicU64>,
    packets: Arc<AtomicU64>,
    /// Something came.
    began: watch::Sender<bool>,
    /// When each key was last drawn, for one that types.
    echoed: Option<watch::Sender<[Option<Instant>; 2]>>,
    tail: Vec<u8>,
}

impl Handler for Read {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }

    async fn data(&mut self, _: ChannelId, data: &[u8], _: &mut Session) -> Result<(), Self::Error> {
        self.bytes.fetch_add(data.len() as u64, Ordering::Relaxed);
        self.packets.fetch_add(1, Ordering::Relaxed);
        self.began.send_if_modified(|began| !std::mem::replace(began, true));
        let Some(echoed) = &self.echoed else { return Ok(()) };
        self.tail.extend_from_slice(data);
        for (turn, drawn) in DRAWN.iter().enumerate() {
            if self.tail.windows(drawn.len()).any(|bytes| bytes == drawn.as_bytes()) {
                echoed.send_modify(|at| at[turn] = Some(Instant::now()));
            }
        }
        // A key may be cut.
        let rest = self.tail.len().saturating_sub(2);
        self.tail.drain(..rest);
        Ok(())
    }
}

/// A session with a full screen, which reads all that comes.
struct Screen {
    _handle: Handle<Read>,
    writer: ChannelWriteHalf<client::Msg>,
}

/// Comes in, and waits for the first frame.
async fn open(port: u16, read: Read) -> Screen {
    let config = Arc::new(Config { nodelay: true, window_size: 256 * 1024, ..Config::default() });
    let mut drawn = read.began.subscribe();
    let opening = async {
        let mut handle = client::connect(config, ("127.0.0.1", port), read).await.unwrap();
        assert!(handle.authenticate_none("guest").await.unwrap().success());
        let channel = handle.channel_open_session().await.unwrap();
        channel.request_pty(false, "xterm-256color", 100, 30, 0, 0, &[]).await.unwrap();
        channel.request_shell(false).await.unwrap();
        // What comes is taken by the handler: nobody reads it a second time.
        let (_, writer) = channel.split();
        drawn.wait_for(|drawn| *drawn).await.unwrap();
        Screen { _handle: handle, writer }
    };
    timeout(LOGIN, opening).await.expect("somebody could not come in")
}

async fn enter(screen: &Screen, room: Option<String>) {
    if let Some(room) = room {
        // In place of what was typed.
        screen.writer.data(format!("\x15/join {room}\r").as_bytes()).await.unwrap();
    }
}

/// Somebody who types.
pub(crate) struct Typist {
    screen: Screen,
    echoed: watch::Receiver<[Option<Instant>; 2]>,
}

/// The times from a key to its echo.
pub(crate) struct Echoes(Vec<Duration>);

impl Typist {
    pub(crate) async fn open(port: u16) -> Self {
        let (echo, echoed) = watch::channel([None; 2]);
        Self { screen: open(port, Read { echoed: Some(echo), ..Read::default() }).await, echoed }
    }

    /// Goes into a room, if it is to be another than the lobby.
    pub(crate) async fn enter(&self, room: Option<String>) {
        enter(&self.screen, room).await;
    }

    /// Types so often, or as often as there is time for.
    pub(crate) async fn echoes(&mut self, count: usize) -> Echoes {
        let (mut times, began) = (Vec::with_capacity(count), Instant::now());
        let turns = (0..2).cycle().zip(KEYS.into_iter().cycle()).take(count);
        for (turn, key) in turns {
            if began.elapsed() > TIME && times.len() > 1 {
                break;
            }
            sleep(PAUSE).await;
            let typed = Instant::now();
            let echoed = async {
                self.screen.writer.data(key.as_bytes()).await.unwrap();
                let echoed = self.echoed.wait_for(|at| at[turn].is_some_and(|at| at >= typed)).await;
                echoed.expect("the connection of the typist has ended")[turn].unwrap()
            };
            times.push(timeout(PATIENCE, echoed).await.map_or(PATIENCE, |at| at - typed));
        }
        times.sort_unstable();
        Echoes(times)
    }
}

impl Echoes {
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// There was no time for as many as were wanted.
    pub(crate) fn is_short(&self) -> bool {
        self.0.len() < super::KEYS
    }

    /// The time that so many of a thousand take at most.
    pub(crate) fn of_thousand(&self, share: usize) -> Duration {
        self.0[(self.0.len() * share / 1_000).min(self.0.len() - 1)]
    }
}

/// Runs many clients that read, says 0 when all are in, and answers how many `bytes` they have read, or packets.
pub(crate) async fn run_readers(port: u16, count: u64, rooms: Rooms) {
    let (bytes, packets) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut open_ones = Vec::new();
    while let left @ 1.. = count - open_ones.len() as u64 {
        let few = left.min(16);
        let read = || Read { bytes: Arc::clone(&bytes), packets: Arc::clone(&packets), ..Read::default() };
        let opening: Vec<_> = (0..few).map(|_| tokio::spawn(open(port, read()))).collect();
        for client in opening {
            open_ones.push(client.await.unwrap());
        }
    }
    // The first frame is drawn before there is a connection, and who is not connected enters no room.
    sleep(SETTLE).await;
    for (number, screen) in (0..).zip(&open_ones) {
        enter(screen, rooms.of(number)).await;
    }
    println!("0");
    super::process::on_lines(move |what| {
        let count = if what == "bytes" { &bytes } else { &packets };
        println!("{}", count.load(Ordering::Relaxed));
    });
    std::future::pending::<()>().await;
}
