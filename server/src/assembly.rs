//! Builds the core of a server (order, chat, hub, and what connections share) from parts that differ between a process of its
//! own, a server hosted by a client and a simulation: the store, the clock, the settings in force. The one place that decides
//! which [`Order`] a server has.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use tokio::sync::{mpsc, watch};

use crate::admin::AdminKey;
use crate::admin::status::Facts;
use crate::chat::conn_id::NodeStart;
use crate::chat::rules::Rules;
use crate::chat::{Chat, Memory};
use crate::clock::Clock;
use crate::config::live::Current;
use crate::connection::admission_context::AdmissionContext;
use crate::connection::auth_attempts::AuthAttempts;
use crate::connection::context::{ConnIds, Context, SCRATCH_BYTES};
use crate::connection::rate_limit::RateLimits;
use crate::delivery::ring::RingCapacity;
use crate::hub::{Hub, Parts};
use crate::hub_msg::HUB_MSGS_WAITING;
use crate::order::Order;
use crate::order::in_process::InProcess;
use crate::random_names::RandomNames;
use crate::stats::Stats;
use crate::store::{Results, Store};
use crate::timing::Timing;
use crate::tls::Tls;

/// What a server is built from.
#[derive(Debug)]
pub struct Plan<S> {
    /// Which start of which node it is.
    pub start: NodeStart,
    /// The chat's rules.
    pub rules: Rules,
    /// What the store remembers from before.
    pub memory: Memory,
    /// The store.
    pub store: S,
    /// What the store answers.
    pub results: Results,
    /// The clock.
    pub clock: Arc<Clock>,
    /// The settings in force.
    pub terms: Current,
    /// What makes a connection admin.
    pub key: AdminKey,
    /// Names for those who ask for none.
    pub names: RandomNames,
    /// The times it goes by.
    pub timing: Timing,
    /// How much of each room is kept in memory.
    pub capacity: RingCapacity,
    /// What the operator is told about it.
    pub facts: Facts,
    /// Where everything is kept.
    pub state_dir: PathBuf,
    /// Who it is over TLS, where it speaks that.
    pub tls: Option<Arc<Tls>>,
}

/// A server's core, about to run.
#[derive(Debug)]
pub struct Core<O, S> {
    /// The actor; the server lives while it runs.
    pub hub: Hub<O, S>,
    /// What connections share.
    pub context: Arc<Context>,
    /// Turns true when the server says goodbye.
    pub ending: watch::Receiver<bool>,
}

/// The core of a server that shares its order with nobody.
pub type SingleCore<S> = Core<InProcess, S>;

/// Builds a server that shares its order with nobody.
#[must_use]
pub fn single<S: Store>(plan: Plan<S>) -> SingleCore<S> {
    let order = InProcess::new(Arc::clone(&plan.clock));
    with_order(order, plan)
}

/// Builds a server on any order.
#[must_use]
pub fn with_order<O: Order, S: Store>(order: O, plan: Plan<S>) -> Core<O, S> {
    let Plan { start, rules, memory, store, results, clock, terms, key, names, timing, .. } = plan;
    let (hub_tx, hub_msgs) = mpsc::channel(HUB_MSGS_WAITING);
    let (ending, ended) = watch::channel(false);
    let stats = Arc::new(Stats::default());
    let context = Context {
        conn_ids: ConnIds::new(start),
        stats: Arc::clone(&stats),
        clock: Arc::clone(&clock),
        proposer: order.proposer(),
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
        tls: plan.tls,
    };
    let hub = Hub::new(Parts {
        chat: Chat::new(rules, memory, clock.now()),
        order,
        hub_msgs,
        results,
        store,
        clock,
        ending,
        heartbeat: timing.heartbeat,
        capacity: plan.capacity,
        terms,
        facts: plan.facts,
        stats,
    });
    Core { hub, context: Arc::new(context), ending: ended }
}
