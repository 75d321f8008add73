//! One connection to a server: it greets, decodes lines into messages, writes what is queued, and keeps a heartbeat in both
//! directions (answers pings, sends some after silence, gives up when nothing comes). Reconnecting is the app's decision.
//!
//! Two tasks share the stream. The reader decodes whatever one read brought and hands it on as one batch; while nobody
//! takes batches it does not read (backpressure), and the server treats us as a slow consumer. The writer writes what is
//! queued.

use std::io;
use std::time::Duration;

use shared::client_msg::Empty;
use shared::codec::{Frame, LineCodec, to_line};
use shared::{ClientMsg, Request, ServerMsg, limits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::bytes::{Bytes, BytesMut};
use tokio_util::codec::Decoder as _;

use super::dial::Dialing;
use super::stream::{self, Stream};
use crate::event::{FromLink, Lost};

/// The server may take this long to answer a greeting.
const GREETING_TIMEOUT: Duration = Duration::from_secs(10);
/// After this much silence the server is asked whether it is there.
const PING_AFTER: Duration = Duration::from_secs(30);
/// After this much silence the connection is given up.
const DEAD_AFTER: Duration = Duration::from_secs(75);
/// What is read at once: some hundred messages.
const READ_BYTES: usize = 64 * 1024;
/// While there is much to read, reads are this far apart, so that each brings more: waking up costs more than reading. It
/// is well below the time between two frames.
const READ_INTERVAL: Duration = Duration::from_millis(8);
/// Batches waiting for the app; when it is full the socket is not read.
const BATCHES: usize = 4;
/// Lines waiting to be written; when it is full the link is given up as [`Lost::Stuck`]. The app keeps only a few
/// requests in flight, so this many mean a server that does not read.
const LINES: usize = 256;

/// What one read brought.
pub type Batch = Vec<FromLink>;

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
        let (lines, queue) = mpsc::channel(LINES);
        let (sink, batches) = mpsc::channel(BATCHES);
        let pings = lines.downgrade();
        let hello = to_line(hello);
        let reader = tokio::spawn(async move {
            let lost = match dialing.await {
                Ok((stream, new_key)) => {
                    if let Some(key) = new_key {
                        sink.send(vec![FromLink::NewServerKey(key)]).await.ok();
                    }
                    run(stream, hello, queue, &sink, &pings).await
                }
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
    stream: Box<dyn Stream>,
    hello: Bytes,
    queue: mpsc::Receiver<Bytes>,
    sink: &mpsc::Sender<Batch>,
    pings: &mpsc::WeakSender<Bytes>,
) -> Lost {
    let (read_half, mut write_half) = tokio::io::split(stream);
    if let Err(error) = write_and_flush(&mut write_half, &hello).await {
        return Lost::Broken(error.to_string());
    }
    // It lives on after the reader: what was queued before a goodbye still goes out.
    tokio::spawn(write(write_half, queue));
    Reader::new(read_half, sink, pings).run().await
}

/// Writes lines until the link is dropped or the socket breaks; the reader tells the app about the latter.
async fn write(mut half: WriteHalf<Box<dyn Stream>>, mut queue: mpsc::Receiver<Bytes>) {
    let mut buffer = Vec::with_capacity(1024);
    while let Some(line) = queue.recv().await {
        buffer.extend_from_slice(&line);
        while let Ok(line) = queue.try_recv() {
            buffer.extend_from_slice(&line);
        }
        if write_and_flush(&mut half, &buffer).await.is_err() {
            return;
        }
        buffer.clear();
    }
    half.shutdown().await.ok();
}

/// Writes bytes and flushes them: TLS holds back what is not flushed.
async fn write_and_flush(half: &mut WriteHalf<Box<dyn Stream>>, bytes: &[u8]) -> io::Result<()> {
    half.write_all(bytes).await?;
    half.flush().await
}

struct Reader<'a> {
    half: ReadHalf<Box<dyn Stream>>,
    buffer: BytesMut,
    codec: LineCodec,
    sink: &'a mpsc::Sender<Batch>,
    pings: &'a mpsc::WeakSender<Bytes>,
    /// When something was received last.
    received: Instant,
    /// When a ping was sent that is not answered yet.
    pinged: Option<Instant>,
    /// The server has answered the greeting.
    greeted: bool,
}

impl<'a> Reader<'a> {
    fn new(
        half: ReadHalf<Box<dyn Stream>>,
        sink: &'a mpsc::Sender<Batch>,
        pings: &'a mpsc::WeakSender<Bytes>,
    ) -> Self {
        Self {
            half,
            buffer: BytesMut::with_capacity(READ_BYTES),
            codec: LineCodec::new(limits::SERVER_LINE_BYTES),
            sink,
            pings,
            received: Instant::now(),
            pinged: None,
            greeted: false,
        }
    }

    async fn run(mut self) -> Lost {
        loop {
            let before = self.received;
            let count = match self.read().await {
                Ok(0) => return Lost::Closed,
                Ok(count) => count,
                Err(lost) => return lost,
            };
            let batch = self.decode();
            if !batch.is_empty() && self.sink.send(batch).await.is_err() {
                return Lost::Closed;
            }
            let is_busy = self.received - before < 2 * READ_INTERVAL;
            if is_busy && count < READ_BYTES {
                sleep_until(self.received + READ_INTERVAL).await;
            }
        }
    }

    /// Reads once; pings the server while nothing comes.
    async fn read(&mut self) -> Result<usize, Lost> {
        loop {
            self.buffer.reserve(READ_BYTES);
            let wait = match (self.greeted, self.pinged) {
                (false, _) => GREETING_TIMEOUT,
                (true, None) => PING_AFTER,
                (true, Some(_)) => DEAD_AFTER,
            };
            match timeout_at(self.received + wait, self.half.read_buf(&mut self.buffer)).await {
                Ok(Ok(count)) => {
                    self.received = Instant::now();
                    return Ok(count);
                }
                Ok(Err(error)) => return Err(stream::lost(&error)),
                Err(_) if self.greeted && self.pinged.is_none() => self.ping(),
                Err(_) => return Err(Lost::Silent),
            }
        }
    }

    fn ping(&mut self) {
        self.pinged = Some(Instant::now());
        self.send(ClientMsg::Ping(Empty {}));
    }

    fn send(&self, msg: ClientMsg) {
        if let Some(lines) = self.pings.upgrade() {
            // A full queue is noticed by whoever fills it.
            lines.try_send(to_line(&Request::unnamed(msg))).ok();
        }
    }

    /// Decodes what was read into messages. The heartbeat's stay here.
    fn decode(&mut self) -> Batch {
        let mut batch = Batch::new();
        while let Ok(Some(frame)) = self.codec.decode(&mut self.buffer) {
            self.greeted = true;
            match frame {
                Frame::Line(line) => batch.extend(self.parse(&line)),
                Frame::TooLong | Frame::BadUtf8 => batch.push(FromLink::Unreadable),
            }
        }
        batch
    }

    fn parse(&mut self, line: &[u8]) -> Option<FromLink> {
        match ServerMsg::parse(line) {
            Ok(ServerMsg::Ping(_)) => {
                self.send(ClientMsg::Pong(Empty {}));
                None
            }
            Ok(ServerMsg::Pong(_)) => {
                let lag = self.pinged.take()?.elapsed().as_millis();
                Some(FromLink::Lag(lag.try_into().unwrap_or(u32::MAX)))
            }
            Ok(msg) => Some(FromLink::Said(msg)),
            Err(_) => Some(FromLink::Unreadable),
        }
    }
}
