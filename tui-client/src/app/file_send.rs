//! Sending files: a message whose content goes to the server first. The message is in the outbox from the moment its file was
//! found, so it is kept like any other and said exactly once; what lacks its content there gets a transfer
//! ([`super::transfers`]), and is said when the server has it.
//!
//! A message of an earlier run, or one without an answer, may be stored already: it is said before its content is sent again, and
//! only the server's `no_such_file` starts a transfer. So what was said of a file never changes once the server may have taken it.

use std::path::PathBuf;

use shared::{Code, FileName, Nonce, RoomName, Text};

use super::App;
use super::composing::Composing;
use super::timeline::Level;
use super::transfers::{Task, Transfer, TransferState};
use crate::effect::Effect;
use crate::place::NotHere;
use crate::profile::{Act, FileSource, Unsent};
use crate::transfer::{Discard, TransferAct, TransferFailure, TransferId};

/// So often a content is sent that the server does not have afterwards, or a file is read that has changed meanwhile.
const MISMATCHES: u32 = 4;

impl App {
    /// Sends a file into a room, or to one person in their direct room: with a caption, or with its name where that is empty.
    /// `path` is as the person gave it; whether there is such a file turns out later, and is told. The error is what to tell the
    /// person: nothing was sent.
    pub fn send_file(&mut self, path: PathBuf, room: &RoomName, caption: &str) -> Result<TransferId, String> {
        self.send_source(FileSource::at(path), room, caption)
    }

    /// A program sends a file where its lines go.
    pub(super) fn on_send_file(&mut self, source: FileSource, caption: &str) {
        let room = self.room_meant(&source.path.to_string_lossy());
        if let Err(why) = room.and_then(|room| self.send_source(source, &room, caption)) {
            self.hint(why, Level::Warning);
            self.effects.push(Effect::NotDone);
        }
    }

    /// The same with what is known of the file.
    pub fn send_source(
        &mut self,
        source: FileSource,
        room: &RoomName,
        caption: &str,
    ) -> Result<TransferId, String> {
        self.need_here(NotHere::Send)?;
        let lang = self.lang();
        if self.session.is_welcome() && self.session.limits().file_bytes == 0 {
            return Err(lang.no_files_here().to_owned());
        }
        let name = source.name.clone().unwrap_or_else(|| {
            let last = source.path.file_name().unwrap_or(source.path.as_os_str());
            FileName::clean(&last.to_string_lossy())
        });
        let caption = caption.trim();
        let length = self.message_limit().measure(caption);
        if length.over() > 0 {
            return Err(lang.too_long(length));
        }
        let text = if caption.is_empty() { name.as_str() } else { caption };
        let text = Text::parse(text).map_err(|why| lang.not_sent(why.code))?;
        self.may_say_in(room)?;
        let nonce = self.random.nonce().ok_or_else(|| lang.not_sent(Code::Internal))?;
        let composing = self.rooms.get(room).and_then(|room| room.composing.as_ref());
        let reply_to = composing.and_then(Composing::answered);
        self.answered_in(room);
        let act = Act::Say { text, action: false, reply_to, file: Some(Box::new(source)) };
        let unsaid = Some(Box::new(Unsent { room: room.clone(), nonce: nonce.clone(), act }));
        let id = self.transfers.add(name, 0, room.clone(), Task::Send { nonce, unsaid });
        self.effects.push(Effect::TransferMoved(id));
        Ok(id)
    }

    /// The server lacks the content of a message that was said. Sends it, unless that was tried too often.
    pub(super) fn send_file_again(&mut self, nonce: &Nonce) -> bool {
        let mismatches = self.transfers.of_nonce(nonce).map_or(0, |transfer| transfer.mismatches);
        mismatches < MISMATCHES && self.outbox.set_lacks_content(nonce, true)
    }

    /// Gives every message that lacks its content a transfer.
    pub(super) fn open_transfers(&mut self) {
        let lacking = self.outbox.lacking().filter_map(|unsent| {
            let file = unsent.act.file()?;
            let known = self.transfers.of_nonce(&unsent.nonce);
            known
                .is_none_or(Transfer::has_ended)
                .then(|| (unsent.clone(), file.clone(), known.map(|it| it.id)))
        });
        for (unsent, file, known) in lacking.collect::<Vec<_>>() {
            let Unsent { room, nonce, .. } = unsent;
            let content = file.content.as_ref();
            let bytes = content.map_or(0, |content| content.file.bytes);
            let name = content.map(|content| content.file.name.clone()).or(file.name);
            let name = name.unwrap_or_else(|| {
                FileName::clean(&file.path.file_name().unwrap_or_default().to_string_lossy())
            });
            let id = known
                .unwrap_or_else(|| self.transfers.add(name, bytes, room, Task::Send { nonce, unsaid: None }));
            if known.is_some()
                && let Some(transfer) = self.transfers.get_mut(id)
            {
                transfer.mismatches += 1;
                transfer.done = 0;
            }
            let state = if file.stopped { TransferState::Stopped } else { TransferState::Preparing };
            self.transfers.set(id, state);
        }
    }

