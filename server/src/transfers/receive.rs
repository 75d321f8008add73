//! An upload: what comes from the socket is written to the part, hashed behind it by another thread, and synced a piece at a time, so
//! that the end is no long wait and little that is not on disk yet has to be held. When all of it is there and has its hash, it is given its name
//! as a content. Whatever ends it before that leaves the part, to go on from.

use std::fs::File;
use std::io::{Error, ErrorKind};
use std::sync::Arc;

use bytes::Bytes;
use shared::server_msg::{Transfer, Transferred};
use shared::{Code, FileHash, FileHasher, FileProof, Refusal, ServerMsg};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::Instant;

use super::allowance::disk_full;
use super::answer;
use super::hashing::{HASHED_AT_ONCE, Hashed, hash_more};
use super::job::{Ending, Job};
use super::parts::Part;
use super::pool::on_disk;
use super::pump::{Pumped, Step, Then};
use super::registry::Begun;
use super::replication::copied;
use super::shared_state::SharedState;
use super::stall::Stall;
use super::wanted::Wanted;
use crate::clock::wall;
use crate::transport::socket::Socket;

/// How much is written before it is synced.
const SYNCED_AT_ONCE: u64 = 8 << 20;
/// How far syncing and hashing may be behind before no more is received: what a stalled disk may hold of the memory.
const MOST_BEHIND: u64 = 24 << 20;
/// From how much on it is worth a step to hash it before the end.
const WORTH_HASHING: u64 = 256 << 10;

/// Why an upload is over.
#[derive(Debug)]
enum Over {
    /// It is kept, and the peer may be told.
    Kept,
    /// It goes on another time.
    Cut(Option<Refusal>),
    /// What was received is worth nothing.
    Discarded(Refusal),
}

/// An upload that runs.
#[derive(Debug)]
struct Receiving {
    shared: Arc<SharedState>,
    socket: Arc<Socket>,
    id: u64,
    job: Job,
    file: Arc<File>,
    /// How much is in the file.
    received: u64,
    hasher: FileHasher,
    hashed: u64,
    /// How much is on disk.
    synced: u64,
    pumping: Option<JoinHandle<Pumped>>,
    hashing: Option<JoinHandle<std::io::Result<Hashed>>>,
    /// With how much is on disk after it.
    syncing: Option<(JoinHandle<std::io::Result<()>>, u64)>,
}

/// Receives a content, and answers.
pub(super) async fn receive(shared: Arc<SharedState>, socket: Arc<Socket>, begun: Begun, early: Bytes) {
    let (id, job, stall) = (begun.id, begun.job, shared.registry().timing.stall);
    let over = match open(Arc::clone(&shared), Arc::clone(&socket), &begun).await {
        Ok(mut receiving) => {
            let over = receiving.run(begun.end, early, stall).await;
            receiving.finish(over).await
        }
        Err(error) => {
            shared.change(|registry| registry.finish(id, job, begun.part));
            Over::Cut(Some(not_stored(&error)))
        }
    };
    shared.finished.notify_waiters();
    match over {
        Over::Kept => {
            // So that the message, which comes next, does not wait for it.
            copied(&shared, Wanted { sha256: job.sha256, bytes: job.bytes }, job.uid).await;
            let transferred = ServerMsg::Transferred(Transferred { bytes: job.bytes });
            shared.stats.uploads.add(1);
            // Who did not hear it asks again, and is told that it is here.
            answer::say(&socket, &transferred, stall).await.ok();
            answer::close(&socket).await;
        }
        Over::Cut(None) => {}
        Over::Cut(Some(refusal)) | Over::Discarded(refusal) => {
            shared.stats.refused.add(1);
            answer::refuse(&socket, refusal).await;
        }
    }
}

/// Opens the part, at its end.
async fn open(shared: Arc<SharedState>, socket: Arc<Socket>, begun: &Begun) -> std::io::Result<Receiving> {
    let (id, job) = (begun.id, begun.job);
    let part = begun.part.clone().filter(|part| part.bytes <= job.bytes);
    let (wanted, of) = (part.as_ref().map_or(0, |part| part.bytes), Arc::clone(&shared));
    let (file, received) = on_disk(move || {
        let file = of.folder.open_part(job.uid, job.sha256)?;
        let received = file.metadata()?.len().min(wanted);
        file.set_len(received)?;
        Ok::<_, Error>((Arc::new(file), received))
    })
    .await??;
    let part = part.filter(|part| part.hashed <= received);
    let (hasher, hashed_to) = part.map(|part| (part.hasher, part.hashed)).unwrap_or_default();
    // What a killed server has left may not be on disk.
    let (synced, pumping, hashing, syncing) = (0, None, None, None);
    Ok(Receiving {
        shared,
        socket,
        id,
        job,
        file,
        received,
        hasher,
        hashed: hashed_to,
        synced,
        pumping,
        hashing,
        syncing,
    })
}

