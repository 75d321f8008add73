//! The threads for disk work, and the one for the connections, which all stand back behind the chat's. Each step of a transfer on them
//! is short, so that transfers take turns, and a disk that stalls holds up none but those who wait for it.

use std::cell::RefCell;
use std::io::{Error, Result};

use tokio::runtime::{Builder, Runtime};

/// How many threads do disk work at most.
const THREADS: usize = 4;
/// How much they stand back, as of `nice`: a tenth of what the chat gets where both want all. With 19 they hardly move where another
/// program keeps the processors busy.
const NICE: i32 = 10;
/// How much is read or written at once; each thread has one buffer of it.
pub(super) const PIECE: usize = 128 * 1024;
/// How much a step moves at most before others have their turn.
pub(super) const STEP: u64 = 1024 * 1024;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The runtime of transfers, for a thread of its own.
pub(super) fn runtime() -> Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(THREADS)
        .thread_name("transfers-disk")
        .on_thread_start(stand_back)
        .build()
}

/// Gives the calling thread a low priority.
pub(super) fn stand_back() {
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE) {
        tracing::debug!(%error, "a thread of transfers runs with the priority of everything else");
    }
}

/// Does something that may wait for the disk.
pub(super) async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::other)
}

/// Lends the thread's buffer.
pub(super) fn with_scratch<T>(work: impl FnOnce(&mut [u8]) -> T) -> T {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.resize(PIECE, 0);
        work(scratch)
    })
}

/// Lets whatever else wants the processor run.
pub(super) fn give_way() {
    std::thread::yield_now();
}
