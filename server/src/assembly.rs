//! Builds the core of a server (order, chat, hub, and the context that connections share) from the parts that differ
//! between `chinwagd`, a server hosted by a client and the simulation: store, clock, settings. The one place that names
//! an implementation of [`Order`].

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use tokio::sync::{mpsc, watch};

use shared::Millis;

use crate::admin::AdminKey;
use crate::admin::status::Facts;
use crate::chat::conn_id::NodeStart;
use crate::chat::rules::Rules;
use crate::chat::{Chat, Memory};
use crate::clock::Clock;
use crate::config::files::Files;
use crate::config::live::{Current, Terms};
use crate::config::{Config, Live};
use crate::connection::admission_context::AdmissionContext;
use crate::connection::auth_attempts::AuthAttempts;
use crate::connection::context::{ConnIds, Context, SCRATCH_BYTES};
use crate::connection::rate_limit::RateLimits;
use crate::connection::refusal_log::RefusalLog;
use crate::delivery::ring::RingCapacity;
use crate::derived_secrets::DerivedSecrets;
use crate::hub::Hub;
use crate::hub::parts::Parts;
use crate::hub::replica::Replica;
use crate::hub::stall_flags::StallFlags;
use crate::hub_msg::HUB_MSGS_WAITING;
use crate::irc_people::People;
use crate::irc_positions::Positions;
use crate::order::Order;
use crate::order::in_process::InProcess;
use crate::random_names::RandomNames;
use crate::stats::Stats;
use crate::store::search_index::status::IndexStatus;
use crate::store::{Results, Store};
use crate::timing::Timing;
use crate::tls::Tls;
use crate::transfers::Transfers;

/// What a server is built from.
#[derive(Debug)]
pub struct Plan<S> {
    /// The node, and which of its starts this is; part of every connection's id.
    pub start: NodeStart,
    /// The chat's rules.
    pub rules: Rules,
    /// The state of the chat.
    pub state: State,
    /// The store.
    pub store: S,
    /// The results of the store's threads.
    pub results: Results,
    /// The clock.
    pub clock: Arc<Clock>,
    /// The settings in force.
    pub terms: Current,
    /// Replaces them.
    pub change: watch::Sender<Arc<Terms>>,
    /// The admin key.
    pub key: AdminKey,
    /// Generates names for people who ask for none.
    pub names: RandomNames,
    /// The timeouts.
    pub timing: Timing,
    /// The capacity of each room's ring buffer.
    pub capacity: RingCapacity,
    /// The constant part of the status.
    pub facts: Facts,
    /// The state directory.
    pub state_dir: PathBuf,
    /// The TLS identity; none where the server has no listener.
    pub tls: Option<Arc<Tls>>,
    /// Makes the secrets of those who log in by a word or a certificate.
    pub derived_secrets: DerivedSecrets,
    /// How the search index does.
    pub index: Arc<IndexStatus>,
    /// The contents of files.
    pub transfers: Transfers,
    /// What it is in its cluster, if it is a node of one.
    pub replica: Option<Replica>,
}

impl<S> Plan<S> {
    /// A server in memory, for tests and benches: nothing listens, nobody is known, the clock is simulated and stands at `now`, and
    /// settings are what they are unless the operator says otherwise. What differs is set in the fields.
    pub fn in_memory(rules: Rules, store: S, results: Results, now: Millis) -> anyhow::Result<Self> {
        let files = Files { password: None, motd: String::new(), next_key: None };
        let (change, terms) = Current::new(Terms { settings: Config::defaults()?.live, files });
        let facts = Facts {
            server: rules.server.clone(),
            pid: 0,
            listen: vec![],
            irc: vec![],
            sockets: vec![],
            state_dir: PathBuf::new(),
            durability: rules.durability,
        };
        Ok(Self {
            start: NodeStart::default(),
            rules,
            state: State::Stored(Memory::default()),
            store,
            results,
            clock: Arc::new(Clock::simulated(now)),
            terms,
            change,
            key: AdminKey::random()?,
            names: RandomNames::always("calm", "otter"),
            timing: Timing::default(),
            capacity: RingCapacity::default(),
            facts,
            state_dir: PathBuf::new(),
            tls: None,
            derived_secrets: DerivedSecrets::with(&AdminKey::random()?, None),
            index: Arc::default(),
            transfers: Transfers::none(),
            replica: None,
        })
    }

