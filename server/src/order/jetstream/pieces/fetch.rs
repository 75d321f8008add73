//! The taking end.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use async_nats::{Message, Request};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use super::protocol::{Ask, ERROR, Have, Open, Opened, PIECE, Peers, Read, Subjects, hex};

/// How long anybody has to say that it has something.
const ANYBODY: Duration = Duration::from_secs(3);

/// How much longer the others have, once one has said so: they are taken if that one fails.
const OTHERS: Duration = Duration::from_millis(200);

/// How long a server has to open something: it may have to make it.
const OPENS: Duration = Duration::from_mins(5);

/// How long it has for a piece.
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
    digest: Sha256,
    bytes: u64,
    /// Of what.
    of: Option<Opened>,
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
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Fetched, FetchError> {
        let subjects = self.subjects(what);
        let peers = self.who_has(&subjects, key).await;
        let mut taking = Taking { file: into, digest: Sha256::new(), bytes: 0, of: None };
        let mut last = None;
        for peer in peers {
            match self.take(&subjects, &peer, key, taking, &mut progress).await {
                (rest, Ok(opened)) => {
                    return Ok(Fetched { file: rest.file, bytes: opened.bytes, sha256: opened.sha256 });
                }
                (_, Err(Failed::Here(error))) => return Err(FetchError::Written(error)),
                (rest, Err(Failed::There(why))) => {
                    tracing::info!(what, %why, "another server did not give all of what was asked for");
                    (taking, last) = (rest, Some(why));
                }
            }
        }
        Err(last.map_or(FetchError::Nobody, FetchError::Given))
    }

    /// Those who have it, the quickest first.
    async fn who_has(&self, subjects: &Subjects, key: &str) -> Vec<String> {
        let inbox = self.client.new_inbox();
        let ask = Ask { key: key.to_owned(), from: self.own.clone() };
        let Ok(mut answers) = self.client.subscribe(inbox.clone()).await else { return Vec::new() };
        if self.client.publish_with_reply(subjects.ask(), inbox, json(&ask)).await.is_err() {
            return Vec::new();
        }
        let (mut peers, mut until) = (Vec::new(), Instant::now() + ANYBODY);
        while let Ok(Some(answer)) = timeout_at(until, answers.next()).await {
            // NATS says so if nobody listens.
            if answer.status.is_some() {
                break;
            }
            if let Ok(Have { peer }) = serde_json::from_slice(&answer.payload) {
                peers.push(peer);
                until = until.min(Instant::now() + OTHERS);
            }
        }
        peers
    }

    /// Takes it from one server, from where another one left off.
    async fn take(
        &self,
        subjects: &Subjects,
        peer: &str,
        key: &str,
        mut taking: Taking,
        progress: &mut impl FnMut(u64, u64),
    ) -> (Taking, Result<Opened, Failed>) {
        let opened = match self.open(subjects, peer, key).await {
            Ok(opened) => opened,
            Err(why) => return (taking, Err(Failed::There(why))),
        };
        if let Err(error) = taking.begin(&opened) {
            return (taking, Err(Failed::Here(error)));
        }
        let (of, offsets) = (opened.of, (taking.bytes..opened.bytes).step_by(PIECE));
        let subject = subjects.read(peer);
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
        if hex(&taking.digest.clone().finalize()) != opened.sha256 {
            return (taking.anew(), Err(Failed::There("it was damaged on the way".to_owned())));
        }
        (taking, Ok(opened))
    }

    async fn open(&self, subjects: &Subjects, peer: &str, key: &str) -> Result<Opened, String> {
        let answer = self.ask(subjects.open(peer), &Open { key: key.to_owned() }, OPENS).await?;
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

impl Taking {
    /// Goes on if it is the same, and otherwise begins anew.
    fn begin(&mut self, opened: &Opened) -> io::Result<()> {
        let same = |of: &Opened| (of.bytes, &of.sha256) == (opened.bytes, &opened.sha256);
        if !self.of.as_ref().is_some_and(same) {
            (self.digest, self.bytes) = (Sha256::new(), 0);
            self.file.set_len(0)?;
        }
        self.of = Some(opened.clone());
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
