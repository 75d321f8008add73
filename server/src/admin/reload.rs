//! The request to reload the configuration, as the operator's connection makes it, and the report that answers it. The
//! reload itself is in `service::reload`, which is above the connections.

use std::fmt;

use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use shared::RequestId;

/// The answer to `reload`: the wire's `ok` with one field more.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename = "ok")]
pub struct ReloadAnswer {
    /// The request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    /// The report.
    pub reload: ReloadReport,
}

/// What a reload changed, and what needs a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReloadReport {
    /// Settings that are in force now.
    pub applied: Vec<Change>,
    /// Settings that need a restart. Every reload until then lists them again.
    pub restart: Vec<Change>,
    /// What should be known of it, as text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A changed setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its name.
    pub setting: String,
    /// The old value in the form of a flag's; empty if there was none.
    pub was: String,
    /// The new value; equal to the old one if only the content of the file it names has changed.
    pub is: String,
}

/// A request to reload, to be answered with the report, or with the reason why nothing has changed.
pub type ReloadRequest = oneshot::Sender<Result<ReloadReport, String>>;

/// A handle to request reloads with.
#[derive(Clone, Debug)]
pub struct ReloadHandle(mpsc::Sender<ReloadRequest>);

impl ReloadHandle {
    /// A handle, and the receiver of its requests. Reloads are carried out one after the other; one may wait.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<ReloadRequest>) {
        let (requests, inbox) = mpsc::channel(1);
        (Self(requests), inbox)
    }

    /// Requests a reload and waits for it.
    ///
    /// # Errors
    /// The reason why nothing has changed.
    pub async fn request(&self) -> Result<ReloadReport, String> {
        let (reply, answer) = oneshot::channel();
        let stopping = || "the server is stopping".to_owned();
        self.0.send(reply).await.map_err(|_| stopping())?;
        answer.await.map_err(|_| stopping())?
    }
}

impl fmt::Display for ReloadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.applied.is_empty() && self.restart.is_empty() {
            return f.write_str("nothing has changed");
        }
        let list = |changes: &[Change]| changes.iter().map(Change::to_string).collect::<Vec<_>>().join(", ");
        if !self.applied.is_empty() {
            write!(f, "applied {}", list(&self.applied))?;
        }
        if !self.restart.is_empty() {
            let more = if self.applied.is_empty() { "" } else { "; " };
            write!(f, "{more}restart the server for {}", list(&self.restart))?;
        }
        Ok(())
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { setting, was, is } = self;
        if was == is {
            write!(f, "{setting} (the file has changed)")
        } else {
            write!(f, "{setting} = {is:?} (was {was:?})")
        }
    }
}
