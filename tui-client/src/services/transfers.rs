//! Moves the contents of files: each transfer is a task that prepares (reads the file through, or what is there of it) on a thread for
//! blocking work, waits for a token, and moves bytes on a thread and a connection of its own, so that neither the shell's loop nor the
//! chat's connection feels it. What a task holds is a buffer and an open file.
//!
//! A task that is stopped is dropped: whatever it was doing ends at the next piece.

pub(super) mod connection;
mod download;
mod downloads;
mod finish;
mod job;
mod part;
mod prepare;
mod spool;
mod upload;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

pub(super) use self::connection::Route;
use self::job::{Go, Report};
use crate::clock::wall;
use crate::transfer::{Discard, TransferAct, TransferId, TransferNews};

pub use self::downloads::Directories;
pub use self::spool::spool;

/// So many files are read through at once. More would only make the disk seek.
const READ_AT_ONCE: usize = 2;
/// News that the shell has not taken yet. A task waits while there are so many; of progress the newest is left out.
const NEWS: usize = 64;
/// Orders that a transfer has not taken yet. The app gives one, and the next when it was told what came of it; where there is one all the
/// same, the newer is left out with its token: what comes of the earlier is told, and where it was cut the app asks again.
const ORDERS: usize = 1;

/// The transfers that are under way.
pub(super) struct Transfers {
    jobs: HashMap<TransferId, Job>,
    /// How many there have been: what comes of one that was stopped is not taken for what comes of the next of its number.
    begun: u64,
    sink: mpsc::Sender<(TransferId, u64, TransferNews)>,
    news: mpsc::Receiver<(TransferId, u64, TransferNews)>,
    reading: Arc<Semaphore>,
    directories: Arc<Directories>,
}

/// One of them.
struct Job {
    number: u64,
    orders: mpsc::Sender<Go>,
    task: JoinHandle<()>,
}

impl Drop for Job {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Default for Transfers {
    fn default() -> Self {
        let (sink, news) = mpsc::channel(NEWS);
        Self {
            jobs: HashMap::new(),
            begun: 0,
            sink,
            news,
            reading: Arc::new(Semaphore::new(READ_AT_ONCE)),
            directories: Arc::default(),
        }
    }
}

impl Transfers {
    /// Where files are found and kept, where no directory is named. Needs a runtime.
    pub(super) fn set_directories(&mut self, directories: Directories) {
        if let Some(dir) = directories.spool.clone() {
            tokio::task::spawn_blocking(move || spool::sweep(&dir, wall()));
        }
        self.directories = Arc::new(directories);
    }

    /// Does something for a transfer. `route` is the way to the server, for a connection of its own. Needs a runtime.
    pub(super) fn execute(&mut self, id: TransferId, act: TransferAct, route: impl FnOnce() -> Route) {
        match act {
            TransferAct::Send { source, limit, metadata } => {
                let (report, orders) = self.begin(id);
                let (reading, directories) = (Arc::clone(&self.reading), Arc::clone(&self.directories));
                let wish = prepare::Wish { source: *source, limit, metadata };
                self.run(id, orders, |orders| upload::run(wish, directories, reading, orders, report));
            }
            TransferAct::Save { file, place } => {
                let (report, orders) = self.begin(id);
                let (reading, directories) = (Arc::clone(&self.reading), Arc::clone(&self.directories));
                self.run(id, orders, |orders| {
                    download::run(*file, place, directories, reading, orders, report)
                });
            }
            TransferAct::Go(token) => {
                if let Some(job) = self.jobs.get(&id) {
                    // One that has ended has said so; one that has an order still says what comes of it.
                    job.orders.try_send(Go { token, route: route() }).ok();
                }
            }
            TransferAct::Stop => drop(self.jobs.remove(&id)),
            TransferAct::Discard(discard) => {
                self.jobs.remove(&id);
                let directories = Arc::clone(&self.directories);
                tokio::task::spawn_blocking(move || remove(discard, &directories));
            }
        }
    }

    /// Where what is made only to be sent is kept.
    pub(super) fn spool_dir(&self) -> Option<PathBuf> {
        self.directories.spool.clone()
    }

    /// The next news. Cancel safe.
    pub(super) async fn next(&mut self) -> (TransferId, TransferNews) {
        loop {
            match self.news.recv().await {
                Some((id, number, news)) if self.jobs.get(&id).is_some_and(|job| job.number == number) => {
                    if matches!(news, TransferNews::Saved(_) | TransferNews::Failed(_)) {
                        self.jobs.remove(&id);
                    }
                    return (id, news);
                }
                Some(_) => {}
                // There is a sender in here.
                None => return std::future::pending().await,
            }
        }
    }

    fn begin(&mut self, id: TransferId) -> (Report, u64) {
        self.jobs.remove(&id);
        self.begun += 1;
        (Report::new(id, self.begun, self.sink.clone()), self.begun)
    }

    fn run<F>(&mut self, id: TransferId, number: u64, job: impl FnOnce(mpsc::Receiver<Go>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (orders, queue) = mpsc::channel(ORDERS);
        let task = tokio::spawn(job(queue));
        self.jobs.insert(id, Job { number, orders, task });
    }
}

/// Removes what is not wanted any more. What cannot be removed is not ours, or gone.
fn remove(discard: Discard, directories: &Directories) {
    match discard {
        Discard::Spooled(path) => drop(std::fs::remove_file(path)),
        Discard::Part { file, place } => {
            let dir = place
                .dir
                .map_or_else(|| directories.downloads.clone(), |dir| directories.absolute(&dir).ok());
            if let Some(dir) = dir {
                part::remove(&dir, &file);
            }
        }
    }
}
