//! The taking end.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use async_nats::{Client, Message, Request, Subscriber};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use serde::Serialize;
use shared::{FileHasher, FileProof};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use super::protocol::{Ask, Close, ERROR, Have, Open, Opened, PIECE, Peers, Read, Subjects};

/// How long anybody has to say that it has something.
const ANYBODY: Duration = Duration::from_secs(3);

/// How much longer the others have, once one has said so: they are taken if that one fails.
const OTHERS: Duration = Duration::from_millis(200);

/// How long a server has to open something that it may have to make.
const OPENS: Duration = Duration::from_mins(5);

/// How long it has for a piece, and to open what is there.
const ANSWERS: Duration = Duration::from_secs(5);

/// How often a piece is asked for before another server is taken.
const TRIES: usize = 3;

/// Pieces that are asked for at once, so that a long way does not make it slow.
const AT_ONCE: usize = 4;

/// What was fetched.
#[derive(Debug)]
pub struct Fetched {
    /// The file that it was written to.
    pub file: File,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal digits; it was checked against what the other server told.
    pub sha256: String,
    /// The second hash of it.
    pub proof: FileProof,
    /// Who gave the last of it.
    pub from: String,
}

/// What is known of something before it is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// Why something was not fetched. The file has a part of it at most.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No server that can be reached has it.
    #[error("no other server has it, or none can be reached")]
    Nobody,
    /// It cannot be written here.
    #[error("it cannot be written: {0}")]
    Written(io::Error),
    /// All who have it failed; this is what the last one did.
    #[error("no other server could give it: {0}")]
    Given(String),
}

/// What was read so far.
struct Taking {
    file: File,
    digest: FileHasher,
    bytes: u64,
    /// Of what.
    of: Option<Known>,
}

/// Those who say that they have it, the quickest first.
struct Having {
    answers: Option<Subscriber>,
    until: Instant,
    /// These are not meant.
    but: BTreeSet<String>,
}

/// Why one server did not give it.
enum Failed {
    Here(io::Error),
    There(String),
}

impl Peers {
    /// Fetches what has this key from any server that has it, into an empty file. `progress` hears how many bytes there are,
    /// and of how many.
    ///
    /// # Errors
    /// When no server has it, or none could give it.
    pub async fn fetch(
        &self,
        what: &str,
        key: &str,
        into: File,
        progress: impl FnMut(u64, u64),
    ) -> Result<Fetched, FetchError> {
        self.fetch_but(&BTreeSet::new(), (what, key), into, progress).await
    }

    /// The same from any server but these, by what [`Fetched::from`] said.
    ///
    /// # Errors
    /// The same.
    pub async fn fetch_but(
        &self,
        but: &BTreeSet<String>,
        (what, key): (&str, &str),
        into: File,
        progress: impl FnMut(u64, u64),
    ) -> Result<Fetched, FetchError> {
        let taking = Taking { file: into, digest: FileHasher::default(), bytes: 0, of: None };
        self.fetch_into((what, key), None, but, taking, progress).await
    }

    /// The same of what is known already: goes on with what the file has of it.
    ///
    /// # Errors
    /// The same. What others have by this key is not taken if it is something else.
    pub async fn resume(
        &self,
        what: &str,
        key: &str,
        known: &Known,
        into: File,
        progress: impl FnMut(u64, u64),
    ) -> Result<Fetched, FetchError> {
        let of = known.clone();
        let resuming = spawn_blocking(move || Taking::resume(into, &of)).await;
        let taking = resuming.map_err(io::Error::other).flatten().map_err(FetchError::Written)?;
        self.fetch_into((what, key), Some(known), &BTreeSet::new(), taking, progress).await
    }

