//! One connection: greeting, then reading until it ends. It must not write once the hub knows it; the hub does.

pub mod account;
pub mod admission;
mod desk;
pub mod greet;
pub mod guesses;
pub mod pipe;
pub mod socket;

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;
use tokio_util::codec::Decoder as _;

use shared::codec::{Frame, LineCodec};
use shared::{Code, Refusal};

use self::admission::{Admission, Gate};
use self::desk::Desk;
use self::greet::Greeted;
use self::socket::Socket;
use crate::chat::proposal::{ConnId, Proposal};
use crate::clock::Clock;
use crate::config::live::Current;
use crate::hub::Local;
use crate::hub::farewell::farewell_lines;
use crate::order::Proposer;
use crate::pace::Bucket;
use crate::service::reload::Reloader;
use crate::stats::Stats;
use crate::tls::Tls;

/// What every connection shares.
#[derive(Debug)]
pub struct Context {
    /// What is counted.
    pub stats: Arc<Stats>,
    /// The clock.
    pub clock: Arc<Clock>,
    /// Where proposals go.
    pub proposer: Proposer,
    /// Where everything else goes.
    pub local: mpsc::Sender<Local>,
    /// What admission knows.
    pub gate: Gate,
    /// One buffer to read into for all connections: they take turns, and an idle one needs none.
    pub scratch: Mutex<Vec<u8>>,
    /// How long a greeting may take.
    pub greeting: Duration,
    /// How long a connection may take nothing before it is dropped.
    pub write_stall: Duration,
    /// Where everything is kept, for the operator who asks how much that is.
    pub state_dir: PathBuf,
    /// What configures the server anew, where something can.
    pub reloader: OnceLock<Arc<Reloader>>,
    /// Who the server is over TLS, where it speaks that.
    pub tls: Option<Arc<Tls>>,
}

impl Context {
    /// What a connection is told that did not greet in time.
    #[must_use]
    pub fn late(&self) -> Refusal {
        let late = format!("no hello within {} s; say hello first", self.greeting.as_secs());
        Refusal::new(Code::Timeout, late)
    }
}

/// The bytes read at once, at most.
pub const SCRATCH_BYTES: usize = 64 * 1024;

/// What a line costs beside its bytes: a thousand short ones are more work than a long one.
const LINE_COST: u64 = 64;

/// How long a peer may take to hear its last words.
pub const LAST_WORDS: Duration = Duration::from_secs(1);

/// Why a connection ended.
#[derive(Debug)]
enum End {
    /// The hub has said the last word.
    Said,
    /// The peer closed.
    Closed,
    /// The transport failed.
    Failed(std::io::Error),
    /// The peer broke a rule that ends a connection.
    Fatal(Refusal),
    /// The peer took nothing for too long.
    Stalled,
    /// The peer asked for more than it took.
    GivenUp,
    /// The server ends.
    ServerEnds,
}

/// Serves a connection until it ends. It must have greeted by `greet_by`, and gives its `turn` to do so back then.
pub async fn serve(
    conn: ConnId,
    socket: Arc<Socket>,
    greet_by: Instant,
    turn: Option<OwnedSemaphorePermit>,
    context: Arc<Context>,
) {
    let mut reader = Reader::new(shared::limits::GREETING_LINE_BYTES, context.gate.terms.clone());
    let greeted = greet::greet(conn, &socket, &mut reader, &context);
    let greeted = match tokio::time::timeout_at(greet_by, greeted).await {
        Ok(Ok(greeted)) => greeted,
        Ok(Err(greet::Failed::Gone)) => return,
        Ok(Err(greet::Failed::Refused(refusal))) => return refuse(&socket, refusal).await,
        Err(_) => return refuse(&socket, context.late()).await,
    };
    drop(turn);
    reader.codec.set_max(shared::limits::LINE_BYTES);
    let speaker = match &greeted {
        Greeted::Guest(tab) => {
            Speaker::Guest(Admission::new(conn, socket.peer, context.gate.terms.clone(), tab))
        }
        Greeted::Operator(uid) => Speaker::Operator(Desk { conn, uid: *uid }),
    };
    let end = talk(conn, &socket, reader, speaker, &context).await;
    if let End::Fatal(refusal) = &end {
        // The hub may be writing: it completes what it has begun, says goodbye, and ends the socket.
        if context.local.send(Local::Fatal(conn, refusal.clone())).await.is_ok() {
            tokio::time::timeout(LAST_WORDS, socket.wait_end()).await.ok();
        }
    }
    tracing::info!(conn = conn.0, from = %socket.peer, why = %end, "connection ended");
    // The server ends when nobody takes these any more; then there is nobody to tell.
    context.proposer.propose(Proposal::Lost { conn }).await.ok();
    if matches!(end, End::GivenUp) {
        tokio::time::timeout(context.write_stall, drain(conn, &socket, &context)).await.ok();
    }
    context.local.send(Local::Closed(conn)).await.ok();
    if matches!(end, End::Said | End::GivenUp | End::Fatal(_)) {
        part(&socket).await;
    }
    // What was answered last is owed by whoever comes back with this identity.
    if let Greeted::Guest(tab) = &greeted {
        tab.settle(&socket, context.gate.answer_pace(), context.clock.uptime_ms());
    }
}

/// Closes a connection so that the peer hears everything that was said to it.
async fn part(socket: &Socket) {
    tokio::time::timeout(LAST_WORDS, socket.part()).await.ok();
}

/// The last words to a connection the hub never knew.
pub async fn refuse(socket: &Socket, refusal: Refusal) {
    tracing::info!(from = %socket.peer, why = %refusal.code, "refused");
    socket.stats.refused(refusal.code);
    let lines = farewell_lines(refusal);
    tokio::time::timeout(LAST_WORDS, socket.write_all(&lines)).await.ok();
    part(socket).await;
}

