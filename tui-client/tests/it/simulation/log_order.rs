//! The [`Order`] of a node on the [`ReplicatedLog`]. It sends what is proposed in numbered frames, several under way at a time, and
//! follows the log. What it has not seen there after a while, or after an error, it sends again, all from the first of it on and in
//! frames of other lengths (go-back-N). When nothing was delivered for a while it follows the log anew from before where it was, and
//! drops what it gave already.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use server::chat::conn_id::NodeStart;
use server::chat::place::Place;
use server::chat::proposal::{NodeOrigin, Ordered, Proposal};
use server::order::queue::Queue;
use server::order::{OnCommitFailure, Order, Proposer, codec};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::random::Random;
use super::replicated_log::{Frame, Outcome, ReplicatedLog, frame_place, in_frame};

/// The most proposals in a frame.
const FRAME: u64 = 48;
/// The most proposals that are under way.
const WINDOW: usize = 200;

/// The order, as the hub has it.
pub(crate) struct LogOrder {
    queue: Queue,
    given: mpsc::Receiver<Ordered>,
    waits: Waits,
}

/// Since when the first proposal waits that was not seen on the log yet.
type Waits = Arc<Mutex<Option<Instant>>>;

/// What sends and receives for it.
pub(crate) struct Pump {
    log: Arc<ReplicatedLog>,
    node: usize,
    start: NodeStart,
    random: Random,
    proposals: mpsc::Receiver<Proposal>,
    give: mpsc::Sender<Ordered>,
    /// What was not seen on the log yet, as lines, in order, and since when it waits.
    unconfirmed: VecDeque<(Instant, String)>,
    waits: Waits,
    /// The number of the last one before those.
    confirmed: u64,
    /// How many of those were sent.
    sent: usize,
    /// When all of them are sent again.
    resend_at: Option<Instant>,
    /// The frame that is received next, and when.
    next: usize,
    /// The first frame that it never received; what it reads again before that may be trimmed meanwhile.
    needed: usize,
    receive_at: Option<Instant>,
    was_deaf: bool,
    last_given: Place,
}

impl LogOrder {
    /// An order that gives what comes after a place.
    pub(crate) fn new(
        log: &Arc<ReplicatedLog>,
        node: usize,
        start: NodeStart,
        after: Place,
        random: Random,
    ) -> (Self, Pump) {
        let (queue, proposals) = Queue::new();
        let (give, given) = mpsc::channel(64);
        let waits = Waits::default();
        let pump = Pump {
            log: Arc::clone(log),
            node,
            start,
            random,
            proposals,
            give,
            unconfirmed: VecDeque::new(),
            waits: Arc::clone(&waits),
            confirmed: 0,
            sent: 0,
            resend_at: None,
            next: in_frame(after).0.max(1),
            needed: in_frame(after).0.max(1),
            receive_at: None,
            was_deaf: false,
            last_given: after,
        };
        (Self { queue, given, waits }, pump)
    }
}

impl Pump {
    /// Sends and receives until the hub is gone.
    pub(crate) async fn run(mut self) {
        let log = Arc::clone(&self.log);
        loop {
            let appended = log.appended();
            tokio::pin!(appended);
            // From now on nothing that is appended is missed.
            appended.as_mut().enable();
            if self.receive().await.is_none() {
                return;
            }
            self.send();
            *self.waits.lock().unwrap() = self.unconfirmed.front().map(|(since, _)| *since);
            let wake = [self.resend_at, self.receive_at].into_iter().flatten().min();
            tokio::select! {
                biased;
                () = appended => {}
                () = tokio::time::sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
                Some(proposal) = self.proposals.recv(), if self.unconfirmed.len() < WINDOW => {
                    self.take(&proposal);
                }
                () = self.give.closed() => return,
            }
        }
    }

    fn take(&mut self, proposal: &Proposal) {
        self.unconfirmed.push_back((Instant::now(), codec::encode(proposal).unwrap()));
    }