impl Receiving {
    async fn run(
        &mut self,
        mut end: tokio::sync::oneshot::Receiver<Ending>,
        early: Bytes,
        stall: std::time::Duration,
    ) -> Over {
        if self.received > 0 && !early.is_empty() {
            let early = "bytes came before the server said where to begin; wait for its line";
            return Over::Cut(Some(Refusal::new(Code::BadRequest, early)));
        }
        let begin = ServerMsg::Transfer(Transfer { from: self.received, bytes: self.job.bytes });
        if answer::say(&self.socket, &begin, stall).await.is_err() {
            return Over::Cut(None);
        }
        let mut stall = Stall::new(stall, Instant::now());
        if !early.is_empty() || self.received == self.job.bytes {
            self.pump(early);
        }
        loop {
            self.hash();
            self.sync();
            if self.is_complete() {
                return Over::Kept;
            }
            let socket = Arc::clone(&self.socket);
            let was_behind = self.is_behind();
            let may_pump = self.pumping.is_none() && self.received < self.job.bytes && !was_behind;
            tokio::select! {
                biased;
                ending = &mut end => return Over::Cut(ending.ok().map(refusal_of)),
                pumped = join(&mut self.pumping), if self.pumping.is_some() => {
                    if let Some(over) = self.pumped(pumped, &mut stall) {
                        return over;
                    }
                }
                hashed = join(&mut self.hashing), if self.hashing.is_some() => {
                    if let Err(error) = self.hashed(hashed) {
                        return Over::Discarded(not_stored(&error));
                    }
                }
                synced = join_sync(&mut self.syncing), if self.syncing.is_some() => match synced {
                    Ok(synced) => self.synced = synced,
                    Err(error) => return Over::Discarded(not_stored(&error)),
                },
                ready = socket.readable(), if may_pump => match ready {
                    Ok(()) => self.pump(Bytes::new()),
                    Err(_) => return Over::Cut(None),
                },
                () = tokio::time::sleep_until(stall.due()), if may_pump => {
                    if stall.is_stalled(Instant::now()) {
                        return Over::Cut(Some(timed_out()));
                    }
                }
            }
            if was_behind {
                stall.restart(Instant::now());
            }
        }
    }

    /// Whether everything was received and hashed.
    fn is_complete(&self) -> bool {
        let idle = self.pumping.is_none() && self.hashing.is_none() && self.syncing.is_none();
        idle && self.received == self.job.bytes && self.hashed == self.received
    }

    fn is_behind(&self) -> bool {
        // What was there before is hashed and synced while more comes.
        let behind = |done: u64| self.received - done > MOST_BEHIND;
        (behind(self.synced) && self.syncing.is_some()) || (behind(self.hashed) && self.hashing.is_some())
    }

    fn pump(&mut self, early: Bytes) {
        let (socket, file) = (Arc::clone(&self.socket), Arc::clone(&self.file));
        let step = Step { socket, file, at: self.received, end: self.job.bytes, early };
        self.pumping = Some(spawn_blocking(|| step.receive()));
    }

    fn pumped(&mut self, pumped: std::io::Result<Pumped>, stall: &mut Stall) -> Option<Over> {
        let Pumped { bytes, then } = match pumped {
            Ok(pumped) => pumped,
            Err(error) => return Some(Over::Cut(Some(not_stored(&error)))),
        };
        self.count(bytes);
        stall.moved(bytes);
        match then {
            Then::Stopped if self.received < self.job.bytes && !self.is_behind() => self.pump(Bytes::new()),
            Then::Stopped | Then::Blocked => {}
            Then::Ended => return Some(Over::Cut(Some(too_short(self.received, self.job.bytes)))),
            Then::Lost(error) => {
                tracing::debug!(%error, from = %self.socket.peer, "an upload was cut");
                return Some(Over::Cut(None));
            }
            Then::TooMuch => {
                let much = "more bytes came than were said; send as many as the file has";
                return Some(Over::Discarded(Refusal::new(Code::BadRequest, much)));
            }
            Then::Disk(error) => return Some(Over::Discarded(not_stored(&error))),
        }
        None
    }

    fn count(&mut self, bytes: u64) {
        self.received += bytes;
        self.shared.stats.received.add(bytes);
        self.shared.registry().received(self.id, self.job.uid, bytes, Instant::now());
    }

    /// Goes on hashing, if there is enough of it.
    fn hash(&mut self) {
        let behind = self.received - self.hashed;
        let worth = if self.received == self.job.bytes { 1 } else { WORTH_HASHING };
        if self.hashing.is_none() && self.pumping_is_not_last() && behind >= worth {
            let (file, hasher, from) = (Arc::clone(&self.file), self.hasher.clone(), self.hashed);
            let to = self.received.min(from + HASHED_AT_ONCE);
            self.hashing = Some(spawn_blocking(move || hash_more(&file, hasher, from, to)));
        }
    }

    /// Whether it is not the look behind the last byte that runs.
    fn pumping_is_not_last(&self) -> bool {
        self.pumping.is_none() || self.received < self.job.bytes
    }

