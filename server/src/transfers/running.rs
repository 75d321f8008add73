//! The transfers that run: whose they are, what is still to be received, and how each is told to end.

use std::collections::HashMap;

use shared::{FileHash, Uid};
use tokio::sync::oneshot;

use super::job::{Ending, Job, Way};

/// A transfer that runs.
#[derive(Debug)]
struct One {
    job: Job,
    /// How much of it is still to be written.
    left: u64,
    end: Option<oneshot::Sender<Ending>>,
}

/// The transfers that run, by a number.
#[derive(Debug, Default)]
pub(super) struct Running {
    last: u64,
    all: HashMap<u64, One>,
}

impl Running {
    /// Begins one; resolves when it is to end before it is over.
    pub(super) fn begin(&mut self, job: Job, left: u64) -> (u64, oneshot::Receiver<Ending>) {
        self.last += 1;
        let (end, ended) = oneshot::channel();
        self.all.insert(self.last, One { job, left, end: Some(end) });
        (self.last, ended)
    }

    /// So many bytes of it were received.
    pub(super) fn received(&mut self, id: u64, bytes: u64) {
        if let Some(one) = self.all.get_mut(&id) {
            one.left = one.left.saturating_sub(bytes);
        }
    }

    /// It is over.
    pub(super) fn finish(&mut self, id: u64) {
        self.all.remove(&id);
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// How many an identity has, but for the upload of this content.
    pub(super) fn of(&self, uid: Uid, but_for: Option<FileHash>) -> usize {
        let others = |job: &Job| but_for.is_none_or(|sha256| !job.is_upload_of(uid, sha256));
        self.all.values().filter(|one| one.job.uid == uid && others(&one.job)).count()
    }

    /// Tells the upload of this content to end; whether there is one.
    pub(super) fn replace(&mut self, uid: Uid, sha256: FileHash) -> bool {
        self.end_all(Ending::Replaced, |job| job.is_upload_of(uid, sha256))
    }

    /// Tells those of an identity to end.
    pub(super) fn remove(&mut self, uid: Uid) {
        self.end_all(Ending::Removed, |job| job.uid == uid);
    }

    /// Tells all to end.
    pub(super) fn shut_down(&mut self) {
        self.end_all(Ending::ShuttingDown, |_| true);
    }

    /// What is still to be written, and the contents that are being received as a whole, of these identities.
    pub(super) fn reserved(&self, of: impl Fn(&Job) -> bool) -> (u64, u64) {
        let uploads = self.all.values().filter(|one| one.job.way == Way::Up && of(&one.job));
        uploads.fold((0, 0), |(left, whole), one| (left + one.left, whole + one.job.bytes))
    }

    fn end_all(&mut self, ending: Ending, which: impl Fn(&Job) -> bool) -> bool {
        let mut any = false;
        for one in self.all.values_mut().filter(|one| which(&one.job)) {
            any = true;
            // Whoever is over already hears nothing.
            one.end.take().map(|end| end.send(ending).ok());
        }
        any
    }
}
