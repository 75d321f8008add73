//! Saving a content: what is there of it is read through once, then the rest is fetched, as often as it takes. When the hash is right, it
//! gets its name.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use shared::Attachment;
use tokio::io::AsyncReadExt as _;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use super::connection::{End, Opened, STALL, open};
use super::downloads::Directories;
use super::finish::finish;
use super::job::{Go, PIECE, Report, blocking, on_own_thread};
use super::part::Part;
use super::prepare::problem;
use crate::profile::SavePlace;
use crate::transfer::{FileProblem, FileTrouble, TransferNews};

/// Looks for what is there of a file, and fetches the rest whenever it is told to.
pub(super) async fn run(
    file: Attachment,
    place: SavePlace,
    directories: Arc<Directories>,
    reading: Arc<Semaphore>,
    mut orders: mpsc::Receiver<Go>,
    report: Report,
) {
    let Some(dir) = place.dir.clone().or_else(|| directories.downloads.clone()) else {
        let problem = FileProblem { path: PathBuf::new(), why: FileTrouble::NoPlace };
        return report.tell(TransferNews::Failed(problem)).await;
    };
    let dir = directories.absolute(&dir).unwrap_or(dir);
    let failed = |error: &io::Error| TransferNews::Failed(problem(&dir, error));
    let Ok(permit) = reading.acquire_owned().await else { return };
    let (into, of, mut progress) = (dir.clone(), file.clone(), report.clone());
    let opened = blocking(move |stopped| {
        let opened = Part::open(&into, &of, &mut progress, stopped);
        drop(permit);
        opened
    });
    let mut part = match opened.await {
        Some(Ok(Some(part))) => part,
        Some(Err(error)) => return report.tell(failed(&error)).await,
        Some(Ok(None)) | None => return,
    };
    report.tell(TransferNews::Ready { from: part.len(), dir: dir.clone() }).await;
    let file = Arc::new(file);
    while let Some(go) = orders.recv().await {
        let (of, progress) = (Arc::clone(&file), report.clone());
        let fetched = on_own_thread(move || async move {
            let end = fetch(&mut part, &of, go, progress).await;
            (end, part)
        });
        let Some((end, back)) = fetched.await else {
            return report.tell(failed(&io::Error::other("there is no thread for it"))).await;
        };
        part = back;
        let news = match end {
            End::Done => {
                let (into, of, origin) = (dir.clone(), Arc::clone(&file), place.origin.clone());
                let finished = blocking(move |stopped| {
                    let (open, path) = part.file();
                    finish(open, path, &into, &of.name, &origin, stopped)
                });
                return match finished.await {
                    Some(Ok(Some(path))) => report.tell(TransferNews::Saved(path)).await,
                    Some(Err(error)) => report.tell(failed(&error)).await,
                    Some(Ok(None)) | None => {}
                };
            }
            End::Cut(why) => TransferNews::Cut(why),
            End::Refused(refusal) => TransferNews::Refused(refusal),
            End::Changed => TransferNews::Changed,
            End::Disk(error) => return report.tell(failed(&error)).await,
        };
        report.tell(news).await;
    }
}

async fn fetch(part: &mut Part, file: &Attachment, go: Go, report: Report) -> End {
    match try_to_fetch(part, file, go, report).await {
        Ok(end) | Err(end) => end,
    }
}

async fn try_to_fetch(part: &mut Part, file: &Attachment, go: Go, mut report: Report) -> Result<End, End> {
    let Opened { mut stream, transfer, rest } = open(go.route, go.token, part.len()).await?;
    if transfer.from != part.len() {
        return Err(End::Cut("the server begins elsewhere".to_owned()));
    }
    if transfer.bytes != file.bytes {
        return wrong(part);
    }
    let mut write = |part: &mut Part, bytes: &[u8]| {
        // What is more than was said is not looked at.
        let left = usize::try_from(file.bytes - part.len()).unwrap_or(usize::MAX);
        part.write(bytes.get(..left).unwrap_or(bytes)).map_err(End::Disk)?;
        report.progress(part.len());
        Ok::<(), End>(())
    };
    write(part, &rest)?;
    let mut piece = vec![0; PIECE];
    while part.len() < file.bytes {
        let count = match timeout(STALL, stream.read(&mut piece)).await {
            Ok(Ok(0)) => return Err(End::Cut("the server closed it".to_owned())),
            Ok(read) => read?,
            Err(_) => return Err(End::Cut("nothing comes".to_owned())),
        };
        write(part, piece.get(..count).unwrap_or_default())?;
    }
    if part.hash() == file.sha256 { Ok(End::Done) } else { wrong(part) }
}

/// What is there is not the file.
fn wrong(part: &mut Part) -> Result<End, End> {
    part.begin_anew().map_err(End::Disk)?;
    Ok(End::Changed)
}
