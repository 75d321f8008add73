//! A download: the content is sent from its file, by the kernel itself where nothing has to be encrypted.

use std::fs::File;
use std::io::Error;
use std::sync::Arc;

use shared::server_msg::Transfer;
use shared::{Code, Refusal, ServerMsg};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until, timeout};

use super::answer;
use super::contents::Content;
use super::job::Job;
use super::pool::on_disk;
use super::pump::{Pumped, Step, Then};
use super::registry::Begun;
use super::shared_state::SharedState;
use super::stall::Stall;
use crate::transport::socket::Socket;

/// How much the kernel may hold that was not sent yet.
const MOST_UNSENT: u32 = 128 * 1024;

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
    let file = open(shared, job, content).await?;
    // Where the system does not know this, more is on its way when somebody is kicked.
    socket.bound_unsent(MOST_UNSENT).ok();
    let begin = ServerMsg::Transfer(Transfer { from, bytes: job.bytes });
    if answer::say(socket, &begin, stall).await.is_err() {
        return Ok(());
    }
    if let Err(error) = pump(shared, socket, &file, (from, job.bytes), stall).await {
        tracing::info!(%error, to = %socket.peer, "a download was cut");
    }
    Ok(())
}

async fn open(shared: &Arc<SharedState>, job: Job, content: Option<Content>) -> Result<Arc<File>, Refusal> {
    let gone = || Refusal::new(Code::NoSuchFile, "the content of this file is not here any more");
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

async fn pump(
    shared: &SharedState,
    socket: &Arc<Socket>,
    file: &Arc<File>,
    (from, end): (u64, u64),
    period: std::time::Duration,
) -> std::io::Result<()> {
    let mut stall = Stall::new(period, Instant::now());
    let mut at = from;
    while at < end {
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
