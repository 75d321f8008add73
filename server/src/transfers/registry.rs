//! What the server knows of contents and transfers, in memory: decides who may send and fetch what. It touches no disk and reads no
//! clock; it is locked for moments only, also by the hub.

use std::collections::HashMap;

use shared::client_msg::Upload;
use shared::file::Attachment;
use shared::{Code, FileHash, FileProof, Millis, Refusal, TransferToken, Uid};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::allowance::{self, Room};
use super::contents::{Content, Contents};
use super::days::Days;
use super::holds::Holds;
use super::job::{Ending, Job, LEAST_ROOM, Way};
use super::limits::{TransferLimits, TransferTiming};
use super::parts::{Part, Parts};
use super::running::Running;
use super::stats::TransferStats;
use super::tokens::Tokens;

/// The state.
#[derive(Debug, Default)]
pub(super) struct Registry {
    pub(super) limits: TransferLimits,
    pub(super) timing: TransferTiming,
    contents: Contents,
    holds: Holds,
    parts: Parts,
    tokens: Tokens,
    running: Running,
    days: Days,
    /// What may have lost its last message.
    released: Vec<FileHash>,
    /// What no other node took, and until when it is not asked of them again.
    given_up: HashMap<FileHash, Instant>,
    /// Whether other nodes may have what is not here.
    pub(super) has_others: bool,
    is_ending: bool,
}

/// A transfer that has begun.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) id: u64,
    pub(super) job: Job,
    /// Resolves when it is to end before it is over.
    pub(super) end: oneshot::Receiver<Ending>,
    /// Of an upload: what is there of it already.
    pub(super) part: Option<Part>,
    /// Of a download: the content; nothing where it has to come from another node first.
    pub(super) content: Option<Content>,
}

/// Why a transfer did not begin.
#[derive(Debug)]
pub(super) enum NotBegun {
    /// Another connection sends this content for the same identity; it was told to end.
    WaitForFormer,
    /// It is refused.
    Refused(Refusal),
}

impl Registry {
    /// Nothing is known yet.
    pub(super) fn new(limits: TransferLimits, timing: TransferTiming) -> Self {
        Self { limits, timing, ..Self::default() }
    }

    /// Asks to send a content. `room` is what the disk has; `token` is given if it may be sent.
    pub(super) fn upload(
        &mut self,
        uid: Uid,
        upload: &Upload,
        room: Option<Room>,
        token: TransferToken,
        now: Instant,
    ) -> Result<Option<TransferToken>, Refusal> {
        let Upload { sha256, bytes, proof } = upload;
        let (sha256, bytes) = (*sha256, *bytes);
        self.check_takes(bytes)?;
        if self.is_here_and_theirs(uid, sha256, bytes, proof.as_ref(), now) {
            self.holds.hold(uid, sha256, now + self.timing.keep);
            return Ok(None);
        }
        self.check_running(uid, Some(sha256))?;
        self.running.replace(uid, sha256);
        let needs = self.needs(uid, sha256, bytes);
        self.check_day(uid, sha256, needs, now)?;
        self.check_room(uid, sha256, needs, room, now)?;
        self.give(token, Job { uid, sha256, bytes, way: Way::Up }, now).map(Some)
    }

    /// Asks to fetch a content that one may read.
    pub(super) fn download(
        &mut self,
        uid: Uid,
        file: &Attachment,
        token: TransferToken,
        now: Instant,
    ) -> Result<TransferToken, Refusal> {
        if self.is_ending {
            return Err(shutting_down());
        }
        let bytes = match self.contents.get(file.sha256) {
            Some(content) => content.bytes,
            None if self.has_others => file.bytes,
            None => return Err(no_such_file()),
        };
        let job = Job { uid, sha256: file.sha256, bytes, way: Way::Down };
        self.check_running(uid, None)?;
        self.give(token, job, now)
    }

    /// Begins the transfer that a token opens.
    pub(super) fn open(&mut self, token: &TransferToken, now: Instant) -> Result<Job, Refusal> {
        if self.is_ending {
            return Err(shutting_down());
        }
        let wrong = "the token opens nothing: it was used, or is too old; ask for another one";
        self.tokens.take(token, now).ok_or_else(|| Refusal::new(Code::TokenInvalid, wrong))
    }

