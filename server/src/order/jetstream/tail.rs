//! Reads the stream from a place on, in order and without a gap, for as long as the server runs.
//!
//! By a consumer of the pull kind, in the memory of one NATS server and without acknowledgements, that is made anew on
//! anything odd: the stream is the truth, a consumer only a way to it. Not by the library's ordered consumer, which was
//! deaf for 50 to 78 seconds when the server that held it was killed. Here, a heartbeat that is missing, a sequence that
//! is not the next, a connection that was interrupted, and a stream that has more than we were given for a while all end
//! in a new consumer, from the place after the last.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use async_nats::{Message, Subscriber};
use futures_util::StreamExt;
use serde_json::json;
use shared::Millis;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::api::ApiError;
use super::attempts::COMPLAIN;
use super::connection::{ELSEWHERE, Epoch};
use super::delivery::{Delivered, Pulled, pulled};
use super::failure::Failure;
use super::frame::{self, Frame, Header};
use super::status::Status;
use super::stream::{Missing, Stream};

/// Messages asked for at once. Each has up to 256 KiB, so they bound the memory of a server that catches up.
const BATCH: u64 = 256;

/// How long a request for messages stands.
const EXPIRES: Duration = Duration::from_secs(5);

/// How often NATS says that it has nothing new.
const HEARTBEAT: Duration = Duration::from_millis(500);

/// After this much silence the consumer is taken for gone: two heartbeats and some.
const SILENCE: Duration = Duration::from_millis(1200);

/// Consumers that nobody asks are forgotten after this.
const FORGOTTEN_AFTER_MS: u64 = 10_000;

/// Between attempts to make a consumer.
const AGAIN: Duration = Duration::from_millis(150);

/// How long NATS may take to give us a consumer, in turn. During an election a request is lost and there is no answer: to wait
/// long for one costs time when it is over, and never to wait long would fail where the way is long.
const GIVES: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(3)];

/// How often a new consumer must begin behind the wanted message until that is taken for lost.
const MOST_HOLES: u32 = 4;

/// A message of the stream.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) sequence: u64,
    /// When the stream stored it, by NATS' clock.
    pub(super) stored_at: Millis,
    pub(super) frame: Frame,
}

/// What the sender is told of each message of the stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed {
    pub(super) sequence: u64,
    pub(super) header: Header,
}

/// The reader of a stream.
#[derive(Debug)]
pub(super) struct Tail {
    pub(super) stream: Stream,
    pub(super) status: Arc<Status>,
    pub(super) epoch: Epoch,
    /// The last sequence of the stream, at each look.
    pub(super) last: watch::Receiver<u64>,
    /// The sequence of the last message that was handed on.
    pub(super) at: u64,
    /// The header of that message, once one was.
    pub(super) header: Option<Header>,
    pub(super) missing: Missing,
    /// Whether the last consumer said anything.
    pub(super) has_read: bool,
    pub(super) passed: mpsc::Sender<Passed>,
    pub(super) arrived: mpsc::Sender<Arrived>,
}

/// Why a consumer is given up.
#[derive(Debug)]
enum End {
    /// A new one is made.
    Odd(String),
    /// The message after the last was not the next one.
    Skipped {
        got: u64,
    },
    Failed(Failure),
    /// Nobody reads any more.
    Unread,
}

/// A consumer that is read.
struct Reading {
    subscriber: Subscriber,
    inbox: String,
    consumer: String,
    /// Messages that were asked for and have not come.
    outstanding: u64,
}

impl Tail {
    /// Reads until nobody takes what it reads, or it cannot go on.
    pub(super) async fn run(mut self) {
        let (mut holes, mut quiet_since, mut here_since) = ((0, 0), None, self.status.elapsed());
        let mut patience = GIVES.iter().copied().cycle();
        loop {
            let began_at = self.at;
            let end = self.read(patience.next().unwrap_or(ELSEWHERE)).await;
            if self.has_read {
                patience = GIVES.iter().copied().cycle();
            }
            self.status.counters().tails_remade.fetch_add(1, Relaxed);
            match end {
                End::Unread => return,
                End::Failed(failure) => return self.status.fail(failure),
                End::Skipped { got } => {
                    holes = (self.at, if holes.0 == self.at { holes.1 + 1 } else { 1 });
                    if holes.1 >= MOST_HOLES {
                        return self.status.fail(Failure::Hole { wanted: self.at + 1, got });
                    }
                    tracing::info!(
                        wanted = self.at + 1,
                        got,
                        "a message of the stream did not come; reading again from it"
                    );
                }
                End::Odd(why) => {
                    // An election makes a hundred of them.
                    let now = self.status.elapsed();
                    if self.at != began_at
                        || quiet_since.is_none_or(|since| now.saturating_sub(since) >= COMPLAIN)
                    {
                        quiet_since = Some(now);
                        tracing::info!(%why, after = self.at, "reading the stream anew");
                    }
                    if self.at != began_at || self.has_read {
                        here_since = now;
                    } else if now.saturating_sub(here_since) >= ELSEWHERE {
                        here_since = now;
                        tracing::warn!(%why, "nothing can be read through this NATS server; connecting anew, maybe to another");
                        self.stream.api.client.force_reconnect().await.ok();
                    }
                    sleep(AGAIN).await;
                }
            }
        }
    }

