//! The server as a whole: opened, run until told to stop, closed. It must not know how it was started.

pub mod activation;
pub mod descriptors;
pub mod metrics;
pub mod notify;
pub mod observer;
pub mod reload;
mod rules;
pub mod timing;

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use self::activation::Passed;
use self::notify::HealthProbe;
use self::observer::Observer;
use self::reload::Reloader;
use self::rules::rules;
use self::timing::Timing;
use crate::admin::reload::ReloadHandle;
use crate::admin::status::Facts;
use crate::admin::{AdminKey, KEY_FILE};
use crate::chat::Chat;
use crate::chat::proposal::Proposal;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::live::{Current, Terms};
use crate::config::sources::{Read, Sources};
use crate::connection::admission_context::AdmissionContext;
use crate::connection::auth_attempts::AuthAttempts;
use crate::connection::context::{Context, SCRATCH_BYTES};
use crate::connection::rate_limit::RateLimits;
use crate::delivery::ring::Capacity;
use crate::hub::{Hub, Parts};
use crate::hub_msg::HUB_MSGS_WAITING;
use crate::listener;
use crate::listener::crowd::Crowd;
use crate::listener::local::Local;
use crate::listener::sniff::{Acceptor, UNFINISHED};
use crate::naming::RandomNames;
use crate::order::{InProcess, Order as _, Proposer};
use crate::stats::Stats;
use crate::store::load;
use crate::store::lookup::Lookup;
use crate::store::reader::Reader;
use crate::store::threads::Threads;
use crate::store::writer::Writer;
use crate::tls::Tls;
use crate::{private, state_dir};

/// How many pages of history may wait for the hub.
const PAGES_WAITING: usize = 64;
/// A server that listens and is about to serve.
#[derive(Debug)]
pub struct Server {
    hub: Hub<InProcess, Threads>,
    listeners: Vec<TcpListener>,
    metrics: Option<TcpListener>,
    context: Arc<Context>,
    key: AdminKey,
    acceptor: Arc<Acceptor>,
    dir: PathBuf,
    change: watch::Sender<Arc<Terms>>,
    timing: Timing,
    unix: Local,
    ending: watch::Receiver<bool>,
    /// Held while the server runs, so that no second one takes the same store.
    lock: File,
}

impl Server {
    /// Opens the store and binds the port. Must be called inside a tokio runtime.
    pub fn open(config: &Config) -> Result<Self> {
        Self::open_timed(config, Timing::default())
    }

    /// The same with other times.
    pub fn open_timed(config: &Config, timing: Timing) -> Result<Self> {
        Self::open_on(Passed::default(), config, timing)
    }

    /// The same on sockets that were passed, if any were; what the configuration says of listening is ignored then.
    pub fn open_on(passed: Passed, config: &Config, timing: Timing) -> Result<Self> {
        let files = config.load()?;
        let dir = config.state_dir()?;
        state_dir::make(&dir)?;
        let lock = state_dir::lock(&dir)?;
        // The port first: whoever finds it taken has opened nothing.
        let Passed { tcp, unix } = passed;
        let listeners = listen(tcp, config)?;
        let metrics = config.metrics.map(listener::bind).transpose()?;
        let unix = Local::open(unix, config)?;
        let key = AdminKey::load_or_mint(&dir)?;
        let tls = Arc::new(Tls::open(config.live.certificate()?, config.listen.ip(), &dir)?);

        let rules = rules(config, files.motd.clone(), timing)?;
        let (change, terms) = Current::new(Terms { settings: config.live.clone(), files });
        let mut kept = terms.clone();

        let (committed_tx, committed) = mpsc::channel(1);
        let (pages_tx, pages) = mpsc::channel(PAGES_WAITING);
        let writer = Writer::start(
            &dir,
            config.sync,
            move || kept.get().settings.keep(),
            move |done| {
                drop(committed_tx.blocking_send(done));
            },
        )?;
        let reader = Reader::start(&dir, move |conn, page| drop(pages_tx.blocking_send((conn, page))))?;
        let clock = Arc::new(Clock::start());
        let addresses = listeners.iter().filter_map(|listener| listener.local_addr().ok());
        let facts = Facts {
            server: rules.server.clone(),
            pid: std::process::id(),
            listen: addresses.map(|address| address.to_string()).collect(),
            sockets: unix.paths(),
            state_dir: dir.clone(),
            durability: rules.durability,
        };
        let chat = Chat::new(rules, load::memory(&dir)?, clock.now());
        let order = InProcess::new();
        let (local_tx, local) = mpsc::channel(HUB_MSGS_WAITING);
        let (ending, ended) = watch::channel(false);
        let stats = Arc::new(Stats::default());
        let context = Context {
            stats: Arc::clone(&stats),
            clock: Arc::clone(&clock),
            proposer: order.proposer(),
            hub: local_tx,
            admission: AdmissionContext {
                key: key.clone(),
                terms: terms.clone(),
                auth_attempts: AuthAttempts::new(timing.exempt_loopback),
                rate_limits: RateLimits::default(),
                names: Mutex::new(RandomNames::new()),
            },
            scratch: Mutex::new(vec![0; SCRATCH_BYTES]),
            greeting: timing.greeting,
            write_stall: timing.write_stall,
            state_dir: dir.clone(),
            reload: OnceLock::new(),
            tls: Some(Arc::clone(&tls)),
        };
        let hub = Hub::new(Parts {
            chat,
            order,
            local,
            committed,
            pages,
            store: Threads { writer, reader, lookup: Lookup::open(&dir)? },
            clock,
            ending,
            patience: timing.patience,
            capacity: Capacity::default(),
            terms,
            facts,
            stats,
        });
        // Last: whoever cannot start hears of that and of nothing else.
        private::warn_of_visitors(&dir);
        private::warn_of_others(&dir.join(KEY_FILE));
        config.live.password_file.iter().for_each(|file| private::warn_of_others(file));
        private::warn_of_others(&tls.key_file(config.live.certificate()?));
        let crowd = Arc::new(Crowd::new(timing.exempt_loopback, timing.grace));
        let acceptor = Acceptor {
            tls,
            allow_plaintext: config.allow_plaintext,
            crowd,
            greeting: Arc::new(Semaphore::new(UNFINISHED)),
        };
        let (context, acceptor) = (Arc::new(context), Arc::new(acceptor));
        Ok(Self {
            hub,
            listeners,
            metrics,
            context,
            key,
            acceptor,
            dir,
            change,
            timing,
            unix,
            ending: ended,
            lock,
        })
    }