    /// Sends what was not sent, or everything again if it is time.
    fn send(&mut self) {
        let now = Instant::now();
        if self.resend_at.is_some_and(|at| at <= now) {
            (self.sent, self.resend_at) = (0, None);
        }
        while self.unconfirmed.len() < WINDOW
            && let Ok(proposal) = self.proposals.try_recv()
        {
            self.take(&proposal);
        }
        while self.sent < self.unconfirmed.len() {
            let most = usize::try_from(self.random.between(1, FRAME)).unwrap();
            let unsent = self.unconfirmed.iter().skip(self.sent).take(most);
            let lines: Arc<[String]> = unsent.map(|(_, line)| line.clone()).collect();
            let first = self.confirmed + self.sent as u64 + 1;
            self.sent += lines.len();
            let outcome = self.log.publish(self.node, Frame { start: self.start, first, lines });
            let wait = if outcome == Outcome::Failed { 100 } else { self.random.between(300, 2000) };
            let at = now + Duration::from_millis(wait);
            self.resend_at = Some(self.resend_at.map_or(at, |before| before.min(at)));
        }
    }

    /// Gives what has arrived; `None` when nobody takes it any more.
    async fn receive(&mut self) -> Option<()> {
        loop {
            let now = Instant::now();
            if let Some(until) = self.log.is_deaf_until(self.node).filter(|until| *until > now) {
                (self.receive_at, self.was_deaf) = (Some(until), true);
                return Some(());
            }
            if std::mem::take(&mut self.was_deaf) {
                let again = self.next.saturating_sub(self.random.index(4)).max(self.log.first());
                self.needed = self.needed.max(self.next);
                self.next = again.min(self.next);
                self.receive_at = None;
            }
            if self.next < self.needed {
                self.next = self.next.max(self.log.first()).min(self.needed);
            }
            if self.next < self.log.first() {
                self.log.note_missing(self.node, self.next);
                return None;
            }
            let Some(appended) = self.log.frame(self.next) else {
                self.receive_at = None;
                return Some(());
            };
            let due = *self.receive_at.get_or_insert_with(|| {
                appended.since.max(now) + Duration::from_millis(self.random.delay(8, 700))
            });
            if due > now {
                return Some(());
            }
            self.receive_at = None;
            let Frame { start, first, lines } = &appended.frame;
            self.confirm(*start, *first, lines.len());
            let seq = self.next;
            self.next += 1;
            for (index, line) in lines.iter().enumerate() {
                let place = frame_place(seq, index);
                if place <= self.last_given {
                    continue;
                }
                self.last_given = place;
                let origin = Some(NodeOrigin { start: *start, number: first + index as u64 });
                let proposal = codec::decode(line).unwrap();
                self.give.send(Ordered { place, at: appended.at, origin, proposal }).await.ok()?;
            }
        }
    }

    /// A frame was seen on the log.
    fn confirm(&mut self, start: NodeStart, first: u64, count: usize) {
        let last = first + count as u64 - 1;
        // What is behind a gap is ignored by all, and must come again.
        if start != self.start || first > self.confirmed + 1 || last <= self.confirmed {
            return;
        }
        let count = usize::try_from(last - self.confirmed).unwrap();
        self.unconfirmed.drain(..count);
        (self.confirmed, self.sent) = (last, self.sent.saturating_sub(count));
        if self.unconfirmed.is_empty() {
            self.resend_at = None;
        }
    }
}

impl Order for LogOrder {
    fn proposer(&self) -> Proposer {
        self.queue.proposer()
    }

    async fn next(&mut self) -> Option<Ordered> {
        self.given.recv().await
    }

    fn try_next(&mut self) -> Option<Ordered> {
        self.given.try_recv().ok()
    }

    fn stalled(&self) -> Option<Duration> {
        self.waits.lock().unwrap().map(|since| since.elapsed())
    }

    fn on_commit_failure(&self) -> OnCommitFailure {
        OnCommitFailure::Stop
    }
}
