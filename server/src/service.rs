//! The server as a process has it: opens the state directory, the store and the sockets, assembles the core, serves until
//! it is stopped, and closes everything in order. Used by `chinwagd` and by a client that hosts a server.

pub mod activation;
mod chat_rules;
pub mod check;
#[cfg(feature = "cluster")]
mod files_over_nats;
mod followed_order;
pub mod health;
#[cfg(feature = "cluster")]
pub mod joining;
mod locked_dir;
pub mod metrics;
#[cfg(feature = "cluster")]
mod node_identity;
pub mod notify;
pub mod observer;
pub mod reload;
mod serving;
#[cfg(feature = "cluster")]
mod state_transfer;
#[cfg(feature = "cluster")]
mod trimming;
#[cfg(feature = "cluster")]
pub mod unfit;

use std::any::Any;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use self::activation::PassedSockets;
use self::chat_rules::rules;
use self::followed_order::{Followed, Opened};
use self::health::{Health, HealthProbe};
use self::locked_dir::LockedDir;
use self::observer::Observer;
use self::reload::Reloader;
use crate::admin::cluster::ClusterReport;
use crate::admin::reload::ReloadHandle;
use crate::admin::status::Facts;
use crate::admin::{AdminKey, KEY_FILE};
use crate::assembly::{self, Core, Plan, State};
use crate::chat::conn_id::NodeStart;
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::config::live::{Current, Terms};
use crate::config::sources::{Read, Sources};
use crate::delivery::ring::RingCapacity;
use crate::derived_secrets::DerivedSecrets;
use crate::hub::replica::{Replica, Standing};
use crate::hub_msg::HubMsg;
use crate::listener;
use crate::listener::acceptor::Acceptor;
use crate::listener::unix_socket::UnixSockets;
use crate::order::Order;
use crate::order::in_process::InProcess;
use crate::private_files;
use crate::random_names::RandomNames;
use crate::store::Results;
use crate::store::brought::BroughtReader;
use crate::store::files::OpenedFiles;
use crate::store::load;
use crate::store::replica;
use crate::store::search_index::status::IndexStatus;
use crate::store::threads::{Background, Threads};
use crate::timing::Timing;
use crate::tls::Tls;
use crate::tls::served_key::ServedKey;
use crate::transfers::Transfers;
use crate::transport::pipe::Pipe;

/// A server that listens and is about to serve.
#[derive(Debug)]
pub struct Server<O = InProcess> {
    core: Core<O, Threads>,
    /// How it stands to the cluster, if it is a node of one.
    standing: Option<watch::Receiver<Standing>>,
    /// How its cluster is, alike.
    cluster: Option<watch::Receiver<Option<ClusterReport>>>,
    /// What goes on until it is dropped.
    held: Option<Box<dyn Any + Send>>,
    listeners: Vec<TcpListener>,
    irc: Vec<TcpListener>,
    metrics: Option<TcpListener>,
    key: AdminKey,
    acceptor: Acceptor,
    dir: PathBuf,
    files: Arc<OpenedFiles>,
    index: Arc<IndexStatus>,
    background: Background,
    change: watch::Sender<Arc<Terms>>,
    timing: Timing,
    unix: UnixSockets,
    /// The lock on the state directory, so that no second server opens the same store.
    lock: File,
}

impl Server<InProcess> {
    /// Opens the store and binds the port. Must be called inside a tokio runtime.
    pub fn open(config: &Config) -> Result<Self> {
        Self::open_timed(config, Timing::default())
    }

    /// The same with other timeouts.
    pub fn open_timed(config: &Config, timing: Timing) -> Result<Self> {
        Self::open_on(PassedSockets::default(), config, timing)
    }

    /// The same on sockets passed by the service manager; if there are any, the configured addresses are ignored.
    pub fn open_on(passed: PassedSockets, config: &Config, timing: Timing) -> Result<Self> {
        let dir = LockedDir::of(config)?;
        Self::open_with(dir, (passed, None), config, timing, |opened| {
            let dir = opened.dir;
            if replica::load(dir)?.is_some() {
                replica::forget(dir, config.sync)?;
            }
            Ok(Followed {
                held: None,
                order: InProcess::new(Arc::clone(opened.clock)),
                start: NodeStart { node: 0, start: opened.starts },
                state: State::Stored(load::memory(dir)?),
                replica: None,
                standing: None,
            })
        })
    }
}

