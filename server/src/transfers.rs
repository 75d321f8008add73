//! Files on the server: everything that moves and keeps the bytes of contents. [`Transfers`] is the handle that the rest of the server
//! has. What touches the disk, and every connection that moves a content, runs on threads of its own that stand back behind the others (`pool`), so
//! that the hub, the writer thread and the outboxes never see a byte of a file.
//!
//! `service` answers who may send and fetch what, by what `registry` knows: contents, who holds them, tokens, limits. A connection
//! whose greeting is a token is handed over ([`handover`]) and `receive`s or `send`s; the files are those of [`folder`]. `sweep` removes
//! what no message brings. On a node of a cluster, `replication` looks for contents that are missing
//! here, and `pull_from_node` brings them from the other nodes; how those are reached is behind [`nodes_interface`].

mod allowance;
mod answer;
mod contents;
mod days;
pub mod folder;
pub mod handover;
mod hashing;
mod holds;
mod job;
pub mod limits;
pub mod nodes_interface;
mod parts;
mod pool;
mod pull_from_node;
mod pull_queue;
mod pump;
mod receive;
pub mod referred;
mod registry;
mod replication;
mod replication_state;
mod running;
mod send;
mod service;
mod shared_state;
mod stall;
pub mod stats;
mod sweep;
mod tokens;
pub mod wanted;

use std::io::Result;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use shared::client_msg::Upload;
use shared::file::Attachment;
use shared::{Code, FileHash, Refusal, TransferToken, Uid};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use self::folder::Folder;
use self::handover::Handover;
use self::limits::{TransferLimits, TransferTiming};
use self::nodes_interface::OtherNodes;
use self::referred::{Brings, Referred};
use self::registry::Registry;
use self::service::{Ask, Service};
use self::shared_state::SharedState;
use self::stats::TransferStats;
use self::wanted::Wanted;

/// The most questions that wait for the service; further ones are refused.
const ASKS: usize = 256;
/// How long the end of the server waits for running transfers to say so.
const ENDING: Duration = Duration::from_secs(2);

/// The handle; cheap to clone.
#[derive(Clone, Debug)]
pub struct Transfers {
    shared: Arc<SharedState>,
    /// Where the service is asked.
    asks: mpsc::Sender<Ask>,
}

impl Transfers {
    /// Of a server that has no files.
    #[must_use]
    pub fn none() -> Self {
        let (transfers, service) = Self::new(Path::new(""), TransferTiming::default(), None);
        drop(service);
        transfers
    }

