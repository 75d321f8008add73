//! Saving files: the content of a message's file goes to a directory of this machine. What is being saved is kept in the profile
//! until it is done, so that it goes on after a restart.

use std::path::PathBuf;

use shared::client_msg::History;
use shared::server_msg::Answer;
use shared::{Attachment, ClientMsg, RoomName, Seq};

use super::App;
use super::pending_requests::Purpose;
use super::timeline::Level;
use super::transfers::{Task, Transfer, TransferState};
use crate::effect::Effect;
use crate::place::NotHere;
use crate::profile::{SavePlace, Unsaved};
use crate::transfer::{FileProblem, FileTrouble, TransferAct, TransferFailure, TransferId};

impl App {
    /// Saves the file of a message: to this directory, or to that for downloads. One that is on its way there already is not saved
    /// twice. The error is what to tell the person.
    pub fn save_file(&mut self, room: &RoomName, of: Seq, to: Option<PathBuf>) -> Result<TransferId, String> {
        self.need_here_for(NotHere::Save, Some(of))?;
        let timeline = self.rooms.get(room).map(|room| &room.timeline);
        let file = timeline.and_then(|timeline| timeline.facts(of)?.file.clone());
        let Some(file) = file else { return Err(self.lang().no_file_there().to_owned()) };
        Ok(self.save(room, of, *file, to))
    }

    /// Asks the server for a message that is not here, to save its file.
    pub(super) fn look_for_file(&mut self, of: Seq, to: Option<PathBuf>) -> Result<(), String> {
        self.need_here_for(NotHere::Save, Some(of))?;
        self.need_online()?;
        let room = self.rooms.current().name.clone();
        let asked = History { around: Some(of), limit: Some(1), ..History::newest(room.clone()) };
        self.request(Purpose::FileOf(Box::new((room, of, to))), ClientMsg::History(asked));
        Ok(())
    }

    /// The message has come whose file is to be saved.
    pub(super) fn on_file_message(&mut self, of: Seq, to: Option<PathBuf>, answer: &Answer) {
        let events = answer.events.as_deref().unwrap_or_default();
        let event = events.iter().find(|event| event.seq == of);
        if let Some((event, file)) = event.and_then(|event| Some((event, event.file.clone()?))) {
            self.save(&event.room, of, *file, to);
        } else {
            self.hint(self.lang().no_file_there(), Level::Warning);
            self.effects.push(Effect::NotDone);
        }
        self.leave_if_done();
    }

    fn save(&mut self, room: &RoomName, of: Seq, file: Attachment, to: Option<PathBuf>) -> TransferId {
        let dir = to.or_else(|| self.settings.downloads.clone());
        let known = self.transfers.of_message(room, of).filter(|known| !known.has_ended());
        if let Some(id) = known.filter(|known| known.wished_dir == dir).map(|known| known.id) {
            self.resume_transfer(id);
            return id;
        }
        let wished = dir.clone();
        let origin = format!("chinwag://{}/{room}/{of}", self.setup.address.first());
        let unsaved =
            Unsaved { room: room.clone(), of, file, place: SavePlace { dir, origin }, stopped: false };
        let id = self.add_save(unsaved, false);
        if let Some(transfer) = self.transfers.get_mut(id) {
            transfer.wished_dir = wished;
        }
        self.transfers.changes.save();
        id
    }

    /// Goes on with what an earlier run was saving.
    pub(super) fn restore_saves(&mut self, saves: Vec<Unsaved>) {
        for unsaved in saves {
            self.add_save(unsaved, true);
        }
    }

    fn add_save(&mut self, unsaved: Unsaved, is_restored: bool) -> TransferId {
        let Unsaved { room, of, file, place, stopped } = unsaved;
        let (name, bytes) = (file.name.clone(), file.bytes);
        let id = self.transfers.add(name, bytes, room, Task::Save { of, file: Box::new(file), place });
        if let Some(transfer) = self.transfers.get_mut(id) {
            transfer.is_restored = is_restored;
        }
        if stopped {
            self.transfers.set(id, TransferState::Stopped);
        }
        self.effects.push(Effect::TransferMoved(id));
        id
    }

    /// What is being saved, for the next start.
    pub(super) fn saves_to_keep(&self) -> Vec<Unsaved> {
        self.transfers.to_keep()
    }

    /// What is there already of a file, and where.
    pub(super) fn on_save_ready(&mut self, id: TransferId, from: u64, into: PathBuf) {
        let Some(transfer) = self.transfers.get_mut(id) else { return };
        transfer.done = from.min(transfer.bytes);
        if let Task::Save { place, .. } = &mut transfer.task {
            place.dir = Some(into);
        }
        self.transfers.set(id, TransferState::Waiting);
        self.effects.push(Effect::TransferMoved(id));
    }

    /// The file is saved.
    pub(super) fn on_saved(&mut self, id: TransferId, path: PathBuf) {
        let Some(transfer) = self.transfers.get_mut(id) else { return };
        transfer.done = transfer.bytes;
        (transfer.has_job, transfer.is_asked) = (false, false);
        self.transfers.set(id, TransferState::Finished { path: Some(path.clone()) });
        self.effects.push(Effect::TransferMoved(id));
        if self.transfers.take_to_open(id) {
            self.open_path(path);
        } else if self.has_screen() && !self.is_in_cache(&path) {
            self.hint(self.lang().saved_to(&self.shown_path(&path)), Level::Info);
        }
        self.leave_if_done();
    }

    /// What was received has another hash than the message says: once more from the beginning, then it has failed.
    pub(super) fn on_wrong_content(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get_mut(id) else { return };
        transfer.mismatches += 1;
        (transfer.done, transfer.is_asked) = (0, false);
        if transfer.mismatches < 2 {
            self.transfers.set(id, TransferState::Waiting);
            return self.effects.push(Effect::TransferMoved(id));
        }
        let path = transfer.directory().cloned().unwrap_or_default().join(transfer.name.as_str());
        let problem = FileProblem { path, why: FileTrouble::WrongContent };
        self.fail_transfer(id, &TransferFailure::File(problem));
    }
}

impl Transfer {
    /// Where a file is saved to, once that is known.
    #[must_use]
    pub fn directory(&self) -> Option<&PathBuf> {
        match &self.task {
            Task::Save { place, .. } => place.dir.as_ref(),
            Task::Send { .. } => None,
        }
    }

    /// What has to be done to prepare a file that is saved.
    pub(super) fn save_preparation(&self) -> Option<TransferAct> {
        match &self.task {
            Task::Save { file, place, .. } => {
                Some(TransferAct::Save { file: file.clone(), place: place.clone() })
            }
            Task::Send { .. } => None,
        }
    }
}
