//! The server as a whole: opened, run until told to stop, closed. It must not know how it was started.

pub mod activation;
pub mod descriptors;
pub mod metrics;
pub mod notify;
pub mod observer;
pub mod reload;
mod rules;

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use self::activation::PassedSockets;
use self::notify::HealthProbe;
use self::observer::Observer;
use self::reload::Reloader;
use self::rules::rules;
use crate::admin::reload::ReloadHandle;
use crate::admin::status::Facts;
use crate::admin::{AdminKey, KEY_FILE};
use crate::assembly::{self, Core, Plan, SingleCore};
use crate::chat::conn_id::NodeStart;
use crate::chat::proposal::Proposal;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::live::{Current, Terms};
use crate::config::sources::{Read, Sources};
use crate::delivery::ring::RingCapacity;
use crate::listener;
use crate::listener::sniff::Acceptor;
use crate::listener::unix_socket::UnixSockets;
use crate::order::Proposer;
use crate::random_names::RandomNames;
use crate::store::Results;
use crate::store::load;
use crate::store::threads::Threads;
use crate::timing::Timing;
use crate::tls::Tls;
use crate::transport::pipe::Pipe;
use crate::{private_files, state_dir};

/// A server that listens and is about to serve.
#[derive(Debug)]
pub struct Server {
    core: SingleCore<Threads>,
    listeners: Vec<TcpListener>,
    metrics: Option<TcpListener>,
    key: AdminKey,
    acceptor: Acceptor,
    dir: PathBuf,
    change: watch::Sender<Arc<Terms>>,
    timing: Timing,
    unix: UnixSockets,
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
        Self::open_on(PassedSockets::default(), config, timing)
    }

    /// The same on sockets that were passed, if any were; what the configuration says of listening is ignored then.
    pub fn open_on(passed: PassedSockets, config: &Config, timing: Timing) -> Result<Self> {
        let files = config.load()?;
        let dir = config.state_dir()?;
        state_dir::make(&dir)?;
        let lock = state_dir::lock(&dir)?;
        // The port first: whoever finds it taken has opened nothing.
        let PassedSockets { tcp, unix } = passed;
        let listeners = listen(tcp, config)?;
        let metrics = config.metrics.map(listener::bind).transpose()?;
        let unix = UnixSockets::open(unix, config)?;
        let key = AdminKey::load_or_create(&dir)?;
        let tls = Arc::new(Tls::open(config.live.certificate()?, config.listen.ip(), &dir)?);

        let rules = rules(config, files.motd.clone(), timing)?;
        let (change, terms) = Current::new(Terms { settings: config.live.clone(), files });
        let mut kept = terms.clone();
        let (answers, results) = Results::channels();
        let keep = move || kept.get().settings.keep();
        let clock = Arc::new(Clock::start());
        let store = Threads::start(&dir, config.sync, keep, Arc::clone(&clock), answers)?;
        let addresses = listeners.iter().filter_map(|listener| listener.local_addr().ok());
        let facts = Facts {
            server: rules.server.clone(),
            pid: std::process::id(),
            listen: addresses.map(|address| address.to_string()).collect(),
            sockets: unix.paths(),
            state_dir: dir.clone(),
            durability: rules.durability,
        };
        let core = assembly::single(Plan {
            start: NodeStart { node: 0, start: store.starts() },
            rules,
            memory: load::memory(&dir)?,
            store,
            results,
            clock,
            terms,
            key: key.clone(),
            names: RandomNames::new(),
            timing,
            capacity: RingCapacity::default(),
            facts,
            state_dir: dir.clone(),
            tls: Some(Arc::clone(&tls)),
        });
        // Last: whoever cannot start hears of that and of nothing else.
        private_files::warn_of_visitors(&dir);
        private_files::warn_of_others(&dir.join(KEY_FILE));
        config.live.password_file.iter().for_each(|file| private_files::warn_of_others(file));
        private_files::warn_of_others(&tls.key_file(config.live.certificate()?));
        let acceptor = Acceptor::new(&core.context, tls, config.allow_plaintext, timing);
        Ok(Self { core, listeners, metrics, key, acceptor, dir, change, timing, unix, lock })
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
        self.acceptor.tls()
    }

    /// A handle that ends the server.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(self.core.context.proposer.clone())
    }

    /// How it is, for whoever watches it.
    #[must_use]
    pub fn health(&self) -> HealthProbe {
        HealthProbe { hub: self.core.context.hub.clone(), counts: self.core.hub.counts() }
    }

    /// What can be known of it while it runs.
    #[must_use]
    pub fn observer(&self) -> Observer {
        Observer {
            stats: Arc::clone(&self.core.context.stats),
            clock: Arc::clone(&self.core.context.clock),
            counts: self.core.hub.counts(),
            proposer: self.core.context.proposer.clone(),
            hub: self.core.context.hub.clone(),
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
        self.core.ending.clone()
    }

    /// What configures it anew while it runs; its operator may ask for that from now on. `read` is what it was opened
    /// with.
    #[must_use]
    pub fn reloader(&self, sources: Sources, read: Read) -> Arc<Reloader> {
        let tls = Arc::clone(self.acceptor.tls());
        let (proposer, change) = (self.core.context.proposer.clone(), self.change.clone());
        let reloader = Arc::new(Reloader::new(sources, read, self.timing, proposer, change, tls));
        let (handle, requests) = ReloadHandle::new();
        if self.core.context.reload.set(handle).is_ok() {
            tokio::spawn(Arc::clone(&reloader).serve(requests));
        }
        reloader
    }

    /// A handle that lets code in this process be connections of the server; see [`Acceptor::attach`].
    #[must_use]
    pub fn acceptor(&self) -> Acceptor {
        self.acceptor.clone()
    }

    /// Serves a pipe in memory as a connection from this address, with everything that holds for one over the network.
    pub fn attach(&self, stream: Pipe, peer: SocketAddr) {
        self.acceptor.attach(stream, peer);
    }

    /// Serves until it is stopped; returns whether it was told to come back.
    pub async fn run(self) -> bool {
        let (observer, health) = (self.observer(), self.health());
        let Self { core, listeners, metrics, acceptor, unix, lock, .. } = self;
        let Core { hub, context, mut ending } = core;
        // To the end: also a server that hangs while it stops is to be seen.
        let metrics_task = metrics.map(|listener| tokio::spawn(metrics::serve(listener, observer, health)));
        let accept_task = tokio::spawn(async move {
            tokio::select! {
                () = listener::run(listeners, acceptor) => {}
                () = unix.run(context) => {}
                _ = ending.wait_for(|ending| *ending) => {}
            }
        });
        let restart = hub.run().await;
        // The sockets are closed, and the file of the local one is gone, before the next server may begin.
        accept_task.abort();
        accept_task.await.ok();
        metrics_task.iter().for_each(JoinHandle::abort);
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
