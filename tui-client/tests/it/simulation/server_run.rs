//! One run of the real server core, from a start on the disk's state to a stop or a kill.

use std::pin::Pin;
use std::sync::Arc;

use server::admin::AdminKey;
use server::assembly::{self, Core, Plan, State};
use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::node_proposal::ProposedRemoval;
use server::chat::proposal::Proposal;
use server::chat::proposed_request::ProposedOperation;
use server::chat::rules::Rules;
use server::config::{Config, Live};
use server::connection;
use server::connection::context::Context;
use server::delivery::ring::RingCapacity;
use server::hub::replica::Standing;
use server::hub_msg::HubMsg;
use server::order::Order;
use server::order::local_reads::LocalReads;
use server::store::{Results, load};
use server::token_bucket::Pace;
use server::transport::pipe::Pipe;
use shared::limits::{Limits, WINDOWS};
use shared::server_msg::ServerInfo;
use shared::{ClientMsg, Line, Millis, NodeName};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use super::delayed_order::DelayedOrder;
use super::disk::{self, Disk};
use super::gate::Gate;
use super::log_order::LogOrder;
use super::node::{self, Membership};
use super::random::Random;

/// What differs from history to history.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerSettings {
    pub(crate) pace: Pace,
    pub(crate) capacity: RingCapacity,
    pub(crate) resume_s: u64,
    pub(crate) order: WhichOrder,
}

/// The order proposals go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhichOrder {
    InProcess,
    Delayed,
    /// A log that so many nodes share.
    Replicated(usize),
}

/// A running server.
pub(crate) struct ServerRun {
    context: Arc<Context>,
    pub(crate) start: NodeStart,
    pub(crate) gate: Gate,
    /// How it stands to its cluster, if it is a node of one.
    stands: Option<watch::Receiver<Standing>>,
    /// All tasks of the process.
    tasks: JoinSet<()>,
    /// The store's threads, which end when the hub drops the store.
    threads: JoinSet<()>,
    /// Resolves when the hub has ended.
    ended: oneshot::Receiver<bool>,
}

impl ServerRun {
    pub(crate) fn open(
        disk: &Disk,
        settings: ServerSettings,
        key: &AdminKey,
        (began, now): (tokio::time::Instant, Millis),
        random: &mut Random,
    ) -> Self {
        let (answers, results) = Results::channels();
        let gate = Gate::default();
        let (store, threads) = disk::open(disk, answers, random, began, &gate);
        let plan = Plan {
            state: State::Stored(load::memory(disk.dir()).unwrap()),
            key: key.clone(),
            capacity: settings.capacity,
            ..Plan::in_memory(rules(settings), store, results, now).unwrap()
        };
        let plan = plan.with_settings(Live { pace: settings.pace, ..Config::defaults().unwrap().live });
        let (context, running) = match settings.order {
            WhichOrder::InProcess => start(assembly::single(plan)),
            WhichOrder::Delayed | WhichOrder::Replicated(_) => {
                let order = DelayedOrder::new(Arc::clone(&plan.clock), random.fork());
                start(assembly::with_order(order, plan))
            }
        };
        Self::run(context, running, (NodeStart::default(), None), gate, threads)
    }

    /// Starts a node of a cluster from what it has on disk.
    pub(crate) fn open_node(
        disk: &Disk,
        settings: ServerSettings,
        key: &AdminKey,
        (began, now): (tokio::time::Instant, Millis),
        random: &mut Random,
        membership: &Membership,
    ) -> Self {
        let (answers, results) = Results::channels();
        let Membership { log, node, gate } = membership;
        let (chat, stored) = node::load(disk);
        let (store, threads) = disk::open(disk, answers, random, began, gate);
        let run = node::new_start(random);
        let at = (chat.applied(), chat.snapshot().at());
        let (order, pump) = LogOrder::new(log, *node, run, chat.applied(), random.fork());
        let (order, mut passing) = LocalReads::new(order, run, at);
        log.listen(*node, passing.heard());
        let beside = Arc::clone(log);
        let node_number = *node;
        let tells = async move {
            while let Some(notices) = passing.next().await {
                beside.tell(node_number, &notices);
            }
        };
        let (replica, stands) = node::replica_of(run, *node, &chat, stored, random);
        let plan = Plan {
            start: run,
            state: State::Kept(Box::new(chat)),
            replica: Some(replica),
            key: key.clone(),
            capacity: settings.capacity,
            ..Plan::in_memory(rules(settings), store, results, now).unwrap()
        };
        let plan = plan.with_settings(Live { pace: settings.pace, ..Config::defaults().unwrap().live });
        let (context, running) = start(assembly::with_order(order, plan));
        let mut server = Self::run(context, running, (run, Some(stands)), gate.clone(), threads);
        server.tasks.spawn(gate.task(pump.run()));
        server.tasks.spawn(gate.task(tells));
        server
    }

