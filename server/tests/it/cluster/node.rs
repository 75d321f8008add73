//! A server of a cluster, as far as the order knows one: it proposes, and applies what comes by the rule of numbers. It
//! runs in a thread of its own, so that a test may wait for a process without anything else coming to a halt.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::place::Place;
use server::chat::proposal::{Ordered, Proposal};
use server::order::jetstream::JetStream;
use server::order::jetstream::failure::Failure;
use server::order::jetstream::options::{DEFAULT_MAX_BYTES, Options};
use server::order::jetstream::peer_files::Peers;
use server::order::jetstream::status::Status;
use server::order::jetstream::stream::Trimmer;
use server::order::{Order, Proposer};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// What was applied: what it was, and where it was.
pub(crate) type Applied = Vec<(ConnId, Place, i64)>;

/// After this a test has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// One that reads and proposes.
pub(crate) struct Node {
    pub(crate) start: NodeStart,
    pub(crate) status: Arc<Status>,
    trimmer: Trimmer,
    pub(crate) peers: Peers,
    proposer: Proposer,
    pub(crate) runtime: Handle,
    applied: Arc<Mutex<Applied>>,
    came: Arc<Mutex<Vec<(Place, i64)>>>,
    proposed: Arc<AtomicU64>,
    /// Ends the thread when it is dropped.
    _ends: oneshot::Sender<()>,
}

pub(crate) fn options(servers: Vec<String>, replicas: usize) -> Options {
    Options {
        servers,
        name: "test".to_owned(),
        client_name: "node".to_owned(),
        identity: None,
        credentials: None,
        ca: None,
        replicas,
        max_bytes: DEFAULT_MAX_BYTES,
        old_nats: true,
    }
}

impl Node {
    /// A node that has applied nothing yet.
    pub(crate) fn join(node: u16, options: &Options) -> Self {
        Self::try_join(node, options, Place::default()).unwrap()
    }

