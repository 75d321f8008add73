//! What the keys do with the file of the message that is picked out, and with one in the list of transfers: save it, open it once that
//! was confirmed, stop it, have it go on, cancel it. What throws away what was moved already has to be pressed twice.

use std::path::PathBuf;

use shared::{RoomName, Seq};

use super::App;
use super::action::Action;
use super::popup::Popup;
use super::popup::open_file::OpenFile;
use super::timeline::{Body, Entry, Level};
use super::transfers::{Transfer, TransferState};
use crate::effect::Effect;
use crate::transfer::TransferId;

impl App {
    /// Whether the message that is picked out brings a file.
    #[must_use]
    pub fn has_picked_file(&self) -> bool {
        let timeline = &self.rooms.current().timeline;
        timeline
            .selected()
            .is_some_and(|entry| timeline.attachment(entry).is_some() || timeline.file_mark(entry).is_some())
    }

    /// The transfer of the file of the message that is picked out.
    #[must_use]
    pub fn picked_transfer(&self) -> Option<&Transfer> {
        let room = self.rooms.current();
        let entry = room.timeline.selected()?;
        match entry.body() {
            Body::Own(own) => self.transfers.of_nonce(&own.nonce),
            Body::Message(_) | Body::Action(_) => self.transfers.of_message(&room.name, entry.seq()?),
            Body::Event(_) | Body::Notice(_) => None,
        }
    }

    /// Enter on the message that is picked out, without a draft: shows its picture, or saves its file. Says whether it has one.
    pub(super) fn enter_on_picked_file(&mut self) -> bool {
        if self.view_picked() {
            return true;
        }
        let has_file = self.has_picked_file();
        if has_file && !self.declines(&Action::SaveFile) {
            self.save_picked_file();
        }
        has_file
    }

    /// Saves the file of the message that is picked out; what rests of it goes on.
    pub(super) fn save_picked_file(&mut self) {
        if self.picked_transfer().is_some_and(Transfer::may_go_on) {
            return self.stop_picked_file();
        }
        let Some((room, of)) = self.picked_file() else {
            return self.hint(self.lang().file_not_sent_yet(), Level::Info);
        };
        // A second copy only where it is wanted.
        if let Some(path) = self.saved_path(&room, of)
            && !self.input.ask_once(&format!("save {room} {of}"))
        {
            let key = self.keymap.key_of(&Action::SaveFile).unwrap_or_default();
            return self.hint(self.lang().is_saved_already(&self.shown_path(&path), &key), Level::Info);
        }
        if let Err(why_not) = self.save_file(&room, of, None) {
            self.hint(why_not, Level::Warning);
        }
    }

    /// Asks whether to open the file of the message that is picked out.
    pub(super) fn ask_to_open_picked(&mut self) {
        let Some((room, of)) = self.picked_file() else {
            return self.hint(self.lang().file_not_sent_yet(), Level::Info);
        };
        self.ask_to_open(room, of);
    }

    /// Asks whether to open the file of a message.
    pub(super) fn ask_to_open(&mut self, room: RoomName, of: Seq) {
        let timeline = self.rooms.get(&room).map(|room| &room.timeline);
        let file = timeline.and_then(|timeline| timeline.facts(of)?.file.clone());
        let from = timeline.and_then(|timeline| timeline.said_at(of)).map(|(from, _)| from.clone());
        let Some((file, from)) = file.zip(from) else {
            return self.hint(self.lang().no_file_there(), Level::Info);
        };
        let is_here = self.saved_path(&room, of).is_some();
        let question = OpenFile::new((room, of), (*file).clone(), from, is_here, self.now);
        self.screen.push_popup(Popup::OpenFile(Box::new(question)));
    }

    /// Opens the file of a message: now if it is here, else when it is saved.
    pub(super) fn open_file(&mut self, room: &RoomName, of: Seq) {
        if let Some(path) = self.saved_path(room, of) {
            return self.open_path(path);
        }
        match self.save_file(room, of, None) {
            Ok(id) => self.transfers.open_when_saved(id),
            Err(why_not) => self.hint(why_not, Level::Warning),
        }
    }

    /// Has a program open a file that is saved.
    pub(super) fn open_path(&mut self, path: PathBuf) {
        self.effects.push(Effect::OpenFile { path, with: self.settings.open_with.clone() });
    }

    /// A file was handed to a program that opens it; or not, and why.
    pub(super) fn on_file_opened(&mut self, opened: Result<(), (PathBuf, String)>) {
        match opened {
            Ok(()) => self.hint(self.lang().opening(), Level::Info),
            Err((path, why)) => {
                let path = self.shown_path(&path);
                self.hint(self.lang().file_not_opened(&path, &why), Level::Warning);
            }
        }
    }

    /// Stops the file of the message that is picked out, or has it go on.
    pub(super) fn stop_picked_file(&mut self) {
        match self.picked_transfer().map(|transfer| transfer.id) {
            Some(id) => self.stop_or_go_on(id),
            None => self.hint(self.lang().file_rests(), Level::Info),
        }
    }

    /// Stops a transfer, or has it go on.
    pub(super) fn stop_or_go_on(&mut self, id: TransferId) {
        if !self.stop_transfer_unless_cut(id) && !self.resume_transfer(id) {
            self.hint(self.lang().file_rests(), Level::Info);
        }
    }

    /// One that was cut asks again at once instead.
    fn stop_transfer_unless_cut(&mut self, id: TransferId) -> bool {
        let is_cut = self.transfers.get(id).is_some_and(|transfer| transfer.state == TransferState::Broken);
        !(is_cut && self.connection.is_online()) && self.stop_transfer(id)
    }

    /// Has nothing more to do with the file of the message that is picked out.
    pub(super) fn cancel_picked_file(&mut self) {
        let Some(transfer) = self.picked_transfer() else {
            return self.hint(self.lang().file_rests(), Level::Info);
        };
        let (id, name) = (transfer.id, transfer.name.clone());
        let is_over = matches!(transfer.state, TransferState::Finished { .. });
        if is_over {
            return self.hint(self.lang().file_rests(), Level::Info);
        }
        if !self.input.ask_once(&format!("cancel {}", id.0)) {
            let key = self.keymap.key_of(&Action::CancelFile).unwrap_or_default();
            return self.hint(self.lang().cancel_again(name.as_str(), &key), Level::Warning);
        }
        self.rooms.current_mut().timeline.select_none();
        self.cancel_file(id);
    }

    /// Ends a transfer for good.
    pub(super) fn cancel_file(&mut self, id: TransferId) {
        let (text, level) = if self.cancel_transfer(id) {
            (self.lang().transfer_cancelled(), Level::Info)
        } else {
            (self.lang().too_late_to_cancel(), Level::Warning)
        };
        self.hint(text, level);
    }

    /// The message that is picked out, if the server has its file.
    fn picked_file(&self) -> Option<(RoomName, Seq)> {
        let room = self.rooms.current();
        let entry = room.timeline.selected()?;
        let is_stored = |entry: &Entry| room.timeline.attachment(entry).is_some();
        Some((room.name.clone(), entry.seq().filter(|_| is_stored(entry))?))
    }

    /// Where the file of a message was saved in this run.
    fn saved_path(&self, room: &RoomName, of: Seq) -> Option<PathBuf> {
        match &self.transfers.of_message(room, of)?.state {
            TransferState::Finished { path } => path.clone(),
            TransferState::Preparing
            | TransferState::Waiting
            | TransferState::Running { .. }
            | TransferState::Stopped
            | TransferState::Broken
            | TransferState::Failed(_) => None,
        }
    }
}
