//! Requests that only ask something need not go through an order that several servers share: they are answered by the chat as this
//! server has it. Each waits behind whatever this server proposed before it, so that whoever joins a room and asks for its
//! history in one go gets it; but not for long, since what is here can be read though nothing can be proposed.
//!
//! So is that somebody is typing, which the other nodes are told beside the order: see [`super::passing`].

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::passing::{Notice, Passed, Passing, Telling};
use super::report::OrderReport;
use super::{OnCommitFailure, Order, Propose, Proposer, Proposing, TryProposeError};
use crate::chat::conn_id::NodeStart;
use crate::chat::place::Place;
use crate::chat::proposal::{Ordered, Proposal};

/// How long a read waits for what was proposed before it.
const PATIENCE: Duration = Duration::from_millis(300);
/// The most that wait; then whoever asks waits.
const MOST: usize = 1024;

/// An order, and what is answered beside it.
#[derive(Debug)]
pub struct LocalReads<O> {
    order: O,
    start: NodeStart,
    queue: Arc<ReadQueue>,
    passed: Passed,
    /// The number of the last own proposal that came out.
    out: u64,
    /// Where the order is.
    place: Place,
    at: shared::Millis,
}

/// The reads that wait.
#[derive(Debug, Default)]
struct ReadQueue {
    /// How many proposals this server handed in.
    proposed: AtomicU64,
    waiting: Mutex<VecDeque<Waiting>>,
    arrived: Notify,
    has_room: Notify,
}

/// A read that waits.
#[derive(Debug)]
struct Waiting {
    /// For this own proposal,
    after: u64,
    /// or until then.
    until: Instant,
    read: Proposal,
}

/// The sending end.
#[derive(Debug)]
struct Sorter {
    order: Proposer,
    queue: Arc<ReadQueue>,
    telling: Telling,
}

impl<O: Order> LocalReads<O> {
    /// Beside an order to which this start of a node proposes; it is at this place and time. What passes beside the order is carried to
    /// and from the other nodes by whoever takes the second part.
    pub fn new(order: O, start: NodeStart, (place, at): (Place, shared::Millis)) -> (Self, Passing) {
        let (passed, passing) = Passing::new(start);
        (Self { order, start, queue: Arc::default(), passed, out: 0, place, at }, passing)
    }

    /// The next read that may be answered.
    fn pop(&mut self) -> Option<Ordered> {
        let mut waiting = self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let out = self.out;
        let ready = waiting.pop_front_if(|one| one.after <= out || one.until <= Instant::now())?;
        drop(waiting);
        self.queue.has_room.notify_one();
        Some(self.without_place(ready.read))
    }

    /// What is answered by the chat as it is now.
    fn without_place(&self, proposal: Proposal) -> Ordered {
        Ordered { place: self.place, at: self.at, origin: None, proposal }
    }

    fn deadline(&self) -> Option<Instant> {
        let waiting = self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.front().map(|one| one.until)
    }

    fn note(&mut self, ordered: Ordered) -> Ordered {
        (self.place, self.at) = (ordered.place, ordered.at);
        if let Some(origin) = ordered.origin.filter(|origin| origin.start == self.start) {
            self.out = self.out.max(origin.number);
        }
        ordered
    }
}

impl<O: Order> Order for LocalReads<O> {
    fn proposer(&self) -> Proposer {
        let (queue, telling) = (Arc::clone(&self.queue), self.passed.telling.clone());
        Proposer::new(Sorter { order: self.order.proposer(), queue, telling })
    }

    async fn next(&mut self) -> Option<Ordered> {
        let queue = Arc::clone(&self.queue);
        loop {
            if let Some(read) = self.pop() {
                return Some(read);
            }
            let deadline = self.deadline();
            tokio::select! {
                biased;
                ordered = self.order.next() => {
                    let ordered = ordered?;
                    return Some(self.note(ordered));
                }
                () = queue.arrived.notified() => {}
                Some(notice) = self.passed.heard.recv() => {
                    return Some(self.without_place(notice.into_proposal()));
                }
                () = tokio::time::sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {}
            }
        }
    }