    /// Reads by a new consumer until something is odd.
    async fn read(&mut self, patience: Duration) -> End {
        self.epoch.mark_unchanged();
        self.last.mark_unchanged();
        self.has_read = false;
        let mut reading = match timeout(patience, self.begin()).await {
            Ok(Ok(reading)) => reading,
            Ok(Err(end)) => return end,
            Err(_) => return End::Odd("no answer to the request for a consumer".to_owned()),
        };
        let end = self.follow(&mut reading).await;
        let Reading { mut subscriber, consumer, .. } = reading;
        subscriber.unsubscribe().await.ok();
        self.stream.api.forget_consumer(&consumer).await;
        end
    }

    async fn begin(&mut self) -> Result<Reading, End> {
        let odd = |why: String| End::Odd(why);
        let info = self
            .missing
            .check(&self.stream.api, self.at, self.stream.api.info().await)
            .map_err(End::Failed)?;
        let info = info.map_err(|error| odd(error.to_string()))?;
        self.stream.observe(&info, &self.status);
        let (first, last, wanted) = (info.state.first_seq, info.state.last_seq, self.at + 1);
        if last < self.at {
            return Err(End::Failed(Failure::WentBack { applied: self.at, last }));
        }
        if first > wanted {
            return Err(End::Failed(Failure::Trimmed { wanted, first }));
        }
        self.check_history().await?;
        let client = &self.stream.api.client;
        let inbox = client.new_inbox();
        let subscriber = client.subscribe(inbox.clone()).await.map_err(|error| odd(error.to_string()))?;
        let consumer = self.stream.api.create_consumer(wanted, FORGOTTEN_AFTER_MS).await;
        let consumer = consumer.map_err(|error| odd(error.to_string()))?;
        let mut reading = Reading { subscriber, inbox, consumer, outstanding: 0 };
        self.pull(&mut reading).await?;
        Ok(reading)
    }

    /// The message that was handed on last must be the one that the stream has there. Where the stream has none, there is nothing to tell.
    async fn check_history(&self) -> Result<(), End> {
        let Some(ours) = self.header else { return Ok(()) };
        match self.stream.api.message(self.at).await {
            Ok(bytes) if frame::header(&bytes).is_some_and(|there| there != ours) => {
                Err(End::Failed(Failure::OtherHistory { sequence: self.at }))
            }
            Ok(_) | Err(ApiError::Refused(_)) => Ok(()),
            Err(error @ ApiError::Unknown(_)) => Err(End::Odd(error.to_string())),
        }
    }

    /// Asks for messages if few are outstanding.
    async fn pull(&self, reading: &mut Reading) -> Result<(), End> {
        if reading.outstanding > BATCH / 2 {
            return Ok(());
        }
        let request = json!({
            "batch": BATCH,
            "expires": u64::try_from(EXPIRES.as_nanos()).unwrap_or(u64::MAX),
            "idle_heartbeat": u64::try_from(HEARTBEAT.as_nanos()).unwrap_or(u64::MAX),
        });
        let (subject, inbox) = (self.stream.api.next_subject(&reading.consumer), reading.inbox.clone());
        let sent =
            self.stream.api.client.publish_with_reply(subject, inbox, request.to_string().into()).await;
        reading.outstanding += BATCH;
        sent.map_err(|error| End::Odd(error.to_string()))
    }

    async fn follow(&mut self, reading: &mut Reading) -> End {
        // The stream's end at an earlier look, if nothing came since.
        let mut awaited = None;
        loop {
            tokio::select! {
                biased;
                _ = self.epoch.changed() => return End::Odd("the connection was interrupted".to_owned()),
                message = timeout(SILENCE, reading.subscriber.next()) => {
                    let Ok(message) = message else { return End::Odd("no heartbeat".to_owned()) };
                    let Some(message) = message else { return End::Odd("the subscription ended".to_owned()) };
                    self.has_read = true;
                    match self.take(message, reading).await {
                        Ok(true) => awaited = None,
                        Ok(false) => {}
                        Err(end) => return end,
                    }
                    if let Err(end) = self.pull(reading).await {
                        return end;
                    }
                }
                looked = self.last.changed() => {
                    if looked.is_err() {
                        return End::Unread;
                    }
                    if awaited.is_some_and(|awaited| awaited > self.at) {
                        return End::Odd("the stream has more than its consumer delivers".to_owned());
                    }
                    awaited = Some(*self.last.borrow_and_update());
                }
            }
        }
    }

    /// Whether it was a message of the stream.
    async fn take(&mut self, message: Message, reading: &mut Reading) -> Result<bool, End> {
        match pulled(&message) {
            Pulled::Message(delivered) => {
                reading.outstanding = reading.outstanding.saturating_sub(1);
                self.hand_on(delivered, &message).await?;
                return Ok(true);
            }
            Pulled::Heartbeat => {}
            Pulled::Expired { pending } => reading.outstanding = reading.outstanding.saturating_sub(pending),
            Pulled::Odd(why) => return Err(End::Odd(why)),
        }
        Ok(false)
    }

    async fn hand_on(&mut self, delivered: Delivered, message: &Message) -> Result<(), End> {
        let Delivered { sequence, stored_at } = delivered;
        if sequence <= self.at {
            return Ok(());
        }
        if sequence != self.at + 1 {
            return Err(End::Skipped { got: sequence });
        }
        let frame = frame::decode(&message.payload)
            .map_err(|error| End::Failed(Failure::Frame { sequence, error }))?;
        (self.at, self.header) = (sequence, Some(frame.header));
        self.status.counters().tail.store(sequence, Relaxed);
        // The sender first: it must not wait for the hub to know what became of its frames.
        self.passed.send(Passed { sequence, header: frame.header }).await.map_err(|_| End::Unread)?;
        self.arrived.send(Arrived { sequence, stored_at, frame }).await.map_err(|_| End::Unread)
    }
}