    /// Of a server with this state directory, on a thread of its own that ends with it.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(state_dir: &Path, timing: TransferTiming, referred: Box<dyn Referred>) -> Result<Self> {
        let (transfers, service) = Self::new(state_dir, timing, Some(referred));
        let runtime = pool::runtime()?;
        std::thread::Builder::new().name("transfers".into()).spawn(move || {
            pool::stand_back();
            if let Some(service) = service {
                runtime.block_on(service.run());
            }
            // What still waits for the disk is nobody's any more.
            runtime.shutdown_background();
        })?;
        Ok(transfers)
    }

    /// The handle, and what is to be run on the calling task's runtime: for a simulation.
    pub fn on_this_runtime(
        state_dir: &Path,
        timing: TransferTiming,
        referred: Box<dyn Referred>,
    ) -> (Self, impl Future<Output = ()> + Send + use<>) {
        let (transfers, service) = Self::new(state_dir, timing, Some(referred));
        (transfers, async move {
            if let Some(service) = service {
                service.run().await;
            }
        })
    }

    fn new(
        state_dir: &Path,
        timing: TransferTiming,
        referred: Option<Box<dyn Referred>>,
    ) -> (Self, Option<Service>) {
        let limits = TransferLimits::default();
        let registry = Registry::new(limits, timing);
        let shared = Arc::new(SharedState::new(registry, Folder::of(state_dir)));
        let (asks, asked) = mpsc::channel(ASKS);
        let service = referred.map(|referred| Service { shared: Arc::clone(&shared), asks: asked, referred });
        (Self { shared, asks }, service)
    }

    /// Asks to send a content: no token where nothing need be sent, because the content is here and this identity has sent it
    /// or proved that it has it.
    ///
    /// # Errors
    /// Where it is not taken, with what to do.
    pub async fn upload(
        &self,
        uid: Uid,
        upload: &Upload,
    ) -> std::result::Result<Option<TransferToken>, Refusal> {
        self.ask(|answer| Ask::Upload(uid, upload.clone(), answer)).await
    }

    /// A token to fetch a content that the asker may read.
    ///
    /// # Errors
    /// Where the content is gone, or too much is moved at once.
    pub async fn download(&self, uid: Uid, file: &Attachment) -> std::result::Result<TransferToken, Refusal> {
        self.ask(|answer| Ask::Download(uid, Box::new(file.clone()), answer)).await
    }

    /// The length of a content that this identity sent or proved within the last day and that is on disk. Keeps it from being
    /// removed for as long as its message takes to be stored.
    #[must_use]
    pub fn held(&self, uid: Uid, sha256: FileHash) -> Option<u64> {
        self.shared.registry().held(uid, sha256, Instant::now())
    }

    /// From now on contents are shared with other nodes; once at most, before clients come.
    pub fn share(&self, others: Arc<dyn OtherNodes>, brings: Box<dyn Brings>) {
        self.shared.share(others, brings);
    }

    /// Whether contents are shared with other nodes: then a message that brings one waits for [`Self::copied`].
    #[must_use]
    pub fn are_shared(&self) -> bool {
        self.shared.replication.get().is_some()
    }

    /// Waits until another node has this content of an identity on its disk, for some seconds at most: a message that brings it is
    /// acknowledged all the same then, since that it can be said at all comes first.
    pub async fn copied(&self, uid: Uid, sha256: FileHash, bytes: u64) {
        if !replication::copied(&self.shared, Wanted { sha256, bytes }, uid).await {
            self.shared.stats.uncopied.add(1);
            tracing::warn!(%sha256, bytes, "no other node took a file; if the disk of this one is lost before one does, so is the file");
        }
    }

    /// These contents may have lost their last message, which is stored already: asks the store, and removes those that nobody refers
    /// to.
    pub fn released(&self, hashes: Vec<FileHash>) {
        self.shared.registry().release(hashes, Instant::now());
        self.shared.to_do.notify_one();
    }

    /// The last connection of this identity is gone: its tokens open nothing any more.
    pub fn gone(&self, uid: Uid) {
        self.shared.registry().gone(uid);
    }

    /// This identity was kicked or banned: its tokens open nothing any more, and its transfers end.
    pub fn end(&self, uid: Uid) {
        self.shared.registry().end(uid);
    }

    /// Changes the limits from now on.
    pub fn set_limits(&self, limits: TransferLimits) {
        self.shared.registry().limits = limits;
    }

    /// The counters.
    #[must_use]
    pub fn stats(&self) -> &TransferStats {
        &self.shared.stats
    }

    /// The server ends: transfers that run are told, and nothing more is begun.
    pub fn shut_down(&self) {
        self.shared.registry().shut_down();
        self.shared.ending.notify_one();
    }

    /// Waits until all transfers have ended, for a while.
    pub async fn ended(&self) {
        if self.asks.is_closed() {
            return;
        }
        let mut ended = self.shared.ended.subscribe();
        timeout(ENDING, ended.wait_for(|ended| *ended)).await.ok();
    }

    /// Serves a connection that moves a content, until it ends.
    pub async fn serve(&self, handover: Handover) {
        let (done, over) = oneshot::channel();
        match self.asks.send(Ask::Serve(handover, done)).await {
            // It is never sent, only dropped.
            Ok(()) => drop(over.await),
            Err(mpsc::error::SendError(Ask::Serve(handover, _))) => {
                answer::refuse(&handover.socket, no_files()).await;
            }
            Err(_) => {}
        }
    }

    async fn ask<T>(
        &self,
        ask: impl FnOnce(oneshot::Sender<std::result::Result<T, Refusal>>) -> Ask,
    ) -> std::result::Result<T, Refusal> {
        let (answer, answered) = oneshot::channel();
        match self.asks.try_send(ask(answer)) {
            Ok(()) => answered.await.unwrap_or_else(|_| Err(no_files())),
            Err(TrySendError::Closed(_)) => Err(no_files()),
            Err(TrySendError::Full(_)) => Err(allowance::too_many()),
        }
    }
}

fn no_files() -> Refusal {
    Refusal::new(Code::Forbidden, "this server takes no files")
}
