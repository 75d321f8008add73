//! Asking a running server to read its configuration again: the request as the operator's connection makes it, and the
//! report that answers it. What reads the configuration is above this, in `service::reload`.

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
    /// What came of it.
    pub reload: ReloadReport,
}

/// What a reload did, and what it could not do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReloadReport {
    /// What is in force now.
    pub applied: Vec<Change>,
    /// What will be after a restart. It is named again by every reload until then.
    pub restart: Vec<Change>,
}

/// A setting that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its name.
    pub setting: String,
    /// What it was, as a flag has it; empty when it was nothing.
    pub was: String,
    /// What it is. The same when only what is in the file has changed.
    pub is: String,
}

/// A request to reload: what it came to goes back, or why nothing has changed.
pub type ReloadRequest = oneshot::Sender<Result<ReloadReport, String>>;

/// Where a reload can be asked for.
#[derive(Clone, Debug)]
pub struct ReloadHandle(mpsc::Sender<ReloadRequest>);

impl ReloadHandle {
    /// A handle, and where its requests arrive. Reloads are carried out one after the other, so one may wait.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<ReloadRequest>) {
        let (requests, inbox) = mpsc::channel(1);
        (Self(requests), inbox)
    }

    /// Has the configuration read again.
    ///
    /// # Errors
    /// Why nothing has changed, in words.
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