    fn try_next(&mut self) -> Option<Ordered> {
        if let Some(read) = self.pop() {
            return Some(read);
        }
        if let Ok(notice) = self.passed.heard.try_recv() {
            return Some(self.without_place(notice.into_proposal()));
        }
        let ordered = self.order.try_next()?;
        Some(self.note(ordered))
    }

    fn stalled(&self) -> Option<Duration> {
        self.order.stalled()
    }

    fn set_level(&mut self, level: u32) {
        self.order.set_level(level);
    }

    fn may_start_again(&self) -> bool {
        self.order.may_start_again()
    }

    fn on_commit_failure(&self) -> OnCommitFailure {
        self.order.on_commit_failure()
    }
}

impl ReadQueue {
    /// Adds a read, if there is room.
    fn push(&self, read: Proposal) -> Result<(), Proposal> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST {
            return Err(read);
        }
        let after = self.proposed.load(Ordering::Relaxed);
        waiting.push_back(Waiting { after, until: Instant::now() + PATIENCE, read });
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }
}

impl Sorter {
    /// Queues what changes nothing, and tells the other nodes what concerns them.
    fn push(&self, read: Proposal) -> Result<(), Proposal> {
        let notice = Notice::of(&read);
        self.queue.push(read)?;
        if let Some(notice) = notice {
            self.telling.tell(notice);
        }
        Ok(())
    }
}

