//! One connection to a server: it greets, decodes lines into messages, writes what is queued, and keeps a heartbeat in both
//! directions (answers pings, sends some after silence, gives up when nothing comes; see [`super::heartbeat`]). Reconnecting
//! is the app's decision.
//!
//! Two tasks share the stream. The reader decodes whatever one read brought and hands it on as one batch; while nobody
//! takes batches it does not read (backpressure), and the server treats us as a slow consumer. The writer writes what is
//! queued.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use shared::client_msg::Empty;
use shared::codec::{Frame, LineCodec, to_line};
use shared::server_msg::{ClusterInfo, OrderState};
use shared::{ClientMsg, Millis, Request, ServerMsg, limits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, WriteHalf};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::bytes::{Bytes, BytesMut};
use tokio_util::codec::Decoder as _;

use super::dial::{Dialed, Dialing};
use super::heartbeat::{Beat, Clocks, Heartbeat, Pace};
use super::introduction::{Incoming, introduce};
use super::stream::{self, Stream, write_and_flush};
use crate::clock::wall;
use crate::event::{FromLink, Lost};
use crate::fair_share::FairShare;
use crate::profile_store::SharedStore;

/// The server may take this long to answer a greeting, or between two parts of its answer.
const GREETING_TIMEOUT: Duration = Duration::from_secs(10);
/// However it goes on, the whole answer must be there by then.
const GREETING_LIMIT: Duration = Duration::from_mins(1);
/// Pings are answered no more often than this: a server needs no more, and could ask for ever.
const PONG_INTERVAL: Duration = Duration::from_millis(100);
/// What is read at once: some hundred messages.
const READ_BYTES: usize = 64 * 1024;
/// Batches waiting for the app; when it is full the socket is not read.
const BATCHES: usize = 4;
/// Lines waiting to be written; when it is full the link is given up as [`Lost::Stuck`]. The app keeps only a few
/// requests in flight, so this many mean a server that does not read.
const LINES: usize = 256;

/// What one read brought.
pub type Batch = Vec<FromLink>;

/// What a connection needs beside its stream.
#[derive(Clone, Debug)]
pub struct Options {
    /// Says which profile a server is for; without it every server is taken for the right one.
    pub store: Option<SharedStore>,
    /// How long the server's address may take to answer, where there is another one to go to instead.
    pub limit: Option<Duration>,
    /// The wall clock.
    pub wall: fn() -> Millis,
    /// The share of the process: what is read is decoded by turn.
    pub share: FairShare,
}

impl Default for Options {
    fn default() -> Self {
        Self { store: None, limit: None, wall, share: FairShare::default() }
    }
}

/// A connection, from the attempt to its end. Dropping it closes it, after what is queued is written.
#[derive(Debug)]
pub struct Link {
    lines: mpsc::Sender<Bytes>,
    batches: mpsc::Receiver<Batch>,
    reader: JoinHandle<()>,
}

impl Link {
    /// Waits for a stream that is being opened, and greets on it with `hello`. Needs a runtime.
    #[must_use]
    pub fn open(dialing: Dialing, hello: &Request) -> Self {
        Self::open_with(dialing, hello.clone(), Options::default())
    }

    /// The same with these options.
    #[must_use]
    pub fn open_with(dialing: Dialing, hello: Request, options: Options) -> Self {
        let (lines, queue) = mpsc::channel(LINES);
        let (sink, batches) = mpsc::channel(BATCHES);
        let pings = lines.downgrade();
        let reader = tokio::spawn(async move {
            let lost = match dialing.await {
                Ok(dialed) => run(dialed, hello, options, queue, &sink, &pings).await,
                Err(lost) => lost,
            };
            // The receiver is gone when the link was dropped.
            sink.send(vec![FromLink::Down(lost)]).await.ok();
        });
        Self { lines, batches, reader }
    }

    /// Queues a line; `Err` when the server has stopped reading.
    pub fn send(&self, request: &Request) -> Result<(), Lost> {
        match self.lines.try_send(to_line(request)) {
            // A closed queue is a connection whose end is on its way as a batch.
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => Err(Lost::Stuck),
        }
    }

