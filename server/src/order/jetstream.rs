//! The order of several servers: a stream of NATS JetStream, to which each of them publishes its proposals and from which
//! each reads all of them. Nothing more of NATS is used, so that another log could take its place: what a proposal is worth,
//! who is there and what was said before are matters of the chat.
//!
//! A proposal goes from the `queue` as a line to the `sender`, as one of many in a [`frame`] into the stream, and comes
//! back by the `tail`. [`unconfirmed`] says what to send again: a frame that was sent twice is in the order twice, and
//! [`Ordered::origin`] has the number by which the chat drops the repeat. Nothing of NATS is known outside of this module.

mod api;
mod attempts;
mod connection;
mod delivery;
pub mod failure;
pub mod founding;
pub mod frame;
mod nats_version;
pub mod notices;
pub mod options;
pub mod peer_files;
mod places;
mod queue;
mod sender;
pub mod status;
pub mod stream;
mod tail;
pub mod unconfirmed;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use self::failure::Failure;
use self::notices::Notices;
use self::options::Options;
use self::peer_files::Peers;
use self::places::Places;
use self::queue::Queue;
use self::sender::Sender;
use self::status::Status;
use self::stream::{Missing, Stream, Trimmer};
use self::tail::{Arrived, Tail};
pub use super::{OnCommitFailure, Order, Proposer, place};
use crate::chat::conn_id::NodeStart;
use crate::chat::place::Place;
use crate::chat::proposal::Ordered;
use shared::Millis;

/// Messages that were read and wait for the hub. When it is full the tail waits, and NATS keeps the rest.
const ARRIVED: usize = 32;

/// What the tail may be ahead of the sender. When it is full the tail waits; the sender never waits for the tail.
const PASSED: usize = 256;

/// The order of several servers.
#[derive(Debug)]
pub struct JetStream {
    queue: Queue,
    status: Arc<Status>,
    trimmer: Trimmer,
    peers: Peers,
    notices: Notices,
    arrived: mpsc::Receiver<Arrived>,
    places: Places,
    tasks: [AbortHandle; 3],
}

impl JetStream {
    /// Joins the order after a place, which is the last one that this server has applied, with the time of it. Waits for NATS
    /// as long as it takes, and says so in the log; dropping the future ends that.
    ///
    /// # Errors
    /// When waiting cannot help. What comes later ends the order: see [`Status::failure`].
    pub async fn connect(
        options: &Options,
        start: NodeStart,
        after: Place,
        last_at: Millis,
    ) -> Result<Self, Failure> {
        options.check()?;
        let status = Arc::new(Status::new(after));
        let (client, epoch) = connection::open(options, &status).await?;
        let at = place::sequence(after);
        let (stream, info) = Stream::open(client.clone(), options, &status, at).await?;
        if info.state.last_seq < at {
            return Err(Failure::WentBack { applied: at, last: info.state.last_seq });
        }
        // The message that the place is in is read again, for the proposals after the place.
        let at = at.saturating_sub(1);
        if info.state.first_seq > at + 1 {
            return Err(Failure::Trimmed { wanted: at + 1, first: info.state.first_seq });
        }

        let (queue, lines) = Queue::new(Arc::clone(&status));
        let (passed, passing) = mpsc::channel(PASSED);
        let (arriving, arrived) = mpsc::channel(ARRIVED);
        let (looks, last) = watch::channel(info.state.last_seq);
        let peers = Peers::new(connection::open_beside(options).await?, options);
        let notices = Notices::new(client.clone(), &options.name);
        let sender = Sender {
            client,
            subject: stream.subject.clone(),
            start,
            status: Arc::clone(&status),
            epoch: epoch.clone(),
            queue: lines,
            passed: passing,
        };
        let trimmer = Trimmer(stream.api.clone());
        let watch = stream::watch(stream.clone(), Arc::clone(&status), looks);
        let tail = Tail {
            stream,
            status: Arc::clone(&status),
            epoch,
            last,
            at,
            header: None,
            missing: Missing::default(),
            has_read: false,
            passed,
            arrived: arriving,
        };
        let tasks = [
            tokio::spawn(sender.run()).abort_handle(),
            tokio::spawn(tail.run()).abort_handle(),
            tokio::spawn(watch).abort_handle(),
        ];
        Ok(Self {
            queue,
            status,
            trimmer,
            peers,
            notices,
            arrived,
            places: Places::new(after, last_at),
            tasks,
        })
    }

    /// How it fares.
    #[must_use]
    pub fn status(&self) -> Arc<Status> {
        Arc::clone(&self.status)
    }

    /// A handle to delete what all servers have applied.
    #[must_use]
    pub fn trimmer(&self) -> Trimmer {
        self.trimmer.clone()
    }

    /// The other servers, to give files to and to fetch them from.
    #[must_use]
    pub fn peers(&self) -> Peers {
        self.peers.clone()
    }

    /// The way to the other servers beside the order.
    #[must_use]
    pub fn notices(&self) -> Notices {
        self.notices.clone()
    }

    fn pop(&mut self) -> Option<Ordered> {
        let ordered = self.places.pop()?;
        self.status.counters().place.store(ordered.place.0, Relaxed);
        Some(ordered)
    }
}

impl Order for JetStream {
    fn proposer(&self) -> Proposer {
        Proposer::new(self.queue.clone())
    }

    /// `None` when the order cannot go on; [`Status::failure`] says why.
    async fn next(&mut self) -> Option<Ordered> {
        loop {
            if let Some(ordered) = self.pop() {
                return Some(ordered);
            }
            let arrived = self.arrived.recv().await?;
            self.places.add(arrived);
        }
    }

    fn try_next(&mut self) -> Option<Ordered> {
        loop {
            if let Some(ordered) = self.pop() {
                return Some(ordered);
            }
            let arrived = self.arrived.try_recv().ok()?;
            self.places.add(arrived);
        }
    }

    fn stalled(&self) -> Option<Duration> {
        self.status.stalled()
    }

    fn set_level(&mut self, level: u32) {
        self.status.set_level(level);
    }

    /// What it cannot read it cannot read the next time either.
    fn may_start_again(&self) -> bool {
        !matches!(self.status.failure(), Some(Failure::Frame { .. }))
    }

    /// What is in the stream has happened, for the others.
    fn on_commit_failure(&self) -> OnCommitFailure {
        OnCommitFailure::Stop
    }
}

impl Drop for JetStream {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}