    /// Where it listens first; the port is the real one when port 0 was asked for.
    pub fn address(&self) -> Result<SocketAddr> {
        let first = self.addresses()?.first().copied();
        first.context("the server listens nowhere")
    }

    /// Where it listens.
    pub fn addresses(&self) -> Result<Vec<SocketAddr>> {
        let addresses = self.listeners.iter().map(TcpListener::local_addr).collect::<std::io::Result<_>>();
        addresses.context("a listening socket has no address")
    }

    /// The key that makes a connection admin.
    #[must_use]
    pub fn admin_key(&self) -> &AdminKey {
        &self.key
    }

    /// Who the server is over TLS; it can be told to read its certificate again.
    #[must_use]
    pub fn tls(&self) -> &Arc<Tls> {
        &self.acceptor.tls
    }

    /// A handle that ends the server.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(self.context.proposer.clone())
    }

    /// How it is, for whoever watches it.
    #[must_use]
    pub fn health(&self) -> HealthProbe {
        HealthProbe { hub: self.context.hub.clone(), counts: self.hub.counts() }
    }

    /// What can be known of it while it runs.
    #[must_use]
    pub fn observer(&self) -> Observer {
        Observer {
            stats: Arc::clone(&self.context.stats),
            clock: Arc::clone(&self.context.clock),
            counts: self.hub.counts(),
            proposer: self.context.proposer.clone(),
            hub: self.context.hub.clone(),
            dir: self.dir.clone(),
        }
    }

    /// Where the metrics are served, if they are.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref()?.local_addr().ok()
    }

    /// Turns true when the server says goodbye.
    #[must_use]
    pub fn ending(&self) -> watch::Receiver<bool> {
        self.ending.clone()
    }

    /// What configures it anew while it runs; its operator may ask for that from now on. `read` is what it was opened
    /// with.
    #[must_use]
    pub fn reloader(&self, sources: Sources, read: Read) -> Arc<Reloader> {
        let tls = Arc::clone(&self.acceptor.tls);
        let (proposer, change) = (self.context.proposer.clone(), self.change.clone());
        let reloader = Arc::new(Reloader::new(sources, read, self.timing, proposer, change, tls));
        let (handle, requests) = ReloadHandle::new();
        if self.context.reload.set(handle).is_ok() {
            tokio::spawn(Arc::clone(&reloader).serve(requests));
        }
        reloader
    }

    /// Serves until it is stopped; returns whether it was told to come back.
    pub async fn run(self) -> bool {
        let (observer, health) = (self.observer(), self.health());
        let Self { hub, listeners, metrics, context, acceptor, unix, mut ending, lock, .. } = self;
        // To the end: also a server that hangs while it stops is to be seen.
        let telling = metrics.map(|listener| tokio::spawn(metrics::serve(listener, observer, health)));
        let accepting = tokio::spawn(async move {
            tokio::select! {
                () = listener::run(listeners, Arc::clone(&context), acceptor) => {}
                () = unix.run(context) => {}
                _ = ending.wait_for(|ending| *ending) => {}
            }
        });
        let restart = hub.run().await;
        // The sockets are closed, and the file of the local one is gone, before the next server may begin.
        accepting.abort();
        accepting.await.ok();
        telling.iter().for_each(JoinHandle::abort);
        // By word, not only by closing: a child that some other thread starts just now has the file open as well.
        if let Err(error) = lock.unlock() {
            tracing::warn!(%error, "could not unlock the state directory");
        }
        restart
    }
}

/// Ends a server from outside: everyone is told, everything is kept.
#[derive(Clone, Debug)]
pub struct Stopper(Proposer);

impl Stopper {
    /// Ends it.
    pub async fn stop(&self) {
        // A server that is gone already is stopped.
        self.0.propose(Proposal::Stop { restart: false }).await.ok();
    }
}

/// The sockets to serve: those that were passed, or one of our own.
fn listen(passed: Vec<std::net::TcpListener>, config: &Config) -> Result<Vec<TcpListener>> {
    if passed.is_empty() {
        return Ok(vec![listener::bind(config.listen)?]);
    }
    tracing::info!(ignored = %config.listen, "sockets were passed by the service manager; --listen is ignored");
    passed.into_iter().map(listener::adopt).collect()
}
