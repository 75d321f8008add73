//! The contents of files on their way, in either direction: a list that one can see, stop and take up again. It says which may move
//! next and remembers how fast they move; `file_send.rs`, `file_save.rs` and `transfer_news.rs` do it.
//!
//! A transfer is a job of the services ([`crate::transfer`]). It is prepared (the file is read through, or what is there of it), waits
//! until a connection and one of the few places are free, asks the server for a token, and moves. A lost connection leaves it
//! broken: it asks again by itself, less often each time. So nothing here is lost with a connection; what must outlive the client is in
//! the outbox and in the profile.

mod rate;

use std::collections::BTreeSet;
use std::path::PathBuf;

use shared::{Attachment, FileName, Millis, Nonce, RoomName, Seq};

use self::rate::Rate;
use super::changes::Changes;
use crate::profile::{SavePlace, Unsaved, Unsent};
use crate::transfer::{TransferFailure, TransferId};

/// So many contents move at once; the others wait. More would not be faster, and the person's first file would come later.
const AT_ONCE: usize = 2;
/// The shortest and the longest wait before a broken transfer asks again, in milliseconds.
const RETRY: [Millis; 2] = [1_000, 30_000];
/// How often one that moves is drawn anew, in milliseconds.
const DRAWN_EVERY: Millis = 250;
/// So many transfers that have ended are kept to be seen; the oldest go first.
const ENDED: usize = 50;

/// Which way a content goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the server, to be brought by a message.
    Send,
    /// From the server to the disk.
    Save,
}

/// One content on its way.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Its number: what commands name it by.
    pub id: TransferId,
    /// Which way it goes.
    pub direction: Direction,
    /// What the file is called.
    pub name: FileName,
    /// How long it is; zero until it was found.
    pub bytes: u64,
    /// How much of it is done: read through, sent or received.
    pub done: u64,
    /// How it stands.
    pub state: TransferState,
    /// The room of its message.
    pub room: RoomName,
    /// What is saved: the message that brings it.
    pub of: Option<Seq>,
    /// What is sent: the message that will bring it, by which the timeline finds it.
    pub nonce: Option<Nonce>,
    pub(super) task: Task,
    /// Where the person wants what is saved, as they named it.
    pub(super) wished_dir: Option<PathBuf>,
    /// Whether an earlier run began it.
    pub is_restored: bool,
    /// Whether the services work on it, or wait to be told to go on.
    pub(super) has_job: bool,
    /// Whether a token was asked for.
    pub(super) is_asked: bool,
    /// How often it broke since it moved last.
    breaks: u32,
    /// How often its content was not what it should be.
    pub(super) mismatches: u32,
    /// When it may ask again.
    due: Millis,
    rate: Rate,
}

/// How a transfer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferState {
    /// The file is looked for and read through.
    Preparing,
    /// For one of those before it, or for a connection.
    Waiting,
    /// Bytes move: so many a second, once that is known.
    Running {
        /// So many.
        rate: Option<u64>,
    },
    /// The person has stopped it; it goes on when they say so.
    Stopped,
    /// The connection was lost; it goes on by itself.
    Broken,
    /// It ended, and does not go on by itself.
    Failed(TransferFailure),
    /// It is done; what was saved is there.
    Finished {
        /// Where.
        path: Option<PathBuf>,
    },
}

/// What a transfer is for.
#[derive(Clone, Debug)]
pub(super) enum Task {
    /// A message. It is here until its file was found, and in the outbox from then on.
    Send {
        /// Its nonce.
        nonce: Nonce,
        /// It.
        unsaid: Option<Box<Unsent>>,
    },
    /// A file of a message.
    Save {
        /// The message.
        of: Seq,
        /// What it says of the file.
        file: Box<Attachment>,
        /// Where it goes.
        place: SavePlace,
    },
}

/// The transfers of this run, oldest first.
#[derive(Debug, Default)]
pub struct Transfers {
    list: Vec<Transfer>,
    count: u64,
    /// Those whose file is opened when it is saved.
    to_open: BTreeSet<TransferId>,
    /// The timelines do not show yet how it stands now.
    is_unmarked: bool,
    /// When a moving one was drawn last.
    drawn: Millis,
    pub(super) changes: Changes,
}

impl Transfer {
    /// How long the rest takes at its pace, in milliseconds; nothing while that cannot be said.
    #[must_use]
    pub fn time_left(&self) -> Option<Millis> {
        let TransferState::Running { rate: Some(rate) } = self.state else { return None };
        let left = self.bytes.saturating_sub(self.done);
        Millis::try_from(left.saturating_mul(1_000).checked_div(rate)?).ok()
    }