    fn run(
        context: Arc<Context>,
        running: Running,
        (start, stands): (NodeStart, Option<watch::Receiver<Standing>>),
        gate: Gate,
        threads: JoinSet<()>,
    ) -> Self {
        let (over, ended) = oneshot::channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(gate.task(async move {
            over.send(running.await).unwrap_or_default();
        }));
        Self { context, start, gate, stands, tasks, threads, ended }
    }

    /// Whether it takes connections: once it has followed the others.
    pub(crate) fn serves(&self) -> bool {
        self.stands.as_ref().is_none_or(|stands| *stands.borrow() == Standing::Entered)
    }

    /// Whether it found that it has another chat than the other nodes.
    pub(crate) fn has_diverged(&self) -> bool {
        self.stands.as_ref().is_some_and(|stands| *stands.borrow() == Standing::Diverged)
    }

    /// Stops a node as its operator does; the others go on.
    pub(crate) fn leave(&mut self) {
        let hub = self.context.hub.clone();
        self.tasks.spawn(self.gate.task(async move {
            hub.send(HubMsg::Leave).await.unwrap_or_default();
        }));
    }

    /// Accepts a connection; returns the client's end of it.
    pub(crate) fn accept(&mut self, buffer: usize) -> Pipe {
        let (far, served) = connection::over_pipe(Arc::clone(&self.context), buffer);
        self.tasks.spawn(self.gate.task(served));
        far
    }

    /// Stops the server gracefully.
    pub(crate) fn stop(&mut self, restart: bool) {
        self.propose(Proposal::Stop { restart });
    }

    /// A request of the operator; the answer goes nowhere.
    pub(crate) fn operate(&mut self, msg: ClientMsg) {
        let nobody = ConnId::new(self.start, u64::MAX);
        self.propose(Proposal::Operate(Box::new(ProposedOperation::new(nobody, None, msg, 0))));
    }

    /// The operator takes a node out of the cluster, whether it runs or not; the answer goes nowhere.
    pub(crate) fn remove_node(&mut self, node: NodeName) {
        let conn = ConnId::new(self.start, u64::MAX);
        let removal = ProposedRemoval { conn, id: None, unix: 0, node, force: true };
        self.propose(Proposal::RemoveNode(Box::new(removal)));
    }

    fn propose(&mut self, proposal: Proposal) {
        let proposer = self.context.proposer.clone();
        self.tasks.spawn(self.gate.task(async move {
            proposer.propose(proposal).await.unwrap_or_default();
        }));
    }

    /// Resolves when the server has ended gracefully.
    pub(crate) fn ended(&mut self) -> &mut oneshot::Receiver<bool> {
        &mut self.ended
    }

    /// Kills the process: what its threads have not done is lost.
    pub(crate) async fn kill(mut self) {
        // All are aborted before any is waited for, or the hub would notice that its store is gone.
        self.threads.abort_all();
        self.tasks.abort_all();
        self.threads.shutdown().await;
        self.tasks.shutdown().await;
    }

    /// Ends the process after the hub has ended: what was handed to the store is still committed.
    pub(crate) async fn close(mut self) {
        self.gate.open();
        self.tasks.shutdown().await;
        while self.threads.join_next().await.is_some() {}
    }
}

type Running = Pin<Box<dyn Future<Output = bool> + Send>>;

fn start<O: Order + 'static>(core: Core<O, disk::SimulatedStore>) -> (Arc<Context>, Running) {
    (core.context, Box::pin(core.hub.run()))
}

pub(crate) fn rules(settings: ServerSettings) -> Rules {
    let (pace_burst, pace_per_s) = match settings.pace {
        Pace::Off => (0, 0),
        Pace::Limit { burst, rate } => (burst, rate),
    };
    let resume_s = settings.resume_s;
    let limits = Limits { pace_burst, pace_per_s, resume_s, windows: WINDOWS, ..Limits::default() };
    let server = ServerInfo::new(Line::parse("tea").unwrap(), Line::parse("0").unwrap());
    Rules::new(server, limits)
}
