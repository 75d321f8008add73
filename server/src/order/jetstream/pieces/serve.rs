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

use super::protocol::{Ask, Close, ERROR, Have, Open, Opened, PIECE, Peers, Read, Source, Subjects, hex};

/// Requests that are answered at the same time; more wait.
const AT_ONCE: usize = 8;

/// Files that are open at the same time; who wants one more is refused and asks another server.
const OPEN: usize = 64;

/// A file that nobody reads for so long is closed.
const IDLE: Duration = Duration::from_mins(1);

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
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    while let Some(request) = requests.next().await {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            server.answer(request).await;
            drop(permit);
        });
    }
}

impl<S: Source> Server<S> {
    async fn answer(self: &Arc<Self>, request: Message) {
        let Some(reply) = request.reply.clone() else { return self.close(&request.payload) };
        let answered = match request.subject.rsplit('.').next() {
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
        let Open { key } = serde_json::from_slice(payload)?;
        self.close_idle()?;
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
            files.open.insert(of, OpenFile { file: Arc::new(file), used: Instant::now() });
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

    fn close_idle(&self) -> io::Result<()> {
        let mut files = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        files.open.retain(|_, file| file.used.elapsed() < IDLE);
        if files.open.len() >= OPEN {
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, "too many servers fetch something here"));
        }
        Ok(())
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
fn hashed(file: File) -> io::Result<(File, u64, String)> {
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