    /// The next batch; `None` after [`FromLink::Down`]. Cancel safe.
    pub async fn next(&mut self) -> Option<Batch> {
        self.batches.recv().await
    }

    /// The next batch, if one is there already.
    pub fn try_next(&mut self) -> Option<Batch> {
        self.batches.try_recv().ok()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

async fn run(
    dialed: Dialed,
    mut hello: Request,
    options: Options,
    queue: mpsc::Receiver<Bytes>,
    sink: &mpsc::Sender<Batch>,
    pings: &mpsc::WeakSender<Bytes>,
) -> Lost {
    let Dialed { stream, reached, met } = dialed;
    sink.send(vec![FromLink::Reached(reached)]).await.ok();
    let (half, mut write_half) = tokio::io::split(stream);
    let codec = LineCodec::new(limits::SERVER_LINE_BYTES);
    let mut incoming = Incoming { half, buffer: BytesMut::with_capacity(READ_BYTES), codec };
    if let Some(store) = &options.store {
        match introduce(&mut incoming, &mut write_half, met, store, options.limit, &mut hello).await {
            Ok(first) if first.is_empty() => {}
            Ok(first) => sink.send(first).await.unwrap_or_default(),
            Err(lost) => return lost,
        }
    }
    if let Err(error) = write_and_flush(&mut write_half, &to_line(&hello)).await {
        return Lost::Broken((&error).into());
    }
    let timing =
        Timing { start: Instant::now(), wall: options.wall, sent: Arc::default(), has_sent: Arc::default() };
    // It lives on after the reader: what was queued before a goodbye still goes out.
    tokio::spawn(write(write_half, queue, timing.clone()));
    Reader::new(incoming, timing, options.limit, options.share, sink, pings).run().await
}

/// The clocks of a connection, and when something was written that the reader does not know of yet.
#[derive(Clone)]
struct Timing {
    start: Instant,
    wall: fn() -> Millis,
    /// In milliseconds after the start, plus one; zero for nothing.
    sent: Arc<AtomicU64>,
    /// Wakes a reader that is in a hurry to know of it.
    has_sent: Arc<Notify>,
}

impl Timing {
    fn steady(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn clocks(&self) -> Clocks {
        Clocks { steady: self.steady(), wall: (self.wall)() }
    }

    /// Something was written.
    fn note_sent(&self) {
        let now = self.steady().saturating_add(1);
        // The first one counts, until the reader has taken it.
        if self.sent.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.has_sent.notify_one();
        }
    }

    fn take_sent(&self) -> Option<u64> {
        self.sent.swap(0, Ordering::Relaxed).checked_sub(1)
    }
}

/// Writes lines until the link is dropped or the socket breaks; the reader tells the app about the latter.
async fn write(mut half: WriteHalf<Box<dyn Stream>>, mut queue: mpsc::Receiver<Bytes>, timing: Timing) {
    let mut buffer = Vec::with_capacity(1024);
    while let Some(line) = queue.recv().await {
        buffer.extend_from_slice(&line);
        while let Ok(line) = queue.try_recv() {
            buffer.extend_from_slice(&line);
        }
        timing.note_sent();
        if write_and_flush(&mut half, &buffer).await.is_err() {
            return;
        }
        buffer.clear();
    }
    half.shutdown().await.ok();
}

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Reader<'a> {
    incoming: Incoming,
    timing: Timing,
    share: FairShare,
    heartbeat: Heartbeat,
    sink: &'a mpsc::Sender<Batch>,
    pings: &'a mpsc::WeakSender<Bytes>,
    /// When something was received last.
    received: Instant,
    /// When a ping was sent that is not answered yet.
    pinged: Option<Instant>,
    /// When a ping was answered last.
    ponged: Option<Instant>,
    /// The server has welcomed us.
    welcomed: bool,
    /// It said something that could not be read.
    is_garbled: bool,
    /// How long the answer to the greeting may take, or the next part of it.
    greeting: Duration,
    /// Whether there is another address to go to.
    has_others: bool,
    /// Whether the server has said that nothing is answered for now.
    is_stalled: bool,
}

impl<'a> Reader<'a> {
    fn new(
        incoming: Incoming,
        timing: Timing,
        limit: Option<Duration>,
        share: FairShare,
        sink: &'a mpsc::Sender<Batch>,
        pings: &'a mpsc::WeakSender<Bytes>,
    ) -> Self {
        let heartbeat = Heartbeat::new(timing.clocks());
        // A server that is reached and says nothing may wait for the others of its cluster, so it has some more time.
        let greeting = limit.map_or(GREETING_TIMEOUT, |limit| (3 * limit).min(GREETING_TIMEOUT));
        Self {
            greeting,
            has_others: limit.is_some(),
            is_stalled: false,
            incoming,
            timing,
            share,
            heartbeat,
            sink,
            pings,
            received: Instant::now(),
            pinged: None,
            ponged: None,
            welcomed: false,
            is_garbled: false,
        }
    }

