//! What the shell of lines remembers of files: standard input that is being written to a file, and what was told of transfers.

use std::collections::HashMap;
use std::path::PathBuf;

use shared::ServerMsg;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::app::transfers::TransferState;
use crate::line_options::FileToSend;
use crate::transfer::{FileProblem, FileTrouble, TransferId};

/// What standard input has is being written to a file.
pub(super) struct Spooling {
    pub(super) writing: JoinHandle<Result<PathBuf, FileProblem>>,
    pub(super) file: FileToSend,
}

/// What was told of transfers: which state, and when.
pub(super) type Told = HashMap<TransferId, (TransferState, Instant)>;

/// What became of it; waits for ever while nothing is written. Cancel safe.
pub(super) async fn spooled(spooling: &mut Option<Spooling>) -> Result<PathBuf, FileProblem> {
    match spooling {
        Some(spooling) => (&mut spooling.writing).await.unwrap_or_else(|error| {
            let why = FileTrouble::System(error.to_string());
            Err(FileProblem { path: "-".into(), why })
        }),
        None => std::future::pending().await,
    }
}

/// An answer without the token in it, if there is one.
pub(super) fn without_token(msg: &ServerMsg) -> Option<ServerMsg> {
    let ServerMsg::Ok(answer) = msg else { return None };
    answer.token.as_ref()?;
    let mut answer = answer.clone();
    answer.token = None;
    Some(ServerMsg::Ok(answer))
}
