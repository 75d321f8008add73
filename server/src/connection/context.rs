//! What all connections of a server share: where their proposals go, what admission decides by, the buffer they read into.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::mpsc;

use shared::{Code, Refusal};

use super::admission_context::AdmissionContext;
use crate::admin::reload::ReloadHandle;
use crate::chat::conn_id::{ConnId, NodeStart};
use crate::clock::Clock;
use crate::hub_msg::HubMsg;
use crate::order::Proposer;
use crate::stats::Stats;
use crate::tls::Tls;

/// The bytes read at once, at most.
pub const SCRATCH_BYTES: usize = 64 * 1024;

/// Gives every connection of a server a number of its own, whatever it comes over.
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

    /// One that was not given out yet.
    pub fn next(&self) -> ConnId {
        ConnId::new(self.on, self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// What every connection shares.
#[derive(Debug)]
pub struct Context {
    /// Numbers for connections.
    pub conn_ids: ConnIds,
    /// What is counted.
    pub stats: Arc<Stats>,
    /// The clock.
    pub clock: Arc<Clock>,
    /// Where proposals go.
    pub proposer: Proposer,
    /// Where everything else goes.
    pub hub: mpsc::Sender<HubMsg>,
    /// What admission knows.
    pub admission: AdmissionContext,
    /// One buffer to read into for all connections: they take turns, and an idle one needs none.
    pub scratch: Mutex<Vec<u8>>,
    /// How long a greeting may take.
    pub greeting: Duration,
    /// How long a connection may take nothing before it is dropped.
    pub write_stall: Duration,
    /// Where everything is kept, for the operator who asks how much that is.
    pub state_dir: PathBuf,
    /// What configures the server anew, where something can.
    pub reload: OnceLock<ReloadHandle>,
    /// Who the server is over TLS, where it speaks that.
    pub tls: Option<Arc<Tls>>,
}

impl Context {
    /// What a connection is told that did not greet in time.
    #[must_use]
    pub fn greeting_timeout(&self) -> Refusal {
        let late = format!("no hello within {} s; say hello first", self.greeting.as_secs());
        Refusal::new(Code::Timeout, late)
    }
}