impl<O: Order> Server<O> {
    /// Opens everything in a directory, and follows an order there. The sockets of operators may be open already.
    fn open_with(
        LockedDir { path: dir, lock }: LockedDir,
        (passed, operators): (PassedSockets, Option<UnixSockets>),
        config: &Config,
        timing: Timing,
        follow: impl FnOnce(&Opened<'_>) -> Result<Followed<O>>,
    ) -> Result<Self> {
        let files = config.load()?;
        // Before the store is opened, so that a taken port leaves the store alone.
        let PassedSockets { tcp, irc, unix } = passed;
        let listeners = listen((tcp, "listen"), &config.listen, config.free_bind)?;
        let irc = listen((irc, "irc"), &config.irc, config.free_bind)?;
        let metrics = config.metrics.map(|address| listener::bind(address, config.free_bind)).transpose()?;
        let unix = operators.map_or_else(|| UnixSockets::open(unix, config), Ok)?;
        let key = AdminKey::load_or_create(&dir)?;
        let tls = Arc::new(Tls::open(
            config.live.certificate()?,
            &config.listen.iter().chain(&config.irc).map(SocketAddr::ip).collect::<Vec<_>>(),
            &dir,
        )?);
        let served = ServedKey { key: tls.fingerprint(), next: files.next_key.clone() };
        let other_key = ServedKey::read(&dir).and_then(|before| before.warning(&served.key));

        let known_files = files.clone();
        let (change, terms) = Current::new(Terms { settings: config.live.clone(), files });
        let mut kept = terms.clone();
        let (answers, results) = Results::channels();
        let keep = move || kept.get().settings.keep();
        let clock = Arc::new(Clock::start());
        // Whoever deletes a message says so before there is anybody to hear it; what is there at the start is looked through.
        let listens = Arc::new(OnceLock::<Transfers>::new());
        let told = Arc::clone(&listens);
        let released = move |hashes| told.get().map_or((), |transfers| transfers.released(hashes));
        let store = Threads::start(&dir, config.sync, keep, Arc::clone(&clock), released, answers)?;
        let transfers = start_transfers(&dir, timing, config)?;
        listens.get_or_init(|| transfers.clone());
        let (opened, index, background) = (store.files(), store.index_status(), store.background());
        let known_by = (store.id().cloned(), tls.fingerprint());
        let derived_secrets = DerivedSecrets::open(&dir, store.id().cloned())?;
        let rules = rules(config, &known_files, timing, known_by)?;
        let addresses = |listeners: &[TcpListener]| {
            let addresses = listeners.iter().filter_map(|listener| listener.local_addr().ok());
            addresses.map(|address| address.to_string()).collect()
        };
        let facts = Facts {
            server: rules.server.clone(),
            pid: std::process::id(),
            listen: addresses(&listeners),
            irc: addresses(&irc),
            sockets: unix.paths(),
            state_dir: dir.clone(),
            durability: rules.durability,
        };
        let now = Opened {
            dir: &dir,
            clock: &clock,
            starts: store.starts(),
            rules: &rules,
            listen: &facts.listen,
            transfers: &transfers,
        };
        let Followed { order, start, state, replica, standing, held } = follow(&now)?;
        let cluster = replica.as_ref().map(Replica::report);
        let plan = Plan {
            start,
            rules,
            state,
            store,
            results,
            clock,
            terms,
            change: change.clone(),
            key: key.clone(),
            names: RandomNames::new(),
            timing,
            capacity: RingCapacity::default(),
            facts,
            state_dir: dir.clone(),
            tls: Some(Arc::clone(&tls)),
            derived_secrets,
            index: Arc::clone(&index),
            transfers,
            replica,
        };
        let core = assembly::with_order(order, plan);
        // Last, so that a failed start shows its error only.
        served.write(&dir);
        for warning in other_key.into_iter().chain(tls.certificate().warning(clock::wall())) {
            tracing::warn!("{warning}");
        }
        warn_of_readers(&dir, config, &tls)?;
        let acceptor = Acceptor::new(&core.context, tls, config.allow_plaintext, timing);
        Ok(Self {
            core,
            standing,
            cluster,
            held,
            listeners,
            irc,
            metrics,
            key,
            acceptor,
            dir,
            files: opened,
            index,
            background,
            change,
            timing,
            unix,
            lock,
        })
    }

    /// The first listening address, with the real port if port 0 was requested.
    pub fn address(&self) -> Result<SocketAddr> {
        let first = self.addresses()?.first().copied();
        first.context("the server listens nowhere")
    }

    /// The listening addresses.
    pub fn addresses(&self) -> Result<Vec<SocketAddr>> {
        addresses(&self.listeners)
    }

    /// Those for IRC clients.
    pub fn irc_addresses(&self) -> Result<Vec<SocketAddr>> {
        addresses(&self.irc)
    }

    /// The admin key.
    #[must_use]
    pub fn admin_key(&self) -> &AdminKey {
        &self.key
    }

    /// The TLS identity, which can be reloaded.
    #[must_use]
    pub fn tls(&self) -> &Arc<Tls> {
        self.acceptor.tls()
    }

    /// A handle that ends the server.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(self.core.context.hub.clone())
    }

