//! A download: the content is sent from its file, by the kernel itself where nothing has to be encrypted. What is not here yet is
//! sent as it comes from another node.

use std::fs::File;
use std::io::Error;
use std::sync::Arc;
use std::time::Duration;

use shared::server_msg::Transfer;
use shared::{Code, Refusal, ServerMsg};
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until, timeout};

use super::allowance::too_many;
use super::answer;
use super::contents::Content;
use super::job::Job;
use super::pool::on_disk;
use super::pull_from_node::pull_now;
use super::pull_queue::{Progress, PullFailure};
use super::pump::{Pumped, Step, Then};
use super::registry::Begun;
use super::shared_state::SharedState;
use super::stall::Stall;
use super::wanted::Wanted;
use crate::transport::socket::Socket;

/// How much the kernel may hold that was not sent yet.
const MOST_UNSENT: u32 = 128 * 1024;
/// When to ask again for what is on its way from another node.
const AGAIN: Duration = Duration::from_secs(3);

/// A content that is being pulled from another node.
type Coming = watch::Receiver<Progress>;

/// Sends a content from this byte on.
pub(super) async fn send(shared: Arc<SharedState>, socket: Arc<Socket>, begun: Begun, from: u64) {
    let Begun { id, job, end, content, .. } = begun;
    let outcome = tokio::select! {
        biased;
        _ = end => Ok(()),
        outcome = send_from(&shared, &socket, (job, content), from) => outcome,
    };
    shared.change(|registry| registry.finish(id, job, None));
    shared.finished.notify_waiters();
    match outcome {
        Ok(()) => answer::close(&socket).await,
        Err(refusal) => {
            shared.stats.refused.add(1);
            answer::refuse(&socket, refusal).await;
        }
    }
}

/// The same; a refusal stands in place of the first line. What goes wrong after that ends the connection without a word.
async fn send_from(
    shared: &Arc<SharedState>,
    socket: &Arc<Socket>,
    (job, content): (Job, Option<Content>),
    from: u64,
) -> Result<(), Refusal> {
    let stall = shared.registry().timing.stall;
    if from > job.bytes {
        let beyond = format!("the file has {} bytes; begin at one of them", job.bytes);
        return Err(Refusal::new(Code::BadRequest, beyond));
    }
    let (file, coming) = match open(shared, job, content).await {
        Err(refusal) if refusal.code == Code::NoSuchFile => pull(shared, job, stall).await?,
        opened => (opened?, None),
    };
    // Where the system does not know this, more is on its way when somebody is kicked.
    socket.bound_unsent(MOST_UNSENT).ok();
    let begin = ServerMsg::Transfer(Transfer { from, bytes: job.bytes });
    if answer::say(socket, &begin, stall).await.is_err() {
        return Ok(());
    }
    if let Err(error) = pump(shared, socket, (&file, coming), (from, job.bytes), stall).await {
        tracing::info!(%error, to = %socket.peer, "a download was cut");
    }
    Ok(())
}

async fn open(shared: &Arc<SharedState>, job: Job, content: Option<Content>) -> Result<Arc<File>, Refusal> {
    let path = shared.folder.content(job.sha256, content.ok_or_else(gone)?.proof);
    let opened = on_disk(move || File::open(path)).await.and_then(|opened| opened);
    opened.map(Arc::new).map_err(|error| {
        tracing::error!(%error, sha256 = %job.sha256, "a content cannot be read");
        if error.kind() == std::io::ErrorKind::NotFound {
            shared.change(|registry| registry.lost(job.sha256));
            return gone();
        }
        Refusal::new(Code::Storage, "the content of this file cannot be read; try again later")
    })
}

/// The file of a content that comes from another node, once something of it is there.
async fn pull(
    shared: &Arc<SharedState>,
    job: Job,
    stall: Duration,
) -> Result<(Arc<File>, Option<Coming>), Refusal> {
    if shared.replication.get().is_none() {
        return Err(gone());
    }
    let Job { sha256, bytes, .. } = job;
    let mut coming = pull_now(shared, Wanted { sha256, bytes }).ok_or_else(too_many)?;
    let there = coming.wait_for(|progress| progress.written > 0 || progress.end.is_some());
    // It takes as long as nothing comes; the peer waits no longer.
    let there = timeout(stall / 2, there).await.map(|there| there.map(|there| there.clone()));
    let Ok(Ok(Progress { file, end, .. })) = there else { return Err(not_yet()) };
    match (end, file) {
        (None | Some(Ok(())), Some(file)) => Ok((file, Some(coming))),
        (None | Some(Ok(())), None) | (Some(Err(PullFailure::Failed)), _) => Err(not_yet()),
        (Some(Err(PullFailure::NoRoom)), _) => Err(no_room()),
        // Who is away may have it.
        (Some(Err(PullFailure::Nobody)), _) => Err(elsewhere()),
    }
}

fn gone() -> Refusal {
    Refusal::new(Code::NoSuchFile, "the content of this file is not here any more")
}

fn not_yet() -> Refusal {
    let coming = "this file is on its way from another server; try again in a moment";
    Refusal::new(Code::Storage, coming).retry_after(AGAIN)
}

fn elsewhere() -> Refusal {
    let away =
        "no server that can be reached has this file; try again later, or ask its sender to send it again";
    Refusal::new(Code::Storage, away)
}

fn no_room() -> Refusal {
    let full = "this file is on another server, and this one has no room for it; try again over that one, or ask whoever runs them";
    Refusal::new(Code::Storage, full)
}

/// Waits until there is more of a content that is coming; how much there is.
async fn more(coming: &mut Coming, at: u64, end: u64) -> std::io::Result<u64> {
    let failed = || Error::other("it does not come from the other server any more");
    let there = coming.wait_for(|progress| progress.written > at || progress.end.is_some());
    let Progress { written, end: ended, .. } = there.await.map_err(|_| failed())?.clone();
    match ended {
        Some(Ok(())) => Ok(end),
        // What was sent of it was something else.
        _ if written < at => Err(failed()),
        None => Ok(written.min(end)),
        Some(Err(_)) => Err(failed()),
    }
}

async fn pump(
    shared: &SharedState,
    socket: &Arc<Socket>,
    (file, mut coming): (&Arc<File>, Option<Coming>),
    (from, end): (u64, u64),
    period: Duration,
) -> std::io::Result<()> {
    let mut stall = Stall::new(period, Instant::now());
    let mut at = from;
    while at < end {
        let end = match &mut coming {
            Some(coming) => timeout(period, more(coming, at, end)).await??,
            None => end,
        };
        let (socket, file) = (Arc::clone(socket), Arc::clone(file));
        let step = Step { socket: Arc::clone(&socket), file, at, end, early: bytes::Bytes::new() };
        let Pumped { bytes, then } = spawn_blocking(|| step.send()).await.map_err(Error::other)?;
        at += bytes;
        stall.moved(bytes);
        shared.stats.sent.add(bytes);
        match then {
            Then::Stopped => {}
            Then::Blocked => loop {
                tokio::select! {
                    ready = socket.writable() => break ready?,
                    () = sleep_until(stall.due()) => if stall.is_stalled(Instant::now()) {
                        return Err(std::io::ErrorKind::TimedOut.into());
                    }
                }
            },
            Then::Ended | Then::TooMuch => return Err(Error::other("the file is shorter than it was")),
            Then::Lost(error) | Then::Disk(error) => return Err(error),
        }
    }
    timeout(period, answer::flush(socket)).await??;
    shared.stats.downloads.add(1);
    Ok(())
}
