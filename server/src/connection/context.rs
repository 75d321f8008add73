//! What all connections of a server share: where their proposals go, what admission decides by, the buffer they read into.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::mpsc;

use shared::{Code, Refusal};

use super::admission_context::AdmissionContext;
use crate::admin::reload::ReloadHandle;
use crate::clock::Clock;
use crate::hub_msg::HubMsg;
use crate::order::Proposer;
use crate::stats::Stats;
use crate::tls::Tls;

/// The bytes read at once, at most.
pub const SCRATCH_BYTES: usize = 64 * 1024;

/// What every connection shares.
#[derive(Debug)]
pub struct Context {
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
    pub fn late(&self) -> Refusal {
        let late = format!("no hello within {} s; say hello first", self.greeting.as_secs());
        Refusal::new(Code::Timeout, late)
    }
}