    async fn run(mut self) -> Lost {
        // What came before the greeting was read may be more than the answer to a question.
        if let Err(lost) = self.hand_on(Batch::new()).await {
            return lost;
        }
        loop {
            let before = self.received;
            let count = match self.read().await {
                Ok(0) => return Lost::Closed,
                Ok(count) => count,
                Err(lost) => return lost,
            };
            let mut batch = Batch::new();
            if self.heartbeat.on_received(self.timing.steady()) {
                batch.push(FromLink::NoAnswer(false));
            }
            if let Err(lost) = self.hand_on(batch).await {
                return lost;
            }
            let interval = self.share.read_interval();
            if self.received - before < 2 * interval && count < READ_BYTES {
                sleep_until(self.received + interval).await;
            }
        }
    }

    /// Decodes what is there, by turns, and hands it on, after what is in `batch` already.
    async fn hand_on(&mut self, mut batch: Batch) -> Result<(), Lost> {
        loop {
            let turn = self.share.turn().await;
            let is_all = self.decode(&mut batch);
            drop(turn);
            let end = match batch.pop() {
                Some(FromLink::Down(lost)) => Some(lost),
                last => {
                    batch.extend(last);
                    None
                }
            };
            let batch = std::mem::take(&mut batch);
            if !batch.is_empty() && self.sink.send(batch).await.is_err() {
                return Err(Lost::Closed);
            }
            match end {
                Some(lost) => return Err(lost),
                None if is_all => return Ok(()),
                None => {}
            }
        }
    }

    /// Reads once; keeps the heartbeat while nothing comes.
    async fn read(&mut self) -> Result<usize, Lost> {
        loop {
            self.incoming.buffer.reserve(READ_BYTES);
            let wake_at = self.wake_at();
            // What was sent is waited for from then on, not from the next look at the clock.
            let is_in_a_hurry = self.welcomed && self.pace() == Pace::WITH_OTHERS;
            let reading = self.incoming.half.read_buf(&mut self.incoming.buffer);
            let read = tokio::select! {
                biased;
                read = timeout_at(wake_at, reading) => read,
                () = self.timing.has_sent.notified(), if is_in_a_hurry => {
                    if let Some(sent) = self.timing.take_sent() {
                        self.heartbeat.on_sent(sent);
                    }
                    continue;
                }
            };
            match read {
                Ok(Ok(count)) => {
                    self.received = Instant::now();
                    // What was sent before this came may be what it answers.
                    self.timing.take_sent();
                    return Ok(count);
                }
                Ok(Err(error)) => return Err(stream::lost(&error)),
                Err(_) if self.welcomed => self.beat()?,
                Err(_) if self.is_garbled => return Err(Lost::NotUnderstood),
                Err(_) => return Err(Lost::Silent),
            }
        }
    }

    fn wake_at(&self) -> Instant {
        if !self.welcomed {
            return (self.received + self.greeting).min(self.timing.start + GREETING_LIMIT);
        }
        self.timing.start + Duration::from_millis(self.heartbeat.deadline())
    }

