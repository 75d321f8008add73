//! One run of the real server core: started from the disk, stopped or killed. It must not know the clients.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use server::admin::AdminKey;
use server::admin::status::Facts;
use server::chat::Chat;
use server::chat::creation_limit::CreationLimits;
use server::chat::proposal::{ConnId, Operated, Proposal};
use server::chat::rules::Rules;
use server::clock::Clock;
use server::config::files::Files;
use server::config::live::{Current, Terms};
use server::config::{Config, Live};
use server::connection;
use server::connection::admission_context::AdmissionContext;
use server::connection::auth_attempts::AuthAttempts;
use server::connection::context::{Context, SCRATCH_BYTES};
use server::connection::rate_limit::RateLimits;
use server::delivery::ring::Capacity;
use server::hub::{Hub, Parts, Patience};
use server::hub_msg::HUB_MSGS_WAITING;
use server::naming::RandomNames;
use server::order::{InProcess, Order as _};
use server::pace::Pace;
use server::store::load;
use server::transport::peer::Peer;
use server::transport::pipe::{Pipe, pair};
use server::transport::socket::{Socket, Stream};
use shared::limits::Limits;
use shared::server_msg::{Durability, ServerInfo};
use shared::{ClientMsg, Line, Millis};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::chance::Chance;
use super::disk::{self, Disk, Results};

/// What differs from history to history.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Furniture {
    pub(crate) pace: Pace,
    pub(crate) capacity: Capacity,
    pub(crate) resume_s: u64,
}

/// A running server.
pub(crate) struct House {
    context: Arc<Context>,
    /// Everything that dies with the process.
    tasks: JoinSet<()>,
    /// The store's two threads: they end by themselves when the hub has let go of them.
    threads: JoinSet<()>,
    /// Answers when the hub has ended.
    ended: oneshot::Receiver<bool>,
    connections: u64,
}

impl House {
    pub(crate) fn open(
        disk: &Disk,
        furniture: Furniture,
        key: &AdminKey,
        (began, now): (tokio::time::Instant, Millis),
        chance: &mut Chance,
    ) -> Self {
        let (committed_tx, committed) = mpsc::channel(1);
        let (pages_tx, pages) = mpsc::channel(64);
        let results = Results { committed: committed_tx, pages: pages_tx };
        let (store, writing, reading) = disk::open(disk, results, chance, began);
        let clock = Arc::new(Clock::simulated(now));
        let rules = rules(furniture);
        let facts = Facts {
            server: rules.server.clone(),
            pid: 0,
            listen: vec![],
            sockets: vec![],
            state_dir: PathBuf::new(),
            durability: rules.durability,
        };
        let chat = Chat::new(rules, load::memory(disk.dir()).unwrap(), clock.now());
        let order = InProcess::new();
        let (local_tx, local) = mpsc::channel(HUB_MSGS_WAITING);
        let (ending, _) = watch::channel(false);
        let settings = Live { pace: furniture.pace, ..Config::defaults().unwrap().live };
        let files = Files { password: None, motd: String::new() };
        let (_, terms) = Current::new(Terms { settings, files });
        let stats = Arc::default();
        let context = Context {
            stats: Arc::clone(&stats),
            clock: Arc::clone(&clock),
            proposer: order.proposer(),
            hub: local_tx,
            admission: AdmissionContext {
                key: key.clone(),
                terms: terms.clone(),
                rate_limits: RateLimits::default(),
                auth_attempts: AuthAttempts::new(true),
                names: Mutex::new(RandomNames::always("calm", "otter")),
            },
            scratch: Mutex::new(vec![0; SCRATCH_BYTES]),
            greeting: Duration::from_secs(10),
            write_stall: Duration::from_secs(10),
            state_dir: PathBuf::new(),
            reload: OnceLock::new(),
            tls: None,
        };
        let hub = Hub::new(Parts {
            chat,
            order,
            local,
            committed,
            pages,
            store,
            clock,
            ending,
            patience: Patience::default(),
            capacity: furniture.capacity,
            terms,
            facts,
            stats,
        });
        let (over, ended) = oneshot::channel();
        let (mut tasks, mut threads) = (JoinSet::new(), JoinSet::new());
        threads.spawn(writing);
        threads.spawn(reading);
        tasks.spawn(async move {
            over.send(hub.run().await).unwrap_or_default();
        });
        Self { context: Arc::new(context), tasks, threads, ended, connections: 0 }
    }

    /// Accepts a connection; returns the client's end of it.
    pub(crate) fn accept(&mut self, buffer: usize) -> Pipe {
        let (near, far) = pair(buffer);
        self.connections += 1;
        let socket = Socket::new(
            Stream::Memory(near),
            Peer::Local,
            self.context.clock.uptime_ms(),
            Arc::clone(&self.context.stats),
        );
        let greet_by = tokio::time::Instant::now() + self.context.greeting;
        let (conn, context) = (ConnId(self.connections), Arc::clone(&self.context));
        let serving = connection::serve(conn, Arc::new(socket), greet_by, None, context);
        self.tasks.spawn(serving);
        far
    }

    /// Asks the server to end in order.
    pub(crate) fn stop(&mut self, restart: bool) {
        let proposer = self.context.proposer.clone();
        self.tasks.spawn(async move {
            proposer.propose(Proposal::Stop { restart }).await.unwrap_or_default();
        });
    }

    /// The one who runs the server does something; nobody hears the answer.
    pub(crate) fn operate(&mut self, msg: ClientMsg) {
        let operated = Operated { conn: ConnId(u64::MAX), id: None, msg, unix: 0 };
        let proposer = self.context.proposer.clone();
        self.tasks.spawn(async move {
            proposer.propose(Proposal::Operate(Box::new(operated))).await.unwrap_or_default();
        });
    }

    /// Answers when the server has ended in order.
    pub(crate) fn ended(&mut self) -> &mut oneshot::Receiver<bool> {
        &mut self.ended
    }

    /// The process ends, now. What its threads had not done is never done.
    pub(crate) async fn kill(mut self) {
        // All at once, or the hub would learn that its store is gone.
        self.threads.abort_all();
        self.tasks.abort_all();
        self.threads.shutdown().await;
        self.tasks.shutdown().await;
    }

    /// The process ends after the hub did: what was handed to the store is still kept.
    pub(crate) async fn close(mut self) {
        self.tasks.shutdown().await;
        while self.threads.join_next().await.is_some() {}
    }
}

fn rules(furniture: Furniture) -> Rules {
    let (pace_burst, pace_per_s) = match furniture.pace {
        Pace::Off => (0, 0),
        Pace::Limit { burst, rate } => (burst, rate),
    };
    let limits = Limits { pace_burst, pace_per_s, resume_s: furniture.resume_s, ..Limits::default() };
    let server = ServerInfo { name: Line::parse("tea").unwrap(), version: Line::parse("0").unwrap() };
    let (max_users, creation) = (1000, CreationLimits::START);
    Rules { server, motd: String::new(), durability: Durability::Disk, max_users, creation, limits }
}
