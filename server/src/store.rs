//! What outlives the process: events, rooms, identities, in one `SQLite` file. [`writer`] commits whole batches on a
//! thread of its own (group commit), [`reader`] answers history and search on two others; the hub knows both as a [`Store`].
//! [`search_index`] follows what was committed, in a file of its own that is made anew when it is missing.

pub(crate) mod beside;
pub mod brought;
pub mod checkpointer;
mod checksum;
mod clock_trust;
pub(crate) mod compaction;
pub(crate) mod copy;
mod deleted_in_log;
pub mod error;
pub mod files;
pub mod load;
pub(crate) mod lookups;
pub(crate) mod old_index;
pub(crate) mod person;
pub mod point_read;
pub mod point_reader;
mod reactions;
pub mod reader;
mod remnants;
pub mod replica;
pub mod retention;
pub mod retention_progress;
mod rewrite;
pub mod schema;
pub mod search;
pub mod search_index;
pub mod search_limit;
pub mod step;
pub mod threads;
pub mod upkeep;
pub(crate) mod verify;
pub mod write;
pub mod writer;

mod search_tokens;
mod thread_priority;
mod way_back;

pub(crate) mod stored_event;

use tokio::sync::mpsc;

use shared::{Refusal, RequestId};

use self::point_read::{PointAnswer, PointRead};
use self::reader::PageAnswer;
use self::write::Write;
use crate::chat::conn_id::ConnId;
use crate::chat::effect::Query;

/// What became of a batch handed to the store: committed, or why not.
pub type CommitResult = Result<(), String>;

/// What the hub needs of a store. Nothing here waits for a disk: what is handed over is answered later through
/// [`Results`], in the order of each kind.
pub trait Store: Send {
    /// Hands a batch over to be committed, all of it or nothing; false when the store is gone.
    fn commit(&mut self, batch: Vec<Write>) -> bool;

    /// Asks for a page of the past. When too many wait, the refusal is returned instead.
    fn ask(&self, conn: ConnId, id: Option<RequestId>, query: Query) -> Result<(), Refusal>;

    /// A connection is gone: nothing is searched for it any more.
    fn forget(&self, _conn: ConnId) {}

    /// Hands over small reads by key, to be answered together; false when the reader is gone. The next ones are handed over
    /// when these are answered: like commits, they are grouped while one batch is under way.
    fn read(&self, reads: Vec<PointRead>) -> bool;
}

/// Where the answers of a store arrive.
#[derive(Debug)]
pub struct Results {
    /// What became of batches.
    pub commits: mpsc::Receiver<CommitResult>,
    /// Pages that were read.
    pub pages: mpsc::Receiver<(ConnId, PageAnswer)>,
    /// What small reads found, batch by batch.
    pub found: mpsc::Receiver<Vec<PointAnswer>>,
}

/// The other ends of [`Results`].
#[derive(Clone, Debug)]
pub struct ResultSenders {
    /// What became of batches.
    pub commits: mpsc::Sender<CommitResult>,
    /// Pages that were read.
    pub pages: mpsc::Sender<(ConnId, PageAnswer)>,
    /// What small reads found.
    pub found: mpsc::Sender<Vec<PointAnswer>>,
}

impl Results {
    /// How many pages may wait for the hub; then the thread that reads them waits.
    const PAGES_WAITING: usize = 64;

    /// Channels for a store's answers.
    #[must_use]
    pub fn channels() -> (ResultSenders, Self) {
        // The hub hands over the next batch when it has heard of the last.
        let ((commits_tx, commits), (found_tx, found)) = (mpsc::channel(1), mpsc::channel(1));
        let (pages_tx, pages) = mpsc::channel(Self::PAGES_WAITING);
        let senders = ResultSenders { commits: commits_tx, pages: pages_tx, found: found_tx };
        (senders, Self { commits, pages, found })
    }
}