    /// How soon a silent server is given up.
    fn pace(&self) -> Pace {
        // One that waits for the others of its cluster may have its answers wait, too.
        if self.has_others && !self.is_stalled { Pace::WITH_OTHERS } else { Pace::ALONE }
    }

    /// What is said about other nodes decides how long is waited for this one.
    fn note(&mut self, msg: &ServerMsg) {
        if let ServerMsg::Welcome(welcome) = msg {
            self.welcomed = true;
            self.has_others |= welcome.cluster.as_ref().is_some_and(ClusterInfo::has_others);
        } else if let ServerMsg::Cluster(cluster) = msg {
            self.has_others |= cluster.has_others();
        } else if let ServerMsg::Order(order) = msg {
            self.is_stalled = order.state == OrderState::Stalled;
            self.greeting = GREETING_TIMEOUT;
        } else {
            return;
        }
        self.heartbeat.set_pace(self.pace());
    }

    /// Does what the heartbeat says.
    fn beat(&mut self) -> Result<(), Lost> {
        if let Some(sent) = self.timing.take_sent() {
            self.heartbeat.on_sent(sent);
        }
        while let Some(beat) = self.heartbeat.due(self.timing.clocks()) {
            match beat {
                Beat::Ping => self.ping(),
                Beat::NoAnswer => {
                    // A full queue is an app that has not taken what came before; it will be told the end.
                    self.sink.try_send(vec![FromLink::NoAnswer(true)]).ok();
                }
                Beat::GiveUp => return Err(Lost::Silent),
            }
        }
        Ok(())
    }

    fn ping(&mut self) {
        self.pinged = Some(Instant::now());
        self.send(ClientMsg::Ping(Empty {}));
    }

    fn pong(&mut self) {
        let now = Instant::now();
        if self.ponged.is_none_or(|last| now - last >= PONG_INTERVAL) {
            self.ponged = Some(now);
            self.send(ClientMsg::Pong(Empty {}));
        }
    }

    fn send(&self, msg: ClientMsg) {
        if let Some(lines) = self.pings.upgrade() {
            // A full queue is noticed by whoever fills it.
            lines.try_send(to_line(&Request::unnamed(msg))).ok();
        }
    }

    /// Decodes what was read into messages, as many as may be in a turn. The heartbeat's stay here. Says whether that was all.
    fn decode(&mut self, batch: &mut Batch) -> bool {
        for _ in 0..self.share.lines_per_turn() {
            match self.incoming.codec.decode(&mut self.incoming.buffer) {
                Ok(Some(Frame::Line(line))) => {
                    let heard = self.parse(&line);
                    let is_end = matches!(heard, Some(FromLink::Down(_)));
                    batch.extend(heard);
                    if is_end {
                        return true;
                    }
                }
                Ok(Some(Frame::TooLong | Frame::BadUtf8)) => batch.push(self.unreadable()),
                Ok(None) | Err(_) => return true,
            }
        }
        false
    }

    fn parse(&mut self, line: &[u8]) -> Option<FromLink> {
        if let Some(event) = self.share.lines().and_then(|lines| lines.event(line)) {
            return Some(FromLink::Event(event));
        }
        match ServerMsg::parse(line) {
            Ok(ServerMsg::Ping(_)) => {
                self.pong();
                None
            }
            Ok(ServerMsg::Pong(_)) => {
                let lag = self.pinged.take()?.elapsed().as_millis();
                Some(FromLink::Lag(lag.try_into().unwrap_or(u32::MAX)))
            }
            Ok(msg) => {
                self.note(&msg);
                Some(FromLink::Said(msg))
            }
            // Nothing else comes in its place.
            Err(_) if !self.welcomed && Request::claims(line, "welcome") => {
                self.is_garbled = true;
                Some(FromLink::Down(Lost::NotUnderstood))
            }
            Err(_) => Some(self.unreadable()),
        }
    }

    fn unreadable(&mut self) -> FromLink {
        self.is_garbled = true;
        FromLink::Unreadable
    }
}