    async fn fetch_into(
        &self,
        (what, key): (&str, &str),
        known: Option<&Known>,
        but: &BTreeSet<String>,
        mut taking: Taking,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Fetched, FetchError> {
        let subjects = self.subjects(what);
        let mut having = self.who_has(&subjects, key, but).await;
        let mut last = None;
        while let Some(peer) = having.next().await {
            match self.take(&subjects, (&peer, key), known, taking, &mut progress).await {
                (rest, Ok((sha256, proof))) => {
                    return Ok(Fetched { file: rest.file, bytes: rest.bytes, sha256, proof, from: peer });
                }
                (_, Err(Failed::Here(error))) => return Err(FetchError::Written(error)),
                (rest, Err(Failed::There(why))) => {
                    tracing::info!(what, key, %why, "another server did not give all of what was asked for");
                    (taking, last) = (rest, Some(why));
                }
            }
        }
        Err(last.map_or(FetchError::Nobody, FetchError::Given))
    }

    async fn who_has(&self, subjects: &Subjects, key: &str, but: &BTreeSet<String>) -> Having {
        let inbox = self.client.new_inbox();
        let ask = Ask { key: key.to_owned(), from: self.own.clone() };
        let mut answers = self.client.subscribe(inbox.clone()).await.ok();
        if self.client.publish_with_reply(subjects.ask(), inbox, json(&ask)).await.is_err() {
            answers = None;
        }
        Having { answers, until: Instant::now() + ANYBODY, but: but.clone() }
    }

    /// Takes it from one server, from where another one left off.
    async fn take(
        &self,
        subjects: &Subjects,
        (peer, key): (&str, &str),
        known: Option<&Known>,
        taking: Taking,
        progress: &mut impl FnMut(u64, u64),
    ) -> (Taking, Result<(String, FileProof), Failed>) {
        let patience = if known.is_some() { ANSWERS } else { OPENS };
        let opened = match self.open(subjects.open(peer), key, patience).await {
            Ok(opened) => opened,
            Err(why) => return (taking, Err(Failed::There(why))),
        };
        let is_other = |known: &Known| (known.bytes, &known.sha256) != (opened.bytes, &opened.sha256);
        if known.is_some_and(is_other) {
            return (taking, Err(Failed::There("it is something else there".to_owned())));
        }
        let _closes = Closes { client: self.client.clone(), subject: subjects.close(peer), of: opened.of };
        self.take_opened(subjects.read(peer), opened, taking, progress).await
    }

    /// Reads what was opened.
    async fn take_opened(
        &self,
        subject: String,
        opened: Opened,
        mut taking: Taking,
        progress: &mut impl FnMut(u64, u64),
    ) -> (Taking, Result<(String, FileProof), Failed>) {
        if let Err(error) = taking.begin(&opened) {
            return (taking, Err(Failed::Here(error)));
        }
        let (of, offsets) = (opened.of, (taking.bytes..opened.bytes).step_by(PIECE));
        let read = |offset| self.read(subject.clone(), Read { of, offset });
        let mut pieces = stream::iter(offsets).map(read).buffered(AT_ONCE);
        while let Some(piece) = pieces.next().await {
            let piece = match piece {
                Ok(piece) => piece,
                Err(why) => return (taking, Err(Failed::There(why))),
            };
            let due = usize::try_from(opened.bytes - taking.bytes).unwrap_or(PIECE).min(PIECE);
            if piece.len() != due {
                return (
                    taking.anew(),
                    Err(Failed::There(format!("a piece of {} bytes, not of {due}", piece.len()))),
                );
            }
            if let Err(error) = taking.write(piece).await {
                return (taking, Err(Failed::Here(error)));
            }
            progress(taking.bytes, opened.bytes);
        }
        let (sha256, proof) = taking.digest.clone().finish();
        if sha256.to_string() != opened.sha256 {
            return (taking.anew(), Err(Failed::There("it was damaged there, or on the way".to_owned())));
        }
        (taking, Ok((opened.sha256, proof)))
    }

    async fn open(&self, subject: String, key: &str, patience: Duration) -> Result<Opened, String> {
        let answer = self.ask(subject, &Open { key: key.to_owned(), by: self.fetcher() }, patience).await?;
        serde_json::from_slice(&answer).map_err(|error| error.to_string())
    }

    async fn read(&self, subject: String, read: Read) -> Result<Bytes, String> {
        let mut why = String::new();
        for _ in 0..TRIES {
            match self.ask(subject.clone(), &read, ANSWERS).await {
                Ok(piece) => return Ok(piece),
                Err(error) => why = error,
            }
        }
        Err(why)
    }

    async fn ask(&self, subject: String, what: &impl Serialize, patience: Duration) -> Result<Bytes, String> {
        let request = Request::new().payload(json(what)).timeout(Some(patience));
        let answer: Message =
            self.client.send_request(subject, request).await.map_err(|error| error.to_string())?;
        match answer.headers.as_ref().and_then(|headers| headers.get(ERROR)) {
            Some(error) => Err(error.to_string()),
            None => Ok(answer.payload),
        }
    }
}

/// Tells the other server, when it is dropped, that what it opened is not read any more. One that does not hear it closes it later by
/// itself.
struct Closes {
    client: Client,
    subject: String,
    of: u64,
}

impl Drop for Closes {
    fn drop(&mut self) {
        let Ok(runtime) = Handle::try_current() else { return };
        let (client, close) = (self.client.clone(), json(&Close { of: self.of }));
        let subject = std::mem::take(&mut self.subject);
        runtime.spawn(async move { client.publish(subject, close).await });
    }
}

impl Having {
    /// The next one. Once one has said so, the others have a moment more.
    async fn next(&mut self) -> Option<String> {
        let answers = self.answers.as_mut()?;
        while let Ok(Some(answer)) = timeout_at(self.until, answers.next()).await {
            // NATS says so if nobody listens.
            if answer.status.is_some() {
                break;
            }
            if let Ok(Have { peer }) = serde_json::from_slice(&answer.payload)
                && !self.but.contains(&peer)
            {
                self.until = self.until.min(Instant::now() + OTHERS);
                return Some(peer);
            }
        }
        self.answers = None;
        None
    }
}

impl Taking {
    /// With what a file has of something: all of it is hashed. If it is whole and has another hash, nothing of it is kept.
    fn resume(file: File, of: &Known) -> io::Result<Self> {
        let mut taking = Self { file, digest: FileHasher::default(), bytes: 0, of: Some(of.clone()) };
        let length = taking.file.metadata()?.len();
        let mut piece = vec![0; PIECE];
        while taking.bytes < length && length <= of.bytes {
            let read = taking.file.read_at(&mut piece, taking.bytes)?;
            taking.digest.update(piece.get(..read).unwrap_or_default());
            taking.bytes += read as u64;
            if read == 0 {
                break;
            }
        }
        let is_wrong = || taking.digest.clone().finish().0.to_string() != of.sha256;
        Ok(if length > of.bytes || (length == of.bytes && is_wrong()) { taking.anew() } else { taking })
    }

    /// Goes on if it is the same, and otherwise begins anew.
    fn begin(&mut self, opened: &Opened) -> io::Result<()> {
        let same = |of: &Known| (of.bytes, &of.sha256) == (opened.bytes, &opened.sha256);
        if !self.of.as_ref().is_some_and(same) {
            (self.digest, self.bytes) = (FileHasher::default(), 0);
            self.file.set_len(0)?;
        }
        self.of = Some(Known { bytes: opened.bytes, sha256: opened.sha256.clone() });
        Ok(())
    }

    /// What was read is not to be trusted.
    fn anew(self) -> Self {
        Self { of: None, ..self }
    }

    async fn write(&mut self, piece: Bytes) -> io::Result<()> {
        let (file, offset, length) = (self.file.try_clone()?, self.bytes, piece.len() as u64);
        let mut digest = std::mem::take(&mut self.digest);
        let writing = spawn_blocking(move || {
            digest.update(&piece);
            file.write_all_at(&piece, offset).map(|()| digest)
        });
        self.digest = writing.await??;
        self.bytes += length;
        Ok(())
    }
}

fn json(what: &impl Serialize) -> Bytes {
    serde_json::to_vec(what).unwrap_or_default().into()
}