    /// Begins a transfer whose token was taken.
    pub(super) fn begin(&mut self, job: Job) -> Result<Begun, NotBegun> {
        if self.is_ending {
            return Err(NotBegun::Refused(shutting_down()));
        }
        if job.way == Way::Up && self.running.replace(job.uid, job.sha256) {
            return Err(NotBegun::WaitForFormer);
        }
        self.check_running(job.uid, None).map_err(NotBegun::Refused)?;
        let (part, content) = match job.way {
            Way::Up => (self.parts.take(job.uid, job.sha256), None),
            Way::Down => {
                let content = self.contents.get(job.sha256).copied();
                if content.is_none() && !self.has_others {
                    return Err(NotBegun::Refused(no_such_file()));
                }
                (None, content)
            }
        };
        let left = job.bytes.saturating_sub(part.as_ref().map_or(0, |part| part.bytes));
        let (id, end) = self.running.begin(job, left);
        Ok(Begun { id, job, end, part, content })
    }

    /// Bytes of an upload were received.
    pub(super) fn received(&mut self, id: u64, uid: Uid, bytes: u64, now: Instant) {
        self.running.received(id, bytes);
        self.days.add(uid, bytes, now);
    }

    /// A transfer is over. What an upload received of its content may stay as a part; returns another part that has to go for it.
    pub(super) fn finish(&mut self, id: u64, job: Job, part: Option<Part>) -> Option<FileHash> {
        self.running.finish(id);
        part.and_then(|part| self.parts.put(job.uid, job.sha256, part))
    }

    /// A content was received whole, and is on disk. What was counted of it so far was its length.
    pub(super) fn keep(&mut self, job: Job, proof: FileProof, kept: Millis, now: Instant) {
        self.days.add(job.uid, LEAST_ROOM.saturating_sub(job.bytes), now);
        if self.contents.get(job.sha256).is_none() {
            self.contents.insert(job.sha256, Content { proof, bytes: job.bytes, kept });
        }
        self.holds.hold(job.uid, job.sha256, now + self.timing.keep);
    }

    /// A content was found on disk at the start.
    pub(super) fn found(&mut self, sha256: FileHash, content: Content) {
        self.contents.insert(sha256, content);
    }

    /// A part was found on disk at the start.
    pub(super) fn found_part(&mut self, uid: Uid, sha256: FileHash, part: Part) -> Option<FileHash> {
        self.parts.put(uid, sha256, part)
    }

    /// The file of a content is not there any more.
    pub(super) fn lost(&mut self, sha256: FileHash) {
        self.contents.remove(sha256);
        self.holds.drop_content(sha256);
    }

    /// The length of a content that this identity has; a message of theirs is about to bring it.
    pub(super) fn held(&mut self, uid: Uid, sha256: FileHash, now: Instant) -> Option<u64> {
        let bytes = self.contents.get(sha256)?.bytes;
        self.holds.has(uid, sha256, now).then(|| self.holds.say(uid, sha256, now, self.timing.say))?;
        Some(bytes)
    }

    /// These contents may have lost their last message.
    pub(super) fn release(&mut self, hashes: Vec<FileHash>, now: Instant) {
        for sha256 in hashes {
            self.holds.end_lent(sha256, now);
            self.look_at(sha256);
        }
    }

    /// This content may have no message.
    pub(super) fn look_at(&mut self, sha256: FileHash) {
        if self.contents.get(sha256).is_some() {
            self.released.push(sha256);
        }
    }

    /// Another node needs this content, which this identity may bring by a message there, or here.
    pub(super) fn lend(&mut self, uid: Uid, sha256: FileHash, now: Instant) {
        self.holds.lend(uid, sha256, now + self.timing.keep);
    }

    /// No other node took this content.
    pub(super) fn give_up(&mut self, sha256: FileHash, now: Instant, until: Instant) {
        self.given_up.retain(|_, until| *until > now);
        self.given_up.insert(sha256, until);
    }

    /// Whether no other node took this content a moment ago.
    pub(super) fn gave_up(&self, sha256: FileHash, now: Instant) -> bool {
        self.given_up.get(&sha256).is_some_and(|until| *until > now)
    }

    /// Whether there is room for what comes of a content from another node, beside what else comes from there.
    pub(super) fn check_pull(&self, needs: u64, coming: u64, room: Option<Room>) -> Result<(), Refusal> {
        let (left, whole) = self.running.reserved(|_| true);
        let kept = self.contents.room() + self.parts.bytes() + whole + coming;
        allowance::check_room(&self.limits, needs, kept, left + coming, room)
    }

    /// Takes those.
    pub(super) fn take_released(&mut self) -> Vec<FileHash> {
        std::mem::take(&mut self.released)
    }

    /// Until when a content has to stay whether or not a message refers to it.
    pub(super) fn needed_until(&self, sha256: FileHash, now: Instant) -> Option<Instant> {
        self.holds.protected_until(sha256, now)
    }