    /// Its health.
    #[must_use]
    pub fn health(&self) -> Health {
        let probe = HealthProbe::new(self.core.context.hub.clone(), self.core.hub.counts());
        Health { probe, observer: self.observer(), ending: self.ending() }
    }

    /// An observer of its counters.
    #[must_use]
    pub fn observer(&self) -> Observer {
        Observer {
            stats: Arc::clone(&self.core.context.stats),
            clock: Arc::clone(&self.core.context.clock),
            counts: self.core.hub.counts(),
            proposer: self.core.context.proposer.clone(),
            hub: self.core.context.hub.clone(),
            dir: self.dir.clone(),
            files: Arc::clone(&self.files),
            index: Arc::clone(&self.index),
            background: self.background.clone(),
            transfers: self.core.context.transfers.clone(),
            terms: self.core.context.admission.terms.clone(),
            tls: self.core.context.tls.clone(),
            cluster: self.cluster.clone(),
        }
    }

    /// The address of the metrics, if they are served.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref()?.local_addr().ok()
    }

    /// How it stands to its cluster, if it is a node of one.
    #[must_use]
    pub fn standing(&self) -> Option<watch::Receiver<Standing>> {
        self.standing.clone()
    }

    /// Becomes true when the server ends, after the goodbyes were queued.
    #[must_use]
    pub fn ending(&self) -> watch::Receiver<bool> {
        self.core.ending.clone()
    }

    /// A reloader for its configuration; the operator can request reloads from now on. `read` is the configuration it was
    /// opened with.
    #[must_use]
    pub fn reloader(&self, sources: Sources, read: Read) -> Arc<Reloader> {
        let tls = Arc::clone(self.acceptor.tls());
        let (proposer, change) = (self.core.context.proposer.clone(), self.change.clone());
        let transfers = self.core.context.transfers.clone();
        let (dir, id) = (self.dir.clone(), self.core.context.server_id.clone());
        let reloader = Arc::new(Reloader::new(
            sources,
            read,
            self.timing,
            (proposer, change, transfers),
            (tls, id),
            dir,
        ));
        let (handle, requests) = ReloadHandle::new();
        if self.core.context.reload.set(handle).is_ok() {
            tokio::spawn(Arc::clone(&reloader).serve(requests));
        }
        reloader
    }

    /// A handle to attach connections from code in this process; see [`Acceptor::attach`].
    #[must_use]
    pub fn acceptor(&self) -> Acceptor {
        self.acceptor.clone()
    }

    /// Serves a pipe in memory as a connection from this address, with all limits of one over the network.
    pub fn attach(&self, stream: Pipe, peer: SocketAddr) {
        self.acceptor.attach(stream, peer);
    }
}

/// Stops a server from outside, gracefully: everyone gets a goodbye, and everything is committed.
#[derive(Clone, Debug)]
pub struct Stopper(mpsc::Sender<HubMsg>);

impl Stopper {
    /// Stops it.
    pub async fn stop(&self) {
        // Fails only if the server has ended already.
        self.0.send(HubMsg::Leave).await.ok();
    }
}

fn start_transfers(dir: &Path, timing: Timing, config: &Config) -> Result<Transfers> {
    let brought = BroughtReader::open(dir).context("cannot read which files messages bring")?;
    let transfers = Transfers::start(dir, timing.transfers, Box::new(brought))
        .context("cannot start the thread of transfers")?;
    transfers.set_limits(config.live.file_limits.of_transfers());
    Ok(transfers)
}

/// Warns of secrets that other users of the machine can read.
fn warn_of_readers(dir: &Path, config: &Config, tls: &Tls) -> Result<()> {
    private_files::warn_of_visitors(dir);
    private_files::warn_of_others(&dir.join(KEY_FILE));
    config.live.password_file.iter().for_each(|file| private_files::warn_of_others(file));
    private_files::warn_of_others(&tls.key_file(config.live.certificate()?));
    Ok(())
}

/// The sockets to serve: those passed by the service manager in place of this setting, or new ones.
fn listen(
    (passed, setting): (Vec<std::net::TcpListener>, &str),
    configured: &[SocketAddr],
    free: bool,
) -> Result<Vec<TcpListener>> {
    if passed.is_empty() {
        return listener::bind_all(configured, free);
    }
    let ignored = configured.iter().map(SocketAddr::to_string).collect::<Vec<_>>().join(", ");
    tracing::info!(ignored, "sockets were passed by the service manager; --{setting} is ignored");
    passed.into_iter().map(listener::adopt).collect()
}

fn addresses(listeners: &[TcpListener]) -> Result<Vec<SocketAddr>> {
    let addresses = listeners.iter().map(TcpListener::local_addr).collect::<std::io::Result<_>>();
    addresses.context("a listening socket has no address")
}