impl Propose for Sorter {
    fn try_propose(&self, proposal: Proposal) -> Result<(), TryProposeError> {
        if proposal.changes_nothing() {
            return self.push(proposal).map_err(TryProposeError::Full);
        }
        self.order.try_propose(proposal)?;
        self.queue.proposed.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn propose(&self, proposal: Proposal) -> Proposing<'_> {
        Box::pin(async move {
            let mut proposal = proposal;
            while proposal.changes_nothing() {
                match self.push(proposal) {
                    Ok(()) => return Ok(()),
                    Err(read) => proposal = read,
                }
                self.queue.has_room.notified().await;
            }
            self.order.propose(proposal).await?;
            self.queue.proposed.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
    }

    fn waiting(&self) -> usize {
        self.order.waiting()
    }

    fn report(&self) -> Option<OrderReport> {
        self.order.report()
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;
    use crate::chat::conn_id::ConnId;
    use crate::chat::proposal::NodeOrigin;
    use crate::chat::proposed_request::ProposedRequest;
    use crate::order::queue::Queue;

    /// An order that nothing comes out of before the test says so.
    struct Manual {
        queue: Queue,
        proposed: mpsc::Receiver<Proposal>,
        ordered: mpsc::Receiver<Ordered>,
    }

    impl Order for Manual {
        fn proposer(&self) -> Proposer {
            self.queue.proposer()
        }

        async fn next(&mut self) -> Option<Ordered> {
            self.ordered.recv().await
        }

        fn try_next(&mut self) -> Option<Ordered> {
            self.ordered.try_recv().ok()
        }

        fn on_commit_failure(&self) -> OnCommitFailure {
            OnCommitFailure::Stop
        }
    }

    const START: NodeStart = NodeStart { node: 1, start: 1 };

    fn request(line: &str) -> Proposal {
        let shared::Request { id, msg } = shared::Request::parse(line.as_bytes()).unwrap();
        Proposal::Request(Box::new(ProposedRequest::new(ConnId::new(START, 1), id, msg)))
    }

    fn rig() -> (LocalReads<Manual>, mpsc::Sender<Ordered>) {
        let (order, comes, _) = rig_with_others();
        (order, comes)
    }

    fn rig_with_others() -> (LocalReads<Manual>, mpsc::Sender<Ordered>, Passing) {
        let (queue, proposed) = Queue::new();
        let (comes, ordered) = mpsc::channel(8);
        let (order, passing) = LocalReads::new(Manual { queue, proposed, ordered }, START, (Place(7), 70));
        (order, comes, passing)
    }

    const WHO: &str = r#"{"type":"who"}"#;
    const JOIN: &str = r#"{"type":"join","room":"dev"}"#;

    #[tokio::test(start_paused = true)]
    async fn a_read_waits_behind_what_was_proposed_before_it() {
        let (mut order, comes) = rig();
        let proposer = order.proposer();
        proposer.propose(request(JOIN)).await.unwrap();
        proposer.propose(request(WHO)).await.unwrap();
        assert!(order.try_next().is_none());
        let origin = Some(NodeOrigin { start: START, number: 1 });
        let joined =
            Ordered { place: Place(9), at: 90, origin, proposal: order.order.proposed.recv().await.unwrap() };
        comes.send(joined.clone()).await.unwrap();
        assert_eq!(order.next().await, Some(joined));
        let came = Instant::now();
        let read = order.next().await.unwrap();
        assert_eq!(came.elapsed(), Duration::ZERO);
        assert_eq!((read.place, read.at, read.origin, read.proposal), (Place(9), 90, None, request(WHO)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_does_not_wait_for_ever() {
        let (mut order, _comes) = rig();
        let proposer = order.proposer();
        proposer.propose(request(JOIN)).await.unwrap();
        proposer.propose(request(WHO)).await.unwrap();
        let began = Instant::now();
        assert_eq!(order.next().await.unwrap().proposal, request(WHO));
        assert!(began.elapsed() >= PATIENCE);
        // With nothing before it, not at all.
        let (mut order, _comes) = rig();
        order.proposer().propose(request(WHO)).await.unwrap();
        assert_eq!(order.try_next().unwrap().place, Place(7));
    }

    #[tokio::test(start_paused = true)]
    async fn too_many_reads_wait_until_there_is_room() {
        let (mut order, _comes) = rig();
        let proposer = order.proposer();
        proposer.propose(request(JOIN)).await.unwrap();
        for _ in 0..MOST {
            proposer.propose(request(WHO)).await.unwrap();
        }
        assert!(matches!(proposer.try_propose(request(WHO)), Err(TryProposeError::Full(_))));
        let late = tokio::spawn(async move { proposer.propose(request(WHO)).await });
        let mut answered = 0;
        while answered <= MOST {
            order.next().await.unwrap();
            answered += 1;
        }
        late.await.unwrap().unwrap();
    }

    const TYPING: &str = r#"{"type":"typing","id":"1","room":"dev"}"#;

    #[tokio::test(start_paused = true)]
    async fn that_somebody_types_is_told_to_the_others_once_and_takes_no_place() {
        let (mut order, _comes, mut passing) = rig_with_others();
        let proposer = order.proposer();
        for line in [TYPING, TYPING, WHO] {
            proposer.propose(request(line)).await.unwrap();
        }
        let told = passing.next().await.unwrap();
        assert_eq!(
            told.into_iter().map(Notice::into_proposal).collect::<Vec<_>>(),
            [request(&TYPING.replace(r#""id":"1","#, ""))]
        );
        assert!(order.order.proposed.try_recv().is_err());
        for line in [TYPING, TYPING, WHO] {
            assert_eq!(order.try_next().unwrap().proposal, request(line));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_others_tell_waits_for_nothing_and_is_dropped_where_there_is_much() {
        let (mut order, _comes, passing) = rig_with_others();
        let (proposer, heard) = (order.proposer(), passing.heard());
        let notice = |start: u32| {
            let conn = ConnId::new(NodeStart { node: 1, start }, 5);
            Notice { conn, room: "dev".parse().unwrap() }
        };
        proposer.propose(request(JOIN)).await.unwrap();
        proposer.propose(request(WHO)).await.unwrap();
        // What one told oneself comes back, too.
        heard.hear(notice(START.start));
        assert!(order.try_next().is_none());
        (0..1000).for_each(|_| heard.hear(notice(2)));
        let first = order.try_next().unwrap();
        assert_eq!((first.origin, first.proposal), (None, notice(2).into_proposal()));
        let rest = std::iter::from_fn(|| order.try_next()).count();
        assert!(rest < 300, "{rest}");
    }
}