    /// Whether it has ended, or does not go on without the person.
    #[must_use]
    pub fn is_resting(&self) -> bool {
        match self.state {
            TransferState::Preparing
            | TransferState::Waiting
            | TransferState::Running { .. }
            | TransferState::Broken => false,
            TransferState::Stopped | TransferState::Failed(_) | TransferState::Finished { .. } => true,
        }
    }

    /// Whether it rests and can be had go on.
    #[must_use]
    pub fn may_go_on(&self) -> bool {
        matches!(self.state, TransferState::Stopped | TransferState::Failed(_) | TransferState::Broken)
    }

    /// Whether it is over, in one way or the other.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.is_resting() && self.state != TransferState::Stopped
    }

    /// Whether it takes one of the few places.
    fn is_active(&self) -> bool {
        self.is_asked || matches!(self.state, TransferState::Running { .. })
    }

    /// Whether it may ask for a token.
    fn may_ask(&self, now: Millis) -> bool {
        match self.state {
            TransferState::Waiting | TransferState::Broken => {
                self.has_job && !self.is_asked && self.due <= now
            }
            TransferState::Preparing
            | TransferState::Running { .. }
            | TransferState::Stopped
            | TransferState::Failed(_)
            | TransferState::Finished { .. } => false,
        }
    }

    /// Whether the services are to begin with it.
    pub(super) fn wants_job(&self) -> bool {
        self.state == TransferState::Preparing && !self.has_job
    }

    /// What to keep of it for the next start, if it is a file that is being saved.
    fn to_keep(&self) -> Option<Unsaved> {
        let Task::Save { of, file, place } = &self.task else { return None };
        let stopped = self.state == TransferState::Stopped;
        (!self.has_ended()).then(|| Unsaved {
            room: self.room.clone(),
            of: *of,
            file: file.as_ref().clone(),
            place: place.clone(),
            stopped,
        })
    }
}

impl Transfers {
    /// Something is shown otherwise now.
    fn changed(&mut self) {
        self.is_unmarked = true;
        self.changes.draw();
    }

    /// Whether the timelines do not show yet how it stands now; from now on they do.
    pub(super) fn take_unmarked(&mut self) -> bool {
        std::mem::take(&mut self.is_unmarked)
    }

    /// The file of this one is opened when it is saved.
    pub(super) fn open_when_saved(&mut self, id: TransferId) {
        self.to_open.insert(id);
    }

    /// Whether the file of this one is to be opened now that it is saved.
    pub(super) fn take_to_open(&mut self, id: TransferId) -> bool {
        self.to_open.remove(&id)
    }

    /// All of them, oldest first.
    #[must_use]
    pub fn list(&self) -> &[Transfer] {
        &self.list
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: TransferId) -> Option<&Transfer> {
        self.list.iter().find(|transfer| transfer.id == id)
    }

    /// The one that sends the file of this message.
    #[must_use]
    pub fn of_nonce(&self, nonce: &Nonce) -> Option<&Transfer> {
        self.list.iter().rev().find(|transfer| transfer.nonce.as_ref() == Some(nonce))
    }

    /// The newest that saves the file of this message.
    #[must_use]
    pub fn of_message(&self, room: &RoomName, of: Seq) -> Option<&Transfer> {
        self.list.iter().rev().find(|transfer| transfer.of == Some(of) && transfer.room == *room)
    }

    /// Those that go on by themselves until they have ended.
    pub fn under_way(&self) -> impl Iterator<Item = &Transfer> {
        self.list.iter().filter(|transfer| !transfer.is_resting())
    }

