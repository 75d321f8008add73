//! Brings the index to where the message store is, and decides when it is made anew or swept. It must not sleep.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::events::Events;
use super::file::{self, IndexFile};
use super::reader::IndexReader;
use super::status::IndexStatus;

/// After how long what failed is tried again.
const RETRY: Duration = Duration::from_secs(10);
/// How long words of what was deleted may stay in the file: sweeping costs as much for one message as for many.
const SWEEP_AFTER: Duration = Duration::from_mins(10);
/// The same of what somebody deleted or changed themselves.
const SWEEP_SOON: Duration = Duration::from_secs(1);
/// How many times as long as a sweep took there is none, at least.
const SWEEP_SHARE: u32 = 50;
/// How long an index that searches found damaged is given before it is made anew once more.
const REPLACE_AFTER: Duration = Duration::from_mins(1);

/// The index, and what it follows.
#[derive(Debug)]
pub(super) struct Follower {
    path: PathBuf,
    events: Events,
    reader: IndexReader,
    status: Arc<IndexStatus>,
    index: Option<IndexFile>,
    /// Why the file is to be replaced, though it can be opened.
    is_unfit: Option<&'static str>,
    replaced: Option<Instant>,
    next_sweep: Instant,
    /// Before this there is none.
    no_sweep_before: Instant,
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the messages cannot be read: {0}")]
    Store(#[source] rusqlite::Error),
    #[error("{0}")]
    Index(#[from] rusqlite::Error),
    #[error("the old file cannot be removed: {0}")]
    Remove(#[source] std::io::Error),
}

impl Follower {
    pub(super) fn new(path: PathBuf, events: Events, reader: IndexReader, status: Arc<IndexStatus>) -> Self {
        let now = Instant::now();
        let (next_sweep, no_sweep_before) = (now + SWEEP_AFTER, now);
        Self {
            path,
            events,
            reader,
            status,
            index: None,
            is_unfit: None,
            replaced: None,
            next_sweep,
            no_sweep_before,
        }
    }

    /// Does all there is to do, unless it is stopped; says after how long there may be more, if nobody wakes it before.
    pub(super) fn catch_up(&mut self, is_stopped: &impl Fn() -> bool) -> Option<Duration> {
        let failure = match self.try_catch_up(is_stopped) {
            Ok(wait) => {
                self.status.goes_on(None);
                return wait;
            }
            Err(failure) => failure,
        };
        if matches!(&failure, Failure::Index(error) if file::is_damage(error)) {
            (self.index, self.is_unfit) = (None, Some("it is damaged"));
        }
        let error = failure.to_string();
        if self.status.error().as_ref() != Some(&error) {
            tracing::warn!(error, "the search index does not go on; it is tried again");
        }
        self.status.goes_on(Some(error));
        Some(RETRY)
    }

    fn try_catch_up(&mut self, is_stopped: &impl Fn() -> bool) -> Result<Option<Duration>, Failure> {
        let is_young = self.replaced.is_some_and(|replaced| replaced.elapsed() < REPLACE_AFTER);
        if !is_young && self.reader.take_damage() {
            (self.index, self.is_unfit) = (None, Some("a search found it damaged"));
        }
        if self.index.is_none() {
            self.open()?;
        }
        self.reader.open(&self.path)?;
        while self.step()? {
            if is_stopped() {
                return Ok(None);
            }
        }
        self.status.is_caught_up();
        self.sweep(is_stopped)
    }

    /// Opens the file, or makes another one.
    fn open(&mut self) -> Result<(), Failure> {
        let is_unfit = match self.is_unfit {
            Some(why) => Some(why),
            None => match IndexFile::open(&self.path) {
                Ok(Some(index)) if self.events.has(index.place).map_err(Failure::Store)? => {
                    self.index = Some(index);
                    return Ok(());
                }
                Ok(Some(_)) => Some("it is not the one of this message store"),
                Ok(None) => None,
                Err(error) if file::is_damage(&error) => Some("it is damaged"),
                Err(error) => return Err(error.into()),
            },
        };
        if let Some(why) = is_unfit {
            tracing::warn!(file = %self.path.display(), why, "the search index is made anew from the messages");
        }
        self.is_unfit = is_unfit;
        self.reader.close();
        file::remove(&self.path).map_err(Failure::Remove)?;
        let beginning = self.events.beginning().map_err(Failure::Store)?;
        self.index = Some(IndexFile::create(&self.path, beginning)?);
        (self.is_unfit, self.replaced) = (None, Some(Instant::now()));
        self.status.begins_anew();
        Ok(())
    }

    /// Takes some more in; false when there is nothing left.
    fn step(&mut self) -> Result<bool, Failure> {
        let Some(index) = &mut self.index else { return Ok(false) };
        let Some(piece) = self.events.after(index.place).map_err(Failure::Store)? else {
            (self.index, self.is_unfit) = (None, Some("more was deleted than it could follow"));
            self.open()?;
            self.reader.open(&self.path)?;
            return Ok(true);
        };
        let waiting = |place: i64| u64::try_from(piece.newest - place).unwrap_or(0);
        self.status.backlog.set(waiting(index.place.seq));
        if piece.place != index.place {
            index.take(&piece)?;
            if piece.is_erased {
                let soon = (Instant::now() + SWEEP_SOON).max(self.no_sweep_before);
                self.next_sweep = self.next_sweep.min(soon);
            }
            self.status.backlog.set(waiting(index.place.seq));
        }
        Ok(piece.goes_on)
    }

    /// Sweeps, if it is due; says after how long it is.
    fn sweep(&mut self, is_stopped: &impl Fn() -> bool) -> Result<Option<Duration>, Failure> {
        let Some(index) = self.index.as_mut().filter(|index| index.stale > 0) else { return Ok(None) };
        let began = Instant::now();
        if began < self.next_sweep {
            return Ok(Some(self.next_sweep - began));
        }
        while index.sweep()? {
            if is_stopped() {
                return Ok(None);
            }
        }
        let now = Instant::now();
        self.no_sweep_before = now + began.elapsed() * SWEEP_SHARE;
        self.next_sweep = self.no_sweep_before.max(now + SWEEP_AFTER);
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