    /// What has to be done to prepare a file that is sent.
    pub(super) fn preparation(&self, nonce: &Nonce, unsaid: Option<&Unsent>) -> Option<TransferAct> {
        let source = unsaid.map_or_else(|| self.outbox.file_of(nonce), |unsaid| unsaid.act.file())?;
        let limit = self.session.limits().file_bytes;
        let limit = if self.session.is_welcome() { limit } else { u64::MAX };
        Some(TransferAct::Send {
            source: Box::new(source.clone()),
            limit,
            metadata: self.settings.picture_metadata,
        })
    }

    /// There is such a file: its message waits from now on, and is seen.
    pub(super) fn on_file_found(&mut self, id: TransferId, path: PathBuf, bytes: u64) {
        let Some(transfer) = self.transfers.get_mut(id) else { return };
        (transfer.bytes, transfer.done) = (bytes, 0);
        let Task::Send { unsaid, .. } = &mut transfer.task else { return };
        let Some(mut unsaid) = unsaid.take() else { return };
        if let Some(file) = unsaid.act.file_mut() {
            file.path = path;
        }
        self.show_pending(&unsaid);
        self.outbox.push(*unsaid);
        if self.connection.status().is_over() {
            self.hint(self.lang().not_sent_until_reconnect(), Level::Warning);
        } else if !self.connection.is_online() {
            self.hint(self.lang().not_sent_yet(), Level::Warning);
        }
    }

    /// The server has the content of a file: now the message can be said.
    pub(super) fn on_file_sent(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get_mut(id) else { return };
        transfer.done = transfer.bytes;
        (transfer.has_job, transfer.is_asked) = (false, false);
        let nonce = transfer.nonce.clone();
        self.effects.push(Effect::Transfer(id, TransferAct::Stop));
        self.transfers.set(id, TransferState::Finished { path: None });
        self.effects.push(Effect::TransferMoved(id));
        if let Some(nonce) = nonce {
            self.outbox.set_lacks_content(&nonce, false);
        }
    }

    /// The file is another one than when it was read through: it is read again, for the same message.
    pub(super) fn on_file_changed(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get_mut(id) else { return };
        let Some(nonce) = transfer.nonce.clone() else { return };
        transfer.mismatches += 1;
        transfer.done = 0;
        (transfer.has_job, transfer.is_asked) = (false, false);
        if transfer.mismatches > MISMATCHES {
            return self.fail_transfer(id, &TransferFailure::Refused(Code::HashMismatch));
        }
        self.outbox.set_content(&nonce, None);
        self.transfers.set(id, TransferState::Preparing);
        self.effects.push(Effect::TransferMoved(id));
    }

    /// The transfer of a message's file has failed: the message stays visible, with the reason.
    pub(super) fn fail_file_message(&mut self, nonce: &Nonce, why: &TransferFailure) {
        let (code, text) = (why.code(), self.lang().transfer_failure(why));
        let Some(unsent) = self.outbox.fail(nonce, code).cloned() else {
            // It was not found, so nothing was shown.
            self.hint(text, Level::Warning);
            return self.effects.push(Effect::NotDone);
        };
        if let Some(room) = self.rooms.get_mut(&unsent.room) {
            room.timeline.fail(nonce, code, None);
            room.timeline.explain_failure(nonce, &text);
        }
        self.hint(format!("{text} · {}", self.lang().how_to_retry()), Level::Warning);
        self.effects.push(Effect::NotDone);
    }

    /// A message is stored, or not wanted any more: what was made only to send it goes.
    pub(super) fn file_is_said(&mut self, unsent: &Unsent) {
        let Some(file) = unsent.act.file() else { return };
        let id = self.transfers.of_nonce(&unsent.nonce).map(|transfer| transfer.id);
        if let Some(id) = id.filter(|id| self.transfers.get(*id).is_some_and(|it| !it.has_ended())) {
            self.effects.push(Effect::Transfer(id, TransferAct::Stop));
            self.transfers.set(id, TransferState::Finished { path: None });
        }
        if file.spooled {
            let discard = TransferAct::Discard(Discard::Spooled(file.path.clone()));
            self.effects.push(Effect::Transfer(id.unwrap_or(TransferId(0)), discard));
        }
    }

    /// Sends a message with a file that failed once more. Says whether there is one.
    pub(super) fn retry_file(&mut self, nonce: &Nonce) -> bool {
        let Some(unsent) = self.outbox.withdraw_file(nonce) else { return false };
        if let Some(room) = self.rooms.get_mut(&unsent.room) {
            room.timeline.drop_pending(nonce);
        }
        self.show_pending(&unsent);
        self.outbox.push(unsent);
        true
    }

    /// Takes back a message whose file is not wanted any more, unless the server may have it by now.
    pub(super) fn take_back_file(&mut self, nonce: &Nonce) -> bool {
        let Some(unsent) = self.outbox.withdraw_file(nonce) else { return false };
        if let Some(room) = self.rooms.get_mut(&unsent.room) {
            room.timeline.drop_pending(nonce);
        }
        self.file_is_said(&unsent);
        true
    }
}