    /// One that has applied all up to this place.
    pub(crate) fn try_join(node: u16, options: &Options, after: Place) -> Result<Self, Failure> {
        let start = NodeStart { node, start: 1 };
        let (ends, ended) = oneshot::channel();
        let (handles, handle) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            handles.send(runtime.handle().clone()).unwrap();
            runtime.block_on(async { ended.await.ok() });
        });
        let runtime = handle.recv().unwrap();
        let mut order = runtime.block_on(JetStream::connect(options, start, after, 0))?;
        let applied = Arc::new(Mutex::new(Vec::new()));
        let (status, trimmer, peers, proposer) =
            (order.status(), order.trimmer(), order.peers(), order.proposer());
        let came = Arc::new(Mutex::new(Vec::new()));
        let (log, all) = (Arc::clone(&applied), Arc::clone(&came));
        runtime.spawn(async move {
            let mut last = HashMap::new();
            while let Some(ordered) = order.next().await {
                all.lock().unwrap().push((ordered.place, ordered.at));
                apply(ordered, &mut last, &mut log.lock().unwrap());
            }
        });
        let count = Arc::default();
        Ok(Self {
            start,
            status,
            trimmer,
            peers,
            proposer,
            runtime,
            applied,
            came,
            proposed: count,
            _ends: ends,
        })
    }

    /// The same, with so much patience.
    pub(crate) fn try_join_for(patience: Duration, options: &Options) -> Option<Result<JetStream, Failure>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let joining = JetStream::connect(options, NodeStart::default(), Place::default(), 0);
        runtime.block_on(async { tokio::time::timeout(patience, joining).await.ok() })
    }

    /// Places and times of what came, when so many did; also of what is dropped by the rule of numbers.
    #[track_caller]
    pub(crate) fn read(&self, count: usize) -> Vec<(Place, i64)> {
        self.wait_until(|| self.came.lock().unwrap().len() >= count);
        self.came.lock().unwrap().clone()
    }

    /// Deletes the messages before this sequence.
    pub(crate) fn trim_before(&self, sequence: u64) {
        self.runtime.block_on(self.trimmer.trim_before(sequence)).unwrap();
    }

    /// How it went.
    pub(crate) fn told(&self) -> String {
        let totals = self.status.report().totals;
        let mean = totals.round_trip_us / totals.round_trips.max(1);
        format!(
            "{} applied, {} sent in {} frames, {} of them again, {} repeats, {} tails anew, {} connections lost, round trip {mean} µs, \
             longest {} µs",
            self.count(),
            totals.proposals_sent,
            totals.frames_sent,
            totals.frames_resent,
            totals.repeats,
            totals.tails_remade,
            totals.connections_lost,
            totals.longest_round_trip_us,
        )
    }

    /// Proposes so many of this node's numbers.
    pub(crate) fn propose(&self, count: usize) {
        self.runtime.block_on(propose(self.start, &self.proposed, &self.proposer, count));
    }

    /// Proposes about a thousand a second until what is returned is dropped.
    pub(crate) fn keep_proposing(&self) -> KeepsProposing {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, start, count) = (Arc::clone(&stop), self.start, Arc::clone(&self.proposed));
        let (runtime, proposer) = (self.runtime.clone(), self.proposer.clone());
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                while !stopped.load(Relaxed) {
                    propose(start, &count, &proposer, 5).await;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            });
        });
        KeepsProposing { stop, thread: Some(thread) }
    }

    pub(crate) fn proposed(&self) -> u64 {
        self.proposed.load(Relaxed)
    }

    pub(crate) fn applied(&self) -> Applied {
        self.applied.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.applied.lock().unwrap().len()
    }

    /// Waits until so many were applied.
    #[track_caller]
    pub(crate) fn wait_for(&self, count: usize) {
        self.wait_until(|| self.count() >= count);
    }

    #[track_caller]
    pub(crate) fn wait_until(&self, holds: impl Fn() -> bool) {
        let began = Instant::now();
        while !holds() {
            let report = || self.status.report();
            assert!(began.elapsed() < PATIENCE, "{} came, then no more: {:#?}", self.count(), report());
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// A node that keeps proposing.
pub(crate) struct KeepsProposing {
    stop: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Drop for KeepsProposing {
    /// Returns when the last one was taken by the queue.
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        self.thread.take().map(thread::JoinHandle::join);
    }
}

async fn propose(start: NodeStart, last: &AtomicU64, proposer: &Proposer, count: usize) {
    for _ in 0..count {
        let number = last.fetch_add(1, Relaxed) + 1;
        proposer.propose(Proposal::Lost { conn: ConnId::new(start, number) }).await.unwrap();
    }
}

/// The rule: the next number of its start, or it is dropped.
fn apply(
    Ordered { place, at, origin, proposal }: Ordered,
    last: &mut HashMap<NodeStart, u64>,
    log: &mut Applied,
) {
    let origin = origin.unwrap();
    let last = last.entry(origin.start).or_default();
    if origin.number != *last + 1 {
        return;
    }
    *last = origin.number;
    let Proposal::Lost { conn } = proposal else { panic!("nobody proposed {proposal:?}") };
    assert_eq!((conn.on, conn.number), (origin.start, origin.number), "the number is that of the proposal");
    log.push((conn, place, at));
}

/// Everything that was proposed was applied, once, in one order, with times and places that only grow.
pub(crate) fn assert_one_order(nodes: &[Node]) {
    let first = nodes[0].applied();
    for node in &nodes[1..] {
        assert_eq!(node.applied(), first, "one order everywhere");
    }
    for node in nodes {
        let numbers: Vec<u64> =
            first.iter().filter(|(conn, ..)| conn.on == node.start).map(|(conn, ..)| conn.number).collect();
        assert_eq!(
            numbers,
            (1..=node.proposed()).collect::<Vec<_>>(),
            "all of {:?}, once and in its order",
            node.start
        );
    }
    assert!(first.windows(2).all(|pair| pair[0].1 < pair[1].1 && pair[0].2 <= pair[1].2));
}