    /// Removes a content from the index that no message refers to, unless it has to stay: then until when.
    pub(super) fn remove(&mut self, sha256: FileHash, now: Instant) -> Result<Option<Content>, Instant> {
        if let Some(until) = self.holds.protected_until(sha256, now) {
            return Err(until);
        }
        self.holds.drop_content(sha256);
        Ok(self.contents.remove(sha256))
    }

    /// The identity has no connection any more.
    pub(super) fn gone(&mut self, uid: Uid) {
        self.tokens.drop_of(uid);
    }

    /// The identity was kicked or banned.
    pub(super) fn end(&mut self, uid: Uid) {
        self.tokens.drop_of(uid);
        self.running.remove(uid);
    }

    /// The server ends.
    pub(super) fn shut_down(&mut self) {
        self.is_ending = true;
        self.running.shut_down();
    }

    /// A content that is here.
    pub(super) fn content(&self, sha256: FileHash) -> Option<Content> {
        self.contents.get(sha256).copied()
    }

    /// Whether a content is known.
    pub(super) fn has(&self, sha256: FileHash) -> bool {
        self.contents.get(sha256).is_some()
    }

    /// The contents that may be orphans by their age, and the parts that are too old, which are forgotten.
    pub(super) fn take_old(&mut self, wall: Millis, now: Instant) -> (Vec<FileHash>, Vec<(Uid, FileHash)>) {
        self.holds.prune(now);
        self.days.prune(now);
        (self.contents.kept_before(wall, self.timing.orphan), self.parts.take_old(wall, self.timing.keep))
    }

    /// Sets the gauges.
    pub(super) fn gauge(&self, stats: &TransferStats) {
        stats.contents.set(self.contents.count() as u64);
        stats.bytes.set(self.contents.bytes());
        stats.part_bytes.set(self.parts.bytes());
        stats.running.set(self.running.count() as u64);
    }

    fn is_here_and_theirs(
        &self,
        uid: Uid,
        sha256: FileHash,
        bytes: u64,
        proof: Option<&FileProof>,
        now: Instant,
    ) -> bool {
        let Some(content) = self.contents.get(sha256) else { return false };
        let is_proved = || proof.is_some_and(|proof| content.is_proved_by(proof));
        content.bytes == bytes && (self.holds.has(uid, sha256, now) || is_proved())
    }

    fn check_takes(&self, bytes: u64) -> Result<(), Refusal> {
        if self.is_ending {
            return Err(shutting_down());
        }
        allowance::check_length(&self.limits, bytes)
    }

    /// Whether an identity may have one more transfer, or this one again.
    fn check_running(&self, uid: Uid, again: Option<FileHash>) -> Result<(), Refusal> {
        let (of_identity, all) = (self.running.of(uid, again), self.running.count());
        allowance::check_running(&self.timing, of_identity, all)
    }

    /// What is to be written of an upload.
    fn needs(&self, uid: Uid, sha256: FileHash, bytes: u64) -> u64 {
        bytes.saturating_sub(self.parts.length(uid, sha256)).max(LEAST_ROOM)
    }

    /// What the tokens of these uploads may still write.
    fn promised(&self, now: Instant, of: impl Fn(&Job) -> bool) -> u64 {
        let uploads = self.tokens.uploads(now).filter(|job| of(job));
        uploads.map(|job| self.needs(job.uid, job.sha256, job.bytes)).sum()
    }

    fn check_day(&self, uid: Uid, sha256: FileHash, needs: u64, now: Instant) -> Result<(), Refusal> {
        let other = |job: &Job| job.uid == uid && job.sha256 != sha256;
        let (sent, over_in) = self.days.sent(uid, now);
        let coming = self.running.reserved(other).0 + self.promised(now, other);
        allowance::check_day(&self.limits, needs, sent + coming, over_in)
    }

    fn check_room(
        &self,
        uid: Uid,
        sha256: FileHash,
        needs: u64,
        room: Option<Room>,
        now: Instant,
    ) -> Result<(), Refusal> {
        let other = |job: &Job| !job.is_upload_of(uid, sha256);
        let ((left, whole), promised) = (self.running.reserved(other), self.promised(now, other));
        let kept = self.contents.room() + self.parts.bytes() + whole + promised;
        allowance::check_room(&self.limits, needs, kept, left + promised, room)
    }

    fn give(&mut self, token: TransferToken, job: Job, now: Instant) -> Result<TransferToken, Refusal> {
        if self.tokens.give(token.clone(), job, now, now + self.timing.token) {
            return Ok(token);
        }
        Err(allowance::too_many())
    }
}

fn no_such_file() -> Refusal {
    Refusal::new(Code::NoSuchFile, "the content of this file is not here any more")
}

fn shutting_down() -> Refusal {
    Refusal::new(Code::ShuttingDown, "the server is stopping; go on when it is back")
}

#[cfg(test)]
mod tests;
