//! Whether the server is alive, and whether it is ready: two questions, asked over HTTP (`/livez`, `/readyz`) and by the
//! service manager's watchdog. It is not alive when only a restart would help; it is not ready when somebody who comes now could
//! not say anything. A node of a cluster whose order stands is alive and not ready: a restart would not help.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::observer::Observer;
use crate::hub_msg::{ChatCounts, HubMsg, ProbeReply};
use crate::store::CommitResult;

/// How long readiness waits for the hub and the store.
const READY_TIMEOUT: Duration = Duration::from_secs(2);
/// How long liveness does: the store's thread waits up to five seconds for a lock of another program.
const ALIVE_TIMEOUT: Duration = Duration::from_secs(8);
/// For how long a message that was refused by the store keeps the server from being ready. It may refuse large ones only,
/// which a probe would not see.
const REFUSED_LATELY: Duration = Duration::from_secs(30);

const HANGS: &str = "the hub or the store does not answer";

/// Probes the health of the server.
#[derive(Clone, Debug)]
pub struct HealthProbe {
    hub: mpsc::Sender<HubMsg>,
    counts: watch::Receiver<Option<ChatCounts>>,
}

impl HealthProbe {
    /// A probe of the hub behind this queue, which publishes these counts once it runs.
    pub(super) fn new(hub: mpsc::Sender<HubMsg>, counts: watch::Receiver<Option<ChatCounts>>) -> Self {
        Self { hub, counts }
    }

    /// The number of people and rooms, once the hub runs.
    #[must_use]
    pub fn counts(&self) -> watch::Receiver<Option<ChatCounts>> {
        self.counts.clone()
    }

    /// Returns true when the hub and the store's thread have answered, whatever they said; not while one of them hangs.
    /// False if the server has ended.
    pub async fn is_alive(&self) -> bool {
        self.ask(HubMsg::Probe).await.is_some()
    }

    /// Writes something; `None` if the server has ended.
    async fn write(&self) -> Option<CommitResult> {
        self.ask(HubMsg::ProbeWrite).await
    }

    async fn ask(&self, probe: impl FnOnce(ProbeReply) -> HubMsg) -> Option<CommitResult> {
        let (reply, answer) = oneshot::channel();
        self.hub.send(probe(reply)).await.ok()?;
        answer.await.ok()
    }
}

/// The health of a running server.
#[derive(Clone, Debug)]
pub struct Health {
    /// Probes the hub and the store.
    pub probe: HealthProbe,
    pub(super) observer: Observer,
    /// Becomes true when the server ends.
    pub(super) ending: watch::Receiver<bool>,
}

impl Health {
    /// Why a restart would help, if it would. A server that ends is restarted, or not, by whoever ended it.
    pub async fn is_alive(&self) -> Result<(), String> {
        if self.is_ending() || timeout(ALIVE_TIMEOUT, self.probe.is_alive()).await.is_ok() {
            return Ok(());
        }
        Err(HANGS.to_owned())
    }

    /// Why somebody who comes now could not say anything, if so.
    pub async fn is_ready(&self) -> Result<(), String> {
        if self.is_ending() {
            return Err("the server is stopping".to_owned());
        }
        if self.probe.counts.borrow().is_none() {
            return Err("the server is starting".to_owned());
        }
        if let Some(missing) = self.observer.files.missing() {
            return Err(missing);
        }
        if let Some(why) = self.observer.why_order_stands() {
            return Err(why);
        }
        if self.observer.refused_within(REFUSED_LATELY) {
            return Err("the store refused what was said a moment ago".to_owned());
        }
        match timeout(READY_TIMEOUT, self.probe.write()).await {
            Ok(Some(Ok(()))) => Ok(()),
            Ok(Some(Err(error))) => Err(format!("the store takes nothing: {error}")),
            Ok(None) => Err("the server is stopping".to_owned()),
            Err(_) => Err(HANGS.to_owned()),
        }
    }

    /// Everything that somebody should look at, if there is anything; the same as `chinwagd ctl status` has.
    pub async fn is_well(&self) -> Result<(), String> {
        let unready = self.is_ready().await.err();
        let troubles =
            self.observer.troubles().into_iter().filter(|trouble| unready.as_ref() != Some(trouble));
        let all: Vec<String> = unready.clone().into_iter().chain(troubles).collect();
        if all.is_empty() { Ok(()) } else { Err(all.join("; ")) }
    }

    fn is_ending(&self) -> bool {
        *self.ending.borrow()
    }
}