    /// The same with other settings.
    #[must_use]
    pub fn with_settings(self, settings: Live) -> Self {
        let (change, terms) = Current::new(Terms { settings, files: self.terms.clone().get().files.clone() });
        Self { terms, change, ..self }
    }
}

/// The state of the chat that a server starts with.
#[derive(Debug)]
pub enum State {
    /// What the store has: whoever was here when the server ended is away.
    Stored(Memory),
    /// The whole of it, at a place in the order that is followed from there.
    Kept(Box<Chat>),
}

/// A server's core, ready to run.
#[derive(Debug)]
pub struct Core<O, S> {
    /// The actor; the server runs as long as [`Hub::run`].
    pub hub: Hub<O, S>,
    /// What connections share.
    pub context: Arc<Context>,
    /// Becomes true when the server ends, after the goodbyes were queued.
    pub ending: watch::Receiver<bool>,
}

/// The core of a server with an order of its own.
pub type SingleCore<S> = Core<InProcess, S>;

/// Builds a server with an order of its own ([`InProcess`]).
#[must_use]
pub fn single<S: Store>(plan: Plan<S>) -> SingleCore<S> {
    let order = InProcess::new(Arc::clone(&plan.clock));
    with_order(order, plan)
}

/// Builds a server on a given order.
#[must_use]
pub fn with_order<O: Order, S: Store>(order: O, plan: Plan<S>) -> Core<O, S> {
    let Plan { start, rules, state, store, results, clock, terms, change, key, names, timing, .. } = plan;
    let (hub_tx, hub_msgs) = mpsc::channel(HUB_MSGS_WAITING);
    let (ending, ended) = watch::channel(false);
    let stats = Arc::new(Stats::default());
    let stall_flags = StallFlags::default();
    let context = Context {
        conn_ids: ConnIds::new(start),
        stats: Arc::clone(&stats),
        clock: Arc::clone(&clock),
        proposer: order.proposer(),
        followed: plan.replica.as_ref().map(Replica::followed),
        stall_flags: stall_flags.clone(),
        hub: hub_tx,
        admission: AdmissionContext {
            key,
            terms: terms.clone(),
            auth_attempts: AuthAttempts::new(timing.exempt_loopback),
            rate_limits: RateLimits::default(),
            names: Mutex::new(names),
        },
        scratch: Mutex::new(vec![0; SCRATCH_BYTES]),
        greeting: timing.greeting,
        write_stall: timing.write_stall,
        state_dir: plan.state_dir,
        reload: OnceLock::new(),
        server_id: rules.server.id.clone(),
        tls: plan.tls,
        derived_secrets: plan.derived_secrets,
        index: plan.index,
        transfers: plan.transfers.clone(),
        doors: Arc::default(),
        refusal_log: RefusalLog::default(),
        irc_positions: Positions::default(),
        irc_people: People::default(),
    };
    let chat = match state {
        State::Stored(memory) => Chat::new(rules, memory, clock.now()),
        State::Kept(chat) => *chat,
    };
    let hub = Hub::new(Parts {
        chat,
        order,
        hub_msgs,
        results,
        store,
        clock,
        ending,
        heartbeat: timing.heartbeat,
        capacity: plan.capacity,
        terms,
        transfers: plan.transfers,
        change,
        facts: plan.facts,
        stats,
        replica: plan.replica,
        stall_flags,
    });
    Core { hub, context: Arc::new(context), ending: ended }
}
