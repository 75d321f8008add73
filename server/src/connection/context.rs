//! What all connections of a server share: the proposer, the hub's queue, admission, the read buffer, timeouts.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use shared::{Code, Name, Refusal, ServerId, Uid};

use super::admission_context::AdmissionContext;
use super::refusal_log::RefusalLog;
use crate::admin::reload::ReloadHandle;
use crate::chat::conn_id::{ConnId, NodeStart};
use crate::chat::find::Wanted;
use crate::clock::Clock;
use crate::derived_secrets::DerivedSecrets;
use crate::doors::Doors;
use crate::hub::replica::Followed;
use crate::hub::stall_flags::StallFlags;
use crate::hub_msg::HubMsg;
use crate::irc_people::People;
use crate::irc_positions::Positions;
use crate::order::{Closed, Proposer};
use crate::stats::Stats;
use crate::store::search_index::status::IndexStatus;
use crate::tls::Tls;
use crate::transfers::Transfers;
use crate::transport::peer::Peer;

/// The most bytes read at once: what one turn of a connection may cost, and what may wait while a rate limit holds.
pub const SCRATCH_BYTES: usize = 16 * 1024;

/// Generates connection ids, for all transports.
#[derive(Debug)]
pub struct ConnIds {
    on: NodeStart,
    last: AtomicU64,
}

impl ConnIds {
    /// Counts from 1 in this start of this node.
    #[must_use]
    pub const fn new(on: NodeStart) -> Self {
        Self { on, last: AtomicU64::new(0) }
    }

    /// The next id.
    pub fn next(&self) -> ConnId {
        ConnId::new(self.on, self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// What every connection shares.
#[derive(Debug)]
pub struct Context {
    /// Generates connection ids.
    pub conn_ids: ConnIds,
    /// The counters.
    pub stats: Arc<Stats>,
    /// The clock.
    pub clock: Arc<Clock>,
    /// Where proposals go.
    pub proposer: Proposer,
    /// How far the order was followed, in a cluster.
    pub followed: Option<Followed>,
    /// Whether nothing new is taken, because the nodes of a cluster cannot agree.
    pub stall_flags: StallFlags,
    /// The hub's queue for everything else.
    pub hub: mpsc::Sender<HubMsg>,
    /// What admission shares.
    pub admission: AdmissionContext,
    /// One read buffer for all connections, locked for the duration of a read, so that an idle connection has none.
    pub scratch: Mutex<Vec<u8>>,
    /// How long a greeting may take.
    pub greeting: Duration,
    /// How long a socket may stay unwritable before the connection is dropped (write stall).
    pub write_stall: Duration,
    /// The state directory, for the operator's status.
    pub state_dir: PathBuf,
    /// The handle for reloading the configuration; not set in a server hosted by a client.
    pub reload: OnceLock<ReloadHandle>,
    /// Which server this is, for `identify`.
    pub server_id: Option<ServerId>,
    /// The TLS identity, if there is one.
    pub tls: Option<Arc<Tls>>,
    /// How the search index does, for the operator's status.
    pub index: Arc<IndexStatus>,
    /// The contents of files.
    pub transfers: Transfers,
    /// Makes the secrets of those who log in by a word or a certificate.
    pub derived_secrets: DerivedSecrets,
    /// The doors there are, for the operator's status.
    pub doors: Arc<Doors>,
    /// Logs who is refused, a line a second at most.
    pub refusal_log: RefusalLog,
    /// How far IRC clients had read when they went.
    pub irc_positions: Positions,
    /// What IRC sessions know of people.
    pub irc_people: People,
}

impl Context {
    /// Sends the hub a message, and waits while its queue is full (backpressure).
    pub async fn tell_hub(&self, msg: HubMsg) -> Result<(), Closed> {
        match self.hub.try_send(msg) {
            Ok(()) => Ok(()),
            Err(TrySendError::Closed(_)) => Err(Closed),
            // Boxed, and allocated only if the queue is full: it would enlarge the task of every connection.
            Err(TrySendError::Full(msg)) => Box::pin(self.hub.send(msg)).await.map_err(|_| Closed),
        }
    }

    /// Asks the hub who this is.
    pub async fn find(&self, wanted: Wanted) -> Option<(Uid, Name)> {
        let (found, answer) = oneshot::channel();
        self.tell_hub(HubMsg::Find(wanted, found)).await.ok()?;
        answer.await.ok().flatten()
    }

    /// Logs and counts a refusal of a connection that the hub does not know.
    pub fn note_refusal(&self, from: Peer, refusal: &Refusal) {
        self.refusal_log.note(from, refusal.code, self.clock.uptime_ms());
        self.stats.refused(refusal.code);
        self.stats.kept_out.note(refusal, from.ip(), self.clock.now());
    }

    /// The refusal for a connection that did not greet in time.
    #[must_use]
    pub fn greeting_timeout(&self) -> Refusal {
        let late = format!("no hello within {} s; say hello first", self.greeting.as_secs());
        Refusal::new(Code::Timeout, late)
    }
}
