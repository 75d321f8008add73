//! Sending a content: prepared once, then sent from where the server says, as often as it takes.

use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use shared::Refusal;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use super::connection::{End, Opened, STALL, hear_end, open};
use super::downloads::Directories;
use super::job::{Go, PIECE, Report, blocking, on_own_thread};
use super::prepare::{self, Sendable, Wish};
use crate::transfer::TransferNews;

/// The server may take this long to write the rest to its disk and to look at the hash.
const LAST_ANSWER: Duration = Duration::from_mins(5);
/// After an error of the connection, what the server has said of it may still be read for so long.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Prepares a file and sends it whenever it is told to.
pub(super) async fn run(
    wish: Wish,
    directories: Arc<Directories>,
    reading: Arc<Semaphore>,
    mut orders: mpsc::Receiver<Go>,
    report: Report,
) {
    let found = blocking(move |_| (prepare::find(&wish, &directories), wish)).await;
    let (path, wish) = match found {
        Some((Ok(found), wish)) => {
            report.tell(prepare::found(&found)).await;
            (found.path, wish)
        }
        Some((Err(problem), _)) => return report.tell(TransferNews::Failed(problem)).await,
        None => return,
    };
    let Ok(permit) = reading.acquire_owned().await else { return };
    let mut progress = report.clone();
    let read = blocking(move |stopped| {
        let read = prepare::read_through(&wish, path, &mut progress, stopped);
        drop(permit);
        read
    });
    let sendable = match read.await {
        Some(Ok(Some(sendable))) => Arc::new(sendable),
        Some(Err(problem)) => return report.tell(TransferNews::Failed(problem)).await,
        Some(Ok(None)) | None => return,
    };
    report.tell(TransferNews::Prepared(sendable.content.clone())).await;
    while let Some(go) = orders.recv().await {
        let (sendable, progress) = (Arc::clone(&sendable), report.clone());
        let end = on_own_thread(move || async move { send(&sendable, go, progress).await }).await;
        report.tell(news_of(end)).await;
    }
}

fn news_of(end: Option<End>) -> TransferNews {
    match end {
        Some(End::Done) => TransferNews::Sent,
        Some(End::Refused(refusal)) => TransferNews::Refused(refusal),
        Some(End::Changed | End::Disk(_)) => TransferNews::Changed,
        Some(End::Cut(why)) => TransferNews::Cut(why),
        None => TransferNews::Cut("there is no thread for it".to_owned()),
    }
}

async fn send(sendable: &Sendable, go: Go, report: Report) -> End {
    match try_to_send(sendable, go, report).await {
        Ok(end) | Err(end) => end,
    }
}

async fn try_to_send(sendable: &Sendable, go: Go, mut report: Report) -> Result<End, End> {
    if prepare::stamp_of(&sendable.path).ok() != Some(sendable.content.stamp) {
        return Ok(End::Changed);
    }
    let bytes = sendable.content.file.bytes;
    let Opened { stream, transfer, rest } = open(go.route, go.token, 0).await?;
    if transfer.bytes != bytes || transfer.from > bytes {
        return Err(End::Cut("the server speaks of another file".to_owned()));
    }
    let (reading, mut writing) = tokio::io::split(stream);
    let mut answer = pin!(hear_end(reading, rest, bytes));
    let mut reader = sendable.prepared.reader();
    reader.seek(SeekFrom::Start(transfer.from))?;
    let (mut done, mut piece) = (transfer.from, vec![0; PIECE]);
    report.progress(done);
    while done < bytes {
        let count = match reader.read(&mut piece) {
            // It has become shorter.
            Ok(0) => return Ok(End::Changed),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(End::Changed),
            Err(error) => return Ok(End::Disk(error)),
            Ok(count) => count,
        };
        let some = piece.get(..count).unwrap_or_default();
        let written = tokio::select! {
            biased;
            // Whatever it says before all of it is there is no good news.
            end = &mut answer => return Ok(early(end)),
            written = timeout(STALL, writing.write_all(some)) => written,
        };
        match written {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                // It may have said why.
                let said = timeout(LAST_WORDS, &mut answer).await;
                return Ok(said.map_or_else(|_| error.into(), early));
            }
            Err(_) => return Err(End::Cut("the server takes nothing".to_owned())),
        }
        done += count as u64;
        report.progress(done);
    }
    writing.flush().await?;
    let end = timeout(LAST_ANSWER, answer).await;
    Ok(end.unwrap_or_else(|_| End::Cut("the server does not say that it has it".to_owned())))
}

/// What the server says before it has everything.
fn early(end: End) -> End {
    if matches!(end, End::Done) { End::Refused(Refusal::new(shared::Code::HashMismatch, "")) } else { end }
}