    fn hashed(&mut self, hashed: std::io::Result<std::io::Result<Hashed>>) -> std::io::Result<()> {
        let Hashed { hasher, to } = hashed??;
        (self.hasher, self.hashed) = (hasher, to);
        Ok(())
    }

    /// Goes on syncing, if there is enough of it; the rest is synced at the end.
    fn sync(&mut self) {
        if self.syncing.is_none() && self.received - self.synced >= SYNCED_AT_ONCE {
            let (file, to) = (Arc::clone(&self.file), self.received);
            self.syncing = Some((spawn_blocking(move || file.sync_data()), to));
        }
    }

    /// Ends it: as a content, as a part, or as nothing.
    async fn finish(mut self, over: Over) -> Over {
        self.settle().await;
        let (id, job, hasher) = (self.id, self.job, self.hasher);
        let (shared, file) = (Arc::clone(&self.shared), self.file);
        let over = match over {
            Over::Kept => {
                let (sha256, proof) = hasher.finish();
                let kept = on_disk(move || keep(&shared, job, &file, (sha256, proof))).await;
                match kept.and_then(|kept| kept) {
                    Ok(true) => Over::Kept,
                    Ok(false) => Over::Discarded(other_hash()),
                    Err(error) => Over::Discarded(not_stored(&error)),
                }
            }
            Over::Cut(why) => {
                let part = Part { bytes: self.received, hasher, hashed: self.hashed, written: wall() };
                let goes = self.shared.change(|registry| registry.finish(id, job, Some(part)));
                if let Some(oldest) = goes {
                    on_disk(move || shared.remove_part(job.uid, oldest)).await.ok();
                }
                return Over::Cut(why);
            }
            Over::Discarded(why) => Over::Discarded(why),
        };
        if matches!(over, Over::Discarded(_)) {
            let shared = Arc::clone(&self.shared);
            on_disk(move || shared.remove_part(job.uid, job.sha256)).await.ok();
        }
        self.shared.change(|registry| registry.finish(id, job, None));
        over
    }

    /// Waits for what still runs on other threads.
    async fn settle(&mut self) {
        if self.pumping.is_some()
            && let Ok(pumped) = join(&mut self.pumping).await
        {
            self.count(pumped.bytes);
        }
        if self.hashing.is_some() {
            let hashed = join(&mut self.hashing).await;
            // It is hashed again then.
            self.hashed(hashed).ok();
        }
        if self.syncing.is_some() {
            join_sync(&mut self.syncing).await.ok();
        }
    }
}

/// Makes a part the content, and the sender one who has it; false if it has another hash. Here already, it is not kept twice.
fn keep(
    shared: &SharedState,
    job: Job,
    file: &File,
    (sha256, proof): (FileHash, FileProof),
) -> std::io::Result<bool> {
    if sha256 != job.sha256 {
        return Ok(false);
    }
    file.sync_all()?;
    let _names = shared.lock_names();
    let is_here = shared.registry().has(sha256) && shared.folder.content(sha256, proof).exists();
    if is_here {
        shared.folder.remove_part(job.uid, sha256)?;
    } else {
        shared.folder.keep(job.uid, sha256, proof)?;
    }
    shared.change(|registry| registry.keep(job, proof, wall(), Instant::now()));
    Ok(true)
}

async fn join<T>(task: &mut Option<JoinHandle<T>>) -> std::io::Result<T> {
    let Some(running) = task else { return std::future::pending().await };
    let joined = running.await;
    *task = None;
    joined.map_err(Error::other)
}

async fn join_sync(task: &mut Option<(JoinHandle<std::io::Result<()>>, u64)>) -> std::io::Result<u64> {
    let Some((running, to)) = task else { return std::future::pending().await };
    let (joined, to) = (running.await, *to);
    *task = None;
    joined.map_err(Error::other)??;
    Ok(to)
}

fn refusal_of(ending: Ending) -> Refusal {
    match ending {
        Ending::Replaced => Refusal::new(Code::TokenInvalid, "this file is sent on another connection now"),
        Ending::Removed => Refusal::new(Code::TokenInvalid, "you were removed, and your transfers with you"),
        Ending::ShuttingDown => {
            Refusal::new(Code::ShuttingDown, "the server is stopping; go on when it is back")
        }
    }
}

fn timed_out() -> Refusal {
    Refusal::new(Code::Timeout, "nothing came for too long; ask for another token and go on")
}

fn too_short(received: u64, bytes: u64) -> Refusal {
    let short = format!("{received} of {bytes} bytes came; ask for another token and go on from there");
    Refusal::new(Code::BadRequest, short)
}

fn other_hash() -> Refusal {
    Refusal::new(Code::HashMismatch, "these bytes have another hash than was said; send the file anew")
}

/// What is said when the disk did not do as it should.
fn not_stored(error: &Error) -> Refusal {
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        return disk_full();
    }
    tracing::error!(%error, "a file could not be stored");
    Refusal::new(Code::Storage, "the file could not be stored; try again later")
}
