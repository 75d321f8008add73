//! One run of the real server core, from a start on the disk's state to a stop or a kill.

use std::pin::Pin;
use std::sync::Arc;

use server::admin::AdminKey;
use server::assembly::{self, Core, Plan, State};
use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::proposal::{Proposal, ProposedOperation};
use server::chat::rules::Rules;
use server::config::{Config, Live};
use server::connection;
use server::connection::context::Context;
use server::delivery::ring::RingCapacity;
use server::order::Order;
use server::store::{Results, load};
use server::token_bucket::Pace;
use server::transport::pipe::Pipe;
use shared::limits::{Limits, WINDOWS};
use shared::server_msg::ServerInfo;
use shared::{ClientMsg, Line, Millis};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::delayed_order::DelayedOrder;
use super::disk::{self, Disk};
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
}

/// A running server.
pub(crate) struct ServerRun {
    context: Arc<Context>,
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
        let (store, threads) = disk::open(disk, answers, random, began);
        let plan = Plan {
            state: State::Stored(load::memory(disk.dir()).unwrap()),
            key: key.clone(),
            capacity: settings.capacity,
            ..Plan::in_memory(rules(settings), store, results, now).unwrap()
        };
        let plan = plan.with_settings(Live { pace: settings.pace, ..Config::defaults().unwrap().live });
        let (context, running) = match settings.order {
            WhichOrder::InProcess => start(assembly::single(plan)),
            WhichOrder::Delayed => {
                let order = DelayedOrder::new(Arc::clone(&plan.clock), random.fork());
                start(assembly::with_order(order, plan))
            }
        };
        let (over, ended) = oneshot::channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            over.send(running.await).unwrap_or_default();
        });
        Self { context, tasks, threads, ended }
    }

    /// Accepts a connection; returns the client's end of it.
    pub(crate) fn accept(&mut self, buffer: usize) -> Pipe {
        let (far, served) = connection::over_pipe(Arc::clone(&self.context), buffer);
        self.tasks.spawn(served);
        far
    }

    /// Stops the server gracefully.
    pub(crate) fn stop(&mut self, restart: bool) {
        self.propose(Proposal::Stop { restart });
    }

    /// A request of the operator; the answer goes nowhere.
    pub(crate) fn operate(&mut self, msg: ClientMsg) {
        let nobody = ConnId::new(NodeStart::default(), u64::MAX);
        self.propose(Proposal::Operate(Box::new(ProposedOperation::new(nobody, None, msg, 0))));
    }

    fn propose(&mut self, proposal: Proposal) {
        let proposer = self.context.proposer.clone();
        self.tasks.spawn(async move {
            proposer.propose(proposal).await.unwrap_or_default();
        });
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
        self.tasks.shutdown().await;
        while self.threads.join_next().await.is_some() {}
    }
}

type Running = Pin<Box<dyn Future<Output = bool> + Send>>;

fn start<O: Order + 'static>(core: Core<O, disk::SimulatedStore>) -> (Arc<Context>, Running) {
    (core.context, Box::pin(core.hub.run()))
}

fn rules(settings: ServerSettings) -> Rules {
    let (pace_burst, pace_per_s) = match settings.pace {
        Pace::Off => (0, 0),
        Pace::Limit { burst, rate } => (burst, rate),
    };
    let resume_s = settings.resume_s;
    let limits = Limits { pace_burst, pace_per_s, resume_s, windows: WINDOWS, ..Limits::default() };
    let server = ServerInfo::new(Line::parse("tea").unwrap(), Line::parse("0").unwrap());
    Rules::new(server, limits)
}
