//! The giving end.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::{Client, HeaderMap, Message};
use bytes::Bytes;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, spawn_blocking};
use tokio::time::Instant;

use super::protocol::{
    Ask, Close, ERROR, Fetcher, Have, Open, Opened, PIECE, Peers, Read, Source, Subjects, hex,
};

/// Requests that are answered at the same time; more wait.
const AT_ONCE: usize = 8;

/// The same of those that open something, which may have to be made: one more is refused, so that none of them keeps those waiting
/// who read.
const OPENING: usize = 16;

/// Files that are open at the same time; who wants one more is refused and asks another server.
const OPEN: usize = 64;

/// A file that nobody reads for so long is closed: whoever fetches it has given up by then.
const IDLE: Duration = Duration::from_secs(20);

/// How often it is looked for such files.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Gives until it is dropped.
#[derive(Debug)]
pub struct Serving(pub(super) AbortHandle);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Server<S> {
    source: S,
    client: Client,
    own: String,
    open: Mutex<Files>,
}

#[derive(Default)]
struct Files {
    last: u64,
    open: HashMap<u64, OpenFile>,
}

struct OpenFile {
    file: Arc<File>,
    used: Instant,
    by: Option<Fetcher>,
}

impl Peers {
    /// Gives the others what they ask for of this kind, which is one token of a subject, other than `order`.
    pub fn serve(&self, what: &str, source: impl Source) -> Serving {
        let (client, own, subjects) = (self.client.clone(), self.own.clone(), self.subjects(what));
        let server = Server { source, client, own, open: Mutex::default() };
        Serving(tokio::spawn(serve(Arc::new(server), subjects)).abort_handle())
    }
}

async fn serve<S: Source>(server: Arc<Server<S>>, subjects: Subjects) {
    let client = &server.client;
    let asked = client.subscribe(subjects.ask()).await;
    let told = client.subscribe(subjects.all_of(&server.own)).await;
    let (Ok(asked), Ok(told)) = (asked, told) else {
        return tracing::error!(subject = %subjects.ask(), "cannot give anything to other servers: the connection is closed");
    };
    let mut requests = futures_util::stream::select(asked, told);
    let (permits, opening) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Semaphore::new(OPENING)));
    let mut look = tokio::time::interval(LOOK_EVERY);
    loop {
        let request = tokio::select! {
            request = requests.next() => request,
            _ = look.tick() => {
                server.close_idle();
                continue;
            }
        };
        let Some(request) = request else { return };
        let permit = if request.subject.ends_with(".open") {
            Arc::clone(&opening).try_acquire_owned().ok()
        } else {
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
            Some(permit)
        };
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            server.answer(request, permit.is_some()).await;
            drop(permit);
        });
    }
}

impl<S: Source> Server<S> {
    async fn answer(self: &Arc<Self>, request: Message, may: bool) {
        let Some(reply) = request.reply.clone() else { return self.close(&request.payload) };
        let answered = match request.subject.rsplit('.').next() {
            Some("open") if !may => Err(too_many()),
            Some("open") => self.open(&request.payload).await,
            Some("read") => self.read(&request.payload).await,
            _ => match self.have(&request.payload).await {
                Some(have) => Ok(have),
                // Who has nothing is silent: others may have it.
                None => return,
            },
        };
        let sent = match answered {
            Ok(bytes) => self.client.publish(reply, bytes).await,
            Err(error) => {
                let mut headers = HeaderMap::new();
                headers.insert(ERROR, error.to_string().replace(['\r', '\n'], " "));
                self.client.publish_with_headers(reply, headers, Bytes::new()).await
            }
        };
        if let Err(error) = sent {
            tracing::debug!(%error, "another server was not answered");
        }
    }

    async fn have(self: &Arc<Self>, payload: &[u8]) -> Option<Bytes> {
        let ask: Ask = serde_json::from_slice(payload).ok()?;
        let server = Arc::clone(self);
        let has = ask.from != self.own && spawn_blocking(move || server.source.has(&ask.key)).await.ok()?;
        has.then(|| serde_json::to_vec(&Have { peer: self.own.clone() }).ok()).flatten().map(Bytes::from)
    }

    async fn open(self: &Arc<Self>, payload: &[u8]) -> io::Result<Bytes> {
        let Open { key, by } = serde_json::from_slice(payload)?;
        self.make_room(by.as_ref())?;
        let server = Arc::clone(self);
        let opening = spawn_blocking(move || {
            let file = server.source.open(&key)?;
            match server.source.sha256(&key) {
                Some(sha256) => file.metadata().map(|meta| (file, meta.len(), sha256)),
                None => hashed(file),
            }
        });
        let (file, bytes, sha256) = opening.await??;
        let of = {
            let mut files = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            files.last += 1;
            let of = files.last;
            files.open.insert(of, OpenFile { file, used: Instant::now(), by });
            of
        };
        Ok(serde_json::to_vec(&Opened { of, bytes, sha256 })?.into())
    }

    /// Nobody reads it any more.
    fn close(&self, payload: &[u8]) {
        if let Ok(Close { of }) = serde_json::from_slice(payload) {
            self.open.lock().unwrap_or_else(PoisonError::into_inner).open.remove(&of);
        }
    }

    fn close_idle(&self) {
        let mut files = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        files.open.retain(|_, file| file.used.elapsed() < IDLE);
    }

    /// Closes what is not read any more, also what an earlier start of this fetcher had open. There must be room for one more then.
    fn make_room(&self, by: Option<&Fetcher>) -> io::Result<()> {
        self.close_idle();
        let mut files = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(by) = by {
            let is_earlier = |other: &Fetcher| other.identity == by.identity && other.own != by.own;
            files.open.retain(|_, file| !file.by.as_ref().is_some_and(is_earlier));
        }
        if files.open.len() >= OPEN { Err(too_many()) } else { Ok(()) }
    }

    async fn read(&self, payload: &[u8]) -> io::Result<Bytes> {
        let Read { of, offset } = serde_json::from_slice(payload)?;
        let file = {
            let mut files = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let closed = || io::Error::new(io::ErrorKind::NotFound, "it is not open any more");
            let open = files.open.get_mut(&of).ok_or_else(closed)?;
            open.used = Instant::now();
            Arc::clone(&open.file)
        };
        spawn_blocking(move || read_at(&file, offset)).await?.map(Bytes::from)
    }
}

fn too_many() -> io::Error {
    io::Error::new(io::ErrorKind::ResourceBusy, "too many servers fetch something here")
}

/// A piece from this place on; shorter at the end.
fn read_at(file: &File, offset: u64) -> io::Result<Vec<u8>> {
    let mut piece = vec![0; PIECE];
    let mut length = 0;
    while length < PIECE {
        let rest = piece.get_mut(length..).unwrap_or_default();
        match file.read_at(rest, offset + length as u64) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    piece.truncate(length);
    Ok(piece)
}

/// The length and the SHA-256 of a file.
fn hashed(file: Arc<File>) -> io::Result<(Arc<File>, u64, String)> {
    let (mut digest, mut bytes) = (Sha256::new(), 0);
    loop {
        let piece = read_at(&file, bytes)?;
        if piece.is_empty() {
            return Ok((file, bytes, hex(&digest.finalize())));
        }
        bytes += piece.len() as u64;
        digest.update(&piece);
    }
}