    /// Whether something goes on by itself.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.under_way().next().is_some()
    }

    /// How much of everything is done: another number later means that something moved.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.list.iter().fold(0, |sum, transfer| sum.wrapping_add(transfer.done).wrapping_add(transfer.id.0))
    }

    /// Adds one that is about to be prepared.
    pub(super) fn add(&mut self, name: FileName, bytes: u64, room: RoomName, task: Task) -> TransferId {
        self.changed();
        self.forget_ended();
        self.count += 1;
        let id = TransferId(self.count);
        let (direction, nonce, of) = match &task {
            Task::Send { nonce, .. } => (Direction::Send, Some(nonce.clone()), None),
            Task::Save { of, .. } => (Direction::Save, None, Some(*of)),
        };
        self.list.push(Transfer {
            id,
            direction,
            name,
            bytes,
            done: 0,
            state: TransferState::Preparing,
            room,
            of,
            nonce,
            task,
            wished_dir: None,
            is_restored: false,
            has_job: false,
            is_asked: false,
            breaks: 0,
            mismatches: 0,
            due: 0,
            rate: Rate::default(),
        });
        id
    }

    /// One of them, to change it.
    pub(super) fn get_mut(&mut self, id: TransferId) -> Option<&mut Transfer> {
        self.changed();
        self.list.iter_mut().find(|transfer| transfer.id == id)
    }

    /// Gives one another state; says whether it was another one.
    pub(super) fn set(&mut self, id: TransferId, state: TransferState) -> bool {
        let Some(transfer) = self.get_mut(id).filter(|transfer| transfer.state != state) else {
            return false;
        };
        let is_kept = transfer.direction == Direction::Save;
        transfer.state = state;
        if !matches!(transfer.state, TransferState::Running { .. }) {
            transfer.rate = Rate::default();
        }
        if is_kept {
            self.changes.save();
        }
        true
    }

    /// So many bytes of one are done.
    pub(super) fn progress(&mut self, id: TransferId, done: u64, now: Millis) {
        let Some(transfer) = self.list.iter_mut().find(|transfer| transfer.id == id) else { return };
        if transfer.is_resting() || transfer.state == TransferState::Broken {
            return;
        }
        // Nobody reads faster.
        let is_drawn = (self.drawn..self.drawn.saturating_add(DRAWN_EVERY)).contains(&now);
        transfer.done = done.min(transfer.bytes);
        if let TransferState::Running { rate } = &mut transfer.state {
            *rate = transfer.rate.note(now, done);
            transfer.breaks = 0;
        }
        if !is_drawn {
            self.drawn = now;
            self.changed();
        }
    }

    /// One has lost its connection, or the server wants it later: it asks again then.
    pub(super) fn broke(&mut self, id: TransferId, now: Millis, wait: Option<u64>) {
        let Some(transfer) = self.get_mut(id) else { return };
        let [shortest, longest] = RETRY;
        let least = shortest.saturating_mul(1 << transfer.breaks.min(8)).min(longest);
        transfer.breaks = transfer.breaks.saturating_add(1);
        let wait = wait.map_or(least, |wait| Millis::try_from(wait).unwrap_or(longest).clamp(least, longest));
        transfer.due = now.saturating_add(wait);
        transfer.is_asked = false;
        self.set(id, TransferState::Broken);
    }

    /// The connection that tokens are asked for on is gone: no answer comes.
    pub(super) fn lost(&mut self) {
        for transfer in self.list.iter_mut().filter(|transfer| transfer.is_asked) {
            (transfer.is_asked, transfer.state) = (false, TransferState::Broken);
        }
        self.changed();
    }

    /// One that is broken asks at once.
    pub(super) fn hurry(&mut self, id: TransferId) {
        if let Some(transfer) = self.get_mut(id) {
            transfer.due = 0;
        }
    }

    /// There is a connection again: what is broken asks at once.
    pub(super) fn found(&mut self) {
        for transfer in &mut self.list {
            transfer.due = 0;
        }
    }

    /// The next that may ask for a token; it counts as asking from now on.
    pub(super) fn next_to_ask(&mut self, now: Millis) -> Option<TransferId> {
        if self.list.iter().filter(|transfer| transfer.is_active()).count() >= AT_ONCE {
            return None;
        }
        let next = self.list.iter_mut().find(|transfer| transfer.may_ask(now))?;
        next.is_asked = true;
        Some(next.id)
    }

    /// When `next_to_ask` may have something again.
    #[must_use]
    pub fn deadline(&self, now: Millis) -> Option<Millis> {
        let waiting = self.list.iter().filter(|transfer| transfer.due > now && transfer.may_ask(Millis::MAX));
        waiting.map(|transfer| transfer.due).min()
    }

    /// The files that are being saved, for the next start.
    #[must_use]
    pub fn to_keep(&self) -> Vec<Unsaved> {
        self.list.iter().filter_map(Transfer::to_keep).collect()
    }

    /// Takes one off the list.
    pub(super) fn remove(&mut self, id: TransferId) -> Option<Transfer> {
        let at = self.list.iter().position(|transfer| transfer.id == id)?;
        self.changed();
        self.changes.save();
        Some(self.list.remove(at))
    }

    /// Forgets everything, as at another server.
    pub(super) fn clear(&mut self) -> Vec<Transfer> {
        self.changed();
        std::mem::take(&mut self.list)
    }

    fn forget_ended(&mut self) {
        while self.list.iter().filter(|transfer| transfer.has_ended()).count() >= ENDED
            && let Some(at) = self.list.iter().position(Transfer::has_ended)
        {
            self.list.remove(at);
        }
    }
}
