//! The thread of transfers: answers who may send and fetch what, and serves the connections that do.

use std::io::Result;
use std::sync::Arc;
use std::time::Duration;

use shared::client_msg::Upload;
use shared::file::Attachment;
use shared::{Code, FileHasher, Refusal, TransferToken, Uid};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout};

use super::answer;
use super::contents::Content;
use super::handover::Handover;
use super::job::{Job, Way};
use super::parts::Part;
use super::pool::on_disk;
use super::receive::receive;
use super::referred::Referred;
use super::registry::{Begun, NotBegun};
use super::replication::replicate;
use super::send::send;
use super::shared_state::SharedState;
use super::sweep::sweep;
use crate::transport::socket::Socket;

/// How long an upload waits for the former one of the same content to end.
const FORMER: Duration = Duration::from_secs(10);

/// What the service is asked.
#[derive(Debug)]
pub(super) enum Ask {
    /// To send a content.
    Upload(Uid, Upload, oneshot::Sender<Answered<Option<TransferToken>>>),
    /// To fetch one.
    Download(Uid, Box<Attachment>, oneshot::Sender<Answered<TransferToken>>),
    /// To serve a connection; the sender is dropped when it is over.
    Serve(Handover, oneshot::Sender<()>),
}

type Answered<T> = std::result::Result<T, Refusal>;

/// The service.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) shared: Arc<SharedState>,
    pub(super) asks: mpsc::Receiver<Ask>,
    pub(super) referred: Box<dyn Referred>,
}

impl Service {
    /// Runs until the server ends, or nobody has the handle any more.
    pub(super) async fn run(self) {
        let Self { shared, mut asks, referred } = self;
        let of = Arc::clone(&shared);
        let indexed = on_disk(move || index(&of)).await.and_then(|indexed| indexed);
        if let Err(error) = indexed {
            tracing::error!(%error, "the files of the state directory cannot be read; those in them are not found");
        }
        let mut tasks = JoinSet::new();
        let mut replicating: Option<JoinHandle<()>> = None;
        let sweeping = tokio::spawn(sweep(Arc::clone(&shared), referred));
        loop {
            tokio::select! {
                ask = asks.recv() => match ask {
                    Some(ask) => answer(&shared, ask, &mut tasks),
                    None => break,
                },
                _ = tasks.join_next(), if !tasks.is_empty() => {}
                brings = shared.shares(), if replicating.is_none() => {
                    replicating = Some(tokio::spawn(replicate(Arc::clone(&shared), brings)));
                }
                () = shared.ending.notified() => break,
            }
        }
        shared.registry().shut_down();
        sweeping.abort();
        replicating.iter().for_each(JoinHandle::abort);
        while tasks.join_next().await.is_some() {}
        shared.ended.send_replace(true);
    }
}

/// Finds what is on disk.
fn index(shared: &SharedState) -> Result<()> {
    shared.folder.make()?;
    for found in shared.folder.all_contents()? {
        let ((sha256, proof), bytes, kept) = (found.key, found.bytes, found.written);
        shared.registry().found(sha256, Content { proof, bytes, kept });
    }
    for found in shared.folder.all_parts()? {
        let ((uid, sha256), bytes, written) = (found.key, found.bytes, found.written);
        let part = Part { bytes, hasher: FileHasher::default(), hashed: 0, written };
        let goes = shared.registry().found_part(uid, sha256, part);
        if let Some(oldest) = goes {
            shared.remove_part(uid, oldest);
        }
    }
    shared.change(|_| ());
    Ok(())
}

fn answer(shared: &Arc<SharedState>, ask: Ask, tasks: &mut JoinSet<()>) {
    match ask {
        Ask::Upload(uid, upload, answer) => {
            let room = shared.folder.room();
            let token = fresh_token();
            let answered =
                token.and_then(|token| shared.registry().upload(uid, &upload, room, token, Instant::now()));
            note(shared, &answered);
            // Who asked is gone otherwise.
            answer.send(answered).ok();
        }
        Ask::Download(uid, file, answer) => {
            let token = fresh_token();
            let answered =
                token.and_then(|token| shared.registry().download(uid, &file, token, Instant::now()));
            note(shared, &answered);
            answer.send(answered).ok();
        }
        Ask::Serve(handover, done) => {
            let shared = Arc::clone(shared);
            tasks.spawn(async move {
                serve(shared, handover).await;
                drop(done);
            });
        }
    }
}

fn note<T>(shared: &SharedState, answered: &Answered<T>) {
    if answered.is_err() {
        shared.stats.refused.add(1);
    }
}

fn fresh_token() -> Answered<TransferToken> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)
        .map_err(|_| Refusal::new(Code::Internal, "the server has no randomness; try again"))?;
    Ok(TransferToken::from_bytes(random))
}

/// Serves one connection.
async fn serve(shared: Arc<SharedState>, handover: Handover) {
    let Handover { mut socket, request, early } = handover;
    let moved = Arc::get_mut(&mut socket).map(Socket::move_here);
    if let Some(Err(error)) = moved {
        tracing::warn!(%error, from = %socket.peer, "a connection for a file cannot be served");
        return;
    }
    let opened = shared.registry().open(&request.token, Instant::now());
    let begun = match opened {
        Ok(job) => begin(&shared, job).await,
        Err(refusal) => Err(refusal),
    };
    match begun {
        Ok(begun) if begun.job.way == Way::Up => receive(shared, socket, begun, early).await,
        Ok(begun) => send(shared, socket, begun, request.from).await,
        Err(refusal) => {
            shared.stats.refused.add(1);
            answer::refuse(&socket, refusal).await;
        }
    }
}

/// Begins a transfer, when the former one of the same content has ended.
async fn begin(shared: &SharedState, job: Job) -> Answered<Begun> {
    let begin = async {
        loop {
            let finished = shared.finished.notified();
            match shared.change(|registry| registry.begin(job)) {
                Ok(begun) => return Ok(begun),
                Err(NotBegun::Refused(refusal)) => return Err(refusal),
                Err(NotBegun::WaitForFormer) => finished.await,
            }
        }
    };
    timeout(FORMER, begin).await.unwrap_or_else(|_| {
        let busy = "the former transfer of this file has not ended yet; try again";
        Err(Refusal::new(Code::RateLimited, busy).retry_after(FORMER))
    })
}
