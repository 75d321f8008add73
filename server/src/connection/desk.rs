//! The operator's connection: every line is an order, carried out in the order they came. It must not decide who is
//! the operator; the listener has.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use shared::codec::{Frame, to_line};
use shared::{Refusal, ServerMsg};

use super::{Context, End, greet};
use crate::admin::request::{Errand, What};
use crate::admin::status::{Holdings, StoreState};
use crate::chat::proposal::{ConnId, Operated, Proposal};
use crate::hub::Local;

/// How long the store may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// One operator's way from lines to proposals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Desk {
    /// The connection.
    pub(super) conn: ConnId,
    /// The Unix user at its other end.
    pub(super) uid: u32,
}

impl Desk {
    /// Takes all lines that are there. The operator has no pace.
    pub(super) async fn take(self, frames: &mut VecDeque<Frame>, context: &Context) -> Result<(), End> {
        while let Some(frame) = frames.pop_front() {
            match frame {
                Frame::Line(line) => match Errand::parse(&line) {
                    Ok(errand) => self.carry_out(errand, context).await?,
                    Err(refusal) => self.refuse(refusal, context).await?,
                },
                Frame::TooLong => return Err(End::Fatal(greet::too_long(shared::limits::LINE_BYTES))),
                Frame::BadUtf8 => return Err(End::Fatal(greet::bad_utf8())),
            }
        }
        Ok(())
    }

    async fn carry_out(self, errand: Errand, context: &Context) -> Result<(), End> {
        let Errand { id, what } = errand;
        match what {
            What::Wire(msg) => {
                let operated = Operated { conn: self.conn, id, msg, unix: self.uid };
                let proposal = Proposal::Operate(Box::new(operated));
                context.proposer.propose(proposal).await.map_err(|_| End::ServerEnds)
            }
            What::Status => {
                let store = ask_store(context).await;
                let asked = Local::Status(self.conn, id, store);
                context.local.send(asked).await.map_err(|_| End::ServerEnds)
            }
        }
    }

    async fn refuse(self, refusal: Refusal, context: &Context) -> Result<(), End> {
        let line = to_line(&ServerMsg::Error(refusal));
        context.local.send(Local::Answer(self.conn, line)).await.map_err(|_| End::ServerEnds)
    }
}

/// How the store is. What hangs is not waited for.
async fn ask_store(context: &Context) -> StoreState {
    let (tried, store) = tokio::join!(try_store(context), count(context.state_dir.clone()));
    let (commit_us, commit_error) = match tried {
        Ok(us) => (Some(us), None),
        Err(why) => (None, Some(why)),
    };
    StoreState { commit_us, commit_error, store }
}

/// Has the store commit something of no consequence; how long that took, in microseconds, or why it did not work.
async fn try_store(context: &Context) -> Result<u64, String> {
    let before = Instant::now();
    let (asker, answer) = oneshot::channel();
    context.local.send(Local::Try(asker)).await.map_err(|_| "the server is stopping".to_owned())?;
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok(Ok(()))) => Ok(u64::try_from(before.elapsed().as_micros()).unwrap_or(u64::MAX)),
        Ok(Ok(Err(why))) => Err(why),
        Ok(Err(_)) => Err("the server is stopping".to_owned()),
        Err(_) => Err(format!("it did not answer in {} s", PATIENCE.as_secs())),
    }
}

/// What the store holds, read on a thread of its own; nothing when it cannot say in time.
async fn count(dir: PathBuf) -> Option<Holdings> {
    let counting = tokio::task::spawn_blocking(move || Holdings::count(&dir));
    match tokio::time::timeout(PATIENCE, counting).await {
        Ok(Ok(Ok(holdings))) => Some(holdings),
        Ok(Ok(Err(error))) => {
            tracing::warn!(%error, "could not count what the store holds");
            None
        }
        Ok(Err(_)) | Err(_) => None,
    }
}