/// What a connection has sent and nobody has looked at yet.
#[derive(Debug)]
pub struct Reader {
    codec: LineCodec,
    terms: Current,
    /// The first byte of the connection, which says what it speaks.
    first: Option<u8>,
    /// Part of a line; without memory when there is none.
    partial: BytesMut,
    frames: VecDeque<Frame>,
    /// What was read and not charged for yet.
    unpaid: u64,
    bucket: Bucket,
}

impl Reader {
    fn new(max: usize, terms: Current) -> Self {
        let (partial, frames) = (BytesMut::new(), VecDeque::new());
        Self {
            codec: LineCodec::new(max),
            terms,
            first: None,
            partial,
            frames,
            unpaid: 0,
            bucket: Bucket::default(),
        }
    }

    /// Reads what is there and cuts it into lines; false at the end of the stream.
    fn read(&mut self, socket: &Socket, context: &Context) -> std::io::Result<bool> {
        {
            let mut scratch = context.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match socket.try_read(&mut scratch) {
                Ok(0) => return Ok(false),
                Ok(read) => {
                    self.unpaid += read as u64;
                    self.partial.extend_from_slice(scratch.get(..read).unwrap_or_default());
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error),
            }
        }
        socket.heard(context.clock.uptime_ms());
        self.first = self.first.or(self.partial.first().copied());
        while let Some(frame) = self.codec.decode(&mut self.partial)? {
            self.unpaid += LINE_COST;
            self.frames.push_back(frame);
        }
        if self.partial.is_empty() {
            self.partial = BytesMut::new();
        }
        Ok(true)
    }
}

impl Reader {
    /// Charges for what was read; says until when nothing more is to be read.
    fn wait(&mut self, context: &Context) -> Option<Instant> {
        let (pace, now_ms) = (self.terms.get().settings.byte_pace(), context.clock.uptime_ms());
        self.bucket.charge(pace, std::mem::take(&mut self.unpaid), now_ms);
        self.bucket.wait(pace, 0, now_ms).map(|wait| Instant::now() + wait)
    }
}

/// Whose lines are read.
#[derive(Debug)]
enum Speaker<'a> {
    Guest(Admission<'a>),
    Operator(Desk),
}

impl Speaker<'_> {
    /// Takes the lines that may be taken now; returns until when to wait with the others.
    async fn take(
        &mut self,
        frames: &mut VecDeque<Frame>,
        socket: &Socket,
        context: &Context,
    ) -> Result<Option<Instant>, End> {
        match self {
            Self::Guest(admission) => admission.take(frames, socket, context).await,
            // Boxed: what an operator's line needs would be room in the task of every guest.
            Self::Operator(desk) => Box::pin(desk.take(frames, context)).await.map(|()| None),
        }
    }
}

async fn talk(
    conn: ConnId,
    socket: &Socket,
    mut reader: Reader,
    mut speaker: Speaker<'_>,
    context: &Context,
) -> End {
    let mut wait_until: Option<Instant> = None;
    let mut blocked_until: Option<Instant> = None;
    loop {
        if wait_until.is_none() {
            match speaker.take(&mut reader.frames, socket, context).await {
                Ok(until) => wait_until = until,
                Err(end) => return end,
            }
            if reader.frames.is_empty() {
                reader.frames = VecDeque::new();
            }
        }
        tokio::select! {
            biased;
            () = socket.wait_end() => return End::Said,
            () = socket.wait_given_up() => return End::GivenUp,
            () = socket.wait_want_write(), if blocked_until.is_none() => {
                blocked_until = Some(Instant::now() + context.write_stall);
            }
            result = socket.writable(), if blocked_until.is_some() => {
                blocked_until = None;
                if let Err(error) = result {
                    return End::Failed(error);
                }
                if context.local.send(Local::Writable(conn)).await.is_err() {
                    return End::ServerEnds;
                }
            }
            () = sleep(blocked_until), if blocked_until.is_some() => return End::Stalled,
            () = sleep(wait_until), if wait_until.is_some() => {
                wait_until = None;
                // It was we who did not read.
                socket.heard(context.clock.uptime_ms());
            }
            result = socket.readable(), if wait_until.is_none() => {
                match result.and_then(|()| reader.read(socket, context)) {
                    Ok(true) => wait_until = reader.wait(context),
                    Ok(false) => return End::Closed,
                    Err(error) => return End::Failed(error),
                }
            }
        }
    }
}

/// Lets a peer that was given up take what is still to be written to it.
async fn drain(conn: ConnId, socket: &Socket, context: &Context) {
    loop {
        tokio::select! {
            biased;
            () = socket.wait_end() => return,
            result = socket.writable() => {
                if result.is_err() || context.local.send(Local::Writable(conn)).await.is_err() {
                    return;
                }
            }
        }
        tokio::select! {
            biased;
            () = socket.wait_end() => return,
            () = socket.wait_want_write() => {}
        }
    }
}

async fn sleep(until: Option<Instant>) {
    if let Some(until) = until {
        tokio::time::sleep_until(until).await;
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Said => f.write_str("goodbye was said"),
            Self::Closed => f.write_str("the peer closed it"),
            Self::Failed(error) => write!(f, "abnormal: {error}"),
            Self::Fatal(refusal) => write!(f, "abnormal: {}", refusal.code),
            Self::GivenUp => f.write_str("abnormal: the peer asked for more than it read"),
            Self::Stalled => f.write_str("abnormal: the peer stopped reading"),
            Self::ServerEnds => f.write_str("the server ends"),
        }
    }
}
