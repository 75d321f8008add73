//! A client of ssh that types, and reads what is drawn without looking at it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use russh::client::{Config, Handle, Handler, Msg};
use russh::keys::PublicKeyOrCertificate;
use russh::{Channel, ChannelMsg};
use tokio::sync::{mpsc, watch};

/// What is typed, in turns, each in place of the one before, so that each is drawn even if two come at once. Nobody says it.
const KEYS: [&str; 2] = ["\x7f☃", "\x7f☂"];
/// How a key is drawn.
const DRAWN: [&str; 2] = ["☃", "☂"];

/// Takes any server.
pub(crate) struct Any;

impl Handler for Any {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

/// How fast somebody types.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// As a person does.
    Slow,
}

/// Somebody at a full screen.
pub(crate) struct Client {
    _handle: Handle<Any>,
    keys: mpsc::Sender<&'static str>,
    /// When the key was last drawn, and that something was drawn at all.
    echoed: watch::Receiver<[Option<Instant>; 2]>,
    drawn: watch::Receiver<bool>,
    reads: watch::Sender<bool>,
}

impl Client {
    /// Comes in, and waits for the first frame.
    pub(crate) async fn open(port: u16) -> Self {
        let config = Arc::new(Config {
            nodelay: true,
            channel_buffer_size: 4,
            window_size: 256 * 1024,
            ..Config::default()
        });
        let mut handle = russh::client::connect(config, ("127.0.0.1", port), Any).await.unwrap();
        assert!(handle.authenticate_none("guest").await.unwrap().success());
        let channel = handle.channel_open_session().await.unwrap();
        channel.request_pty(false, "xterm-256color", 100, 30, 0, 0, &[]).await.unwrap();
        channel.request_shell(false).await.unwrap();
        let (keys, typed) = mpsc::channel(4);
        let (echo, echoed) = watch::channel([None; 2]);
        let (draw, mut drawn) = watch::channel(false);
        let (reads, reading) = watch::channel(true);
        tokio::spawn(read(channel, typed, echo, draw, reading));
        drawn.wait_for(|drawn| *drawn).await.unwrap();
        Self { _handle: handle, keys, echoed, drawn, reads }
    }

    /// Many of them, some at once.
    pub(crate) async fn open_many(port: u16, count: usize) -> Vec<Self> {
        let mut clients = Vec::new();
        while clients.len() < count {
            let few = (count - clients.len()).min(16);
            let opening: Vec<_> = (0..few).map(|_| tokio::spawn(Self::open(port))).collect();
            for client in opening {
                clients.push(client.await.unwrap());
            }
        }
        clients
    }

    /// Types so often, and says the median and the 99th percentile of the times to the echo.
    pub(crate) async fn echoes(&mut self, count: usize, pace: Pace) -> (Duration, Duration) {
        let mut times = Vec::new();
        for (turn, key) in (0..2).cycle().zip(KEYS.into_iter().cycle()).take(count) {
            let pause = match pace {
                Pace::Slow => Duration::from_millis(25),
            };
            tokio::time::sleep(pause).await;
            let typed = Instant::now();
            self.keys.send(key).await.unwrap();
            let echoed = self.echoed.wait_for(|at| at[turn].is_some_and(|at| at >= typed));
            let echoed = tokio::time::timeout(Duration::from_secs(30), echoed).await;
            let at = echoed.expect("a key was never echoed").unwrap()[turn].unwrap();
            times.push(at - typed);
        }
        times.sort_unstable();
        (times[count / 2], times[count * 99 / 100])
    }

    /// Takes nothing more from the connection.
    pub(crate) fn stop_reading(&self) {
        self.reads.send_replace(false);
    }

    /// Reads again, and sees that frames come.
    pub(crate) async fn go_on(&mut self) {
        self.drawn.mark_unchanged();
        self.reads.send_replace(true);
        let again = tokio::time::timeout(Duration::from_secs(30), self.drawn.changed()).await;
        again.expect("nothing came after a pause").unwrap();
    }
}

async fn read(
    mut channel: Channel<Msg>,
    mut typed: mpsc::Receiver<&'static str>,
    echo: watch::Sender<[Option<Instant>; 2]>,
    draw: watch::Sender<bool>,
    mut reads: watch::Receiver<bool>,
) {
    let mut tail = Vec::new();
    loop {
        let is_reading = *reads.borrow();
        tokio::select! {
            biased;
            key = typed.recv() => match key {
                Some(key) => channel.data(key.as_bytes()).await.unwrap(),
                None => return,
            },
            changed = reads.changed(), if !is_reading => if changed.is_err() { return },
            message = channel.wait(), if is_reading => match message {
                Some(ChannelMsg::Data { data }) => {
                    draw.send_replace(true);
                    tail.extend_from_slice(&data);
                    for (turn, drawn) in DRAWN.iter().enumerate() {
                        if tail.windows(drawn.len()).any(|bytes| bytes == drawn.as_bytes()) {
                            echo.send_modify(|at| at[turn] = Some(Instant::now()));
                        }
                    }
                    // A key may be cut.
                    let rest = tail.len().saturating_sub(2);
                    tail.drain(..rest);
                }
                Some(_) => {}
                None => return,
            },
        }
    }
}
