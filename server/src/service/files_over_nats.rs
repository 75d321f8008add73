//! The contents of files among the nodes of a cluster: how `transfers` reaches those who keep them on the other nodes, over NATS.

use std::any::Any;
use std::fs::File;
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::{FileProof, Uid};
use tokio::sync::watch;

use crate::admin::cluster::ClusterReport;
use crate::order::jetstream::peer_files::{FetchError, Known, Peers, Source};
use crate::transfers::nodes_interface::{Answer, NotFetched, OnProgress, OtherNodes, OwnContents};
use crate::transfers::wanted::Wanted;

/// What contents are called among nodes.
const FILES: &str = "files";
/// What the question is called whether others keep a content as well.
const KEEP: &str = "keep";

/// The other nodes of a cluster.
#[derive(Debug)]
pub(super) struct NodeFiles {
    peers: Peers,
    report: watch::Receiver<Option<ClusterReport>>,
}

impl NodeFiles {
    /// Those that `report` tells of.
    pub(super) fn new(peers: Peers, report: watch::Receiver<Option<ClusterReport>>) -> Self {
        Self { peers, report }
    }
}

/// Keep this as well.
#[derive(Debug, Serialize, Deserialize)]
struct Keep {
    #[serde(flatten)]
    wanted: Wanted,
    uid: Uid,
}

/// Whether it is on disk.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    kept: bool,
}

impl OtherNodes for NodeFiles {
    fn running(&self) -> usize {
        // This one is among them once it has entered.
        self.report.borrow().as_ref().map_or(0, |report| report.running().saturating_sub(1))
    }

    fn serve(&self, own: Arc<dyn OwnContents>) -> Box<dyn Any + Send> {
        let files = self.peers.serve(FILES, Contents(Arc::clone(&own)));
        let keeps = self.peers.answer_all(KEEP, move |question| {
            let own = Arc::clone(&own);
            async move {
                let Keep { wanted, uid } = serde_json::from_slice(&question).ok()?;
                let kept = own.keep(wanted, uid).await;
                serde_json::to_vec(&Kept { kept }).ok()
            }
        });
        Box::new((files, keeps))
    }

    fn fetch(
        &self,
        wanted: Wanted,
        into: File,
        mut progress: OnProgress,
    ) -> Answer<'_, Result<FileProof, NotFetched>> {
        Box::pin(async move {
            let known = Known { bytes: wanted.bytes, sha256: wanted.sha256.to_string() };
            let fetched = self.peers.resume(FILES, &known.sha256, &known, into, |has, _| progress(has)).await;
            fetched.map(|fetched| fetched.proof).map_err(|error| match error {
                FetchError::Nobody => NotFetched::Nobody,
                FetchError::Written(error) => NotFetched::Disk(error),
                FetchError::Given(why) => NotFetched::Given(why),
            })
        })
    }

    fn keep_too(&self, wanted: Wanted, uid: Uid) -> Answer<'_, bool> {
        Box::pin(async move {
            let Ok(question) = serde_json::to_vec(&Keep { wanted, uid }) else { return false };
            let Some(mut answers) = self.peers.ask_all(KEEP, question).await else { return false };
            let mut refused = 0;
            while let Some(answer) = answers.next().await {
                if serde_json::from_slice(&answer).is_ok_and(|Kept { kept }| kept) {
                    return true;
                }
                refused += 1;
                if refused >= self.running() {
                    break;
                }
            }
            false
        })
    }
}

/// What this node gives to others.
#[derive(Debug)]
struct Contents(Arc<dyn OwnContents>);

impl Source for Contents {
    fn has(&self, key: &str) -> bool {
        key.parse().is_ok_and(|sha256| self.0.has(sha256))
    }

    fn open(&self, key: &str) -> io::Result<Arc<File>> {
        let sha256 = key.parse().map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "no hash"))?;
        self.0.open(sha256).map(Arc::new)
    }

    fn sha256(&self, key: &str) -> Option<String> {
        Some(key.to_owned())
    }
}
