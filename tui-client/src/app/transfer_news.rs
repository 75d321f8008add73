//! What moves files: jobs are begun, tokens asked for as places become free, and what the services and the server say of a transfer
//! taken in. Stopping, going on and cancelling by the person is here as well.

use shared::client_msg::{Download, Upload};
use shared::{ClientMsg, Code, Refusal, TransferToken};

use super::App;
use super::file_marks;
use super::pending_requests::Purpose;
use super::transfers::{Direction, Task, Transfer, TransferState};
use crate::effect::Effect;
use crate::transfer::{Discard, TransferAct, TransferFailure, TransferId, TransferNews};

/// What the person does.
impl App {
    /// Stops a transfer until [`Self::resume_transfer`]: what was moved is kept. Says whether it could be stopped.
    pub fn stop_transfer(&mut self, id: TransferId) -> bool {
        let Some(transfer) = self.transfers.get_mut(id).filter(|transfer| !transfer.is_resting()) else {
            return false;
        };
        (transfer.has_job, transfer.is_asked) = (false, false);
        let nonce = transfer.nonce.clone();
        self.effects.push(Effect::Transfer(id, TransferAct::Stop));
        self.transfers.set(id, TransferState::Stopped);
        if let Some(nonce) = nonce {
            self.outbox.stop_file(&nonce, true);
        }
        self.effects.push(Effect::TransferMoved(id));
        self.leave_if_done();
        true
    }

    /// Has a transfer go on that was stopped or has failed, or that waits to try again. Says whether it does.
    pub fn resume_transfer(&mut self, id: TransferId) -> bool {
        let Some(transfer) = self.transfers.get_mut(id) else { return false };
        match transfer.state {
            TransferState::Broken => {
                self.transfers.hurry(id);
                return true;
            }
            TransferState::Stopped | TransferState::Failed(_) => {}
            TransferState::Preparing
            | TransferState::Waiting
            | TransferState::Running { .. }
            | TransferState::Finished { .. } => return false,
        }
        let has_failed = transfer.state != TransferState::Stopped;
        transfer.mismatches = 0;
        if let Some(nonce) = transfer.nonce.clone() {
            if has_failed {
                return self.retry_file(&nonce);
            }
            self.outbox.stop_file(&nonce, false);
        }
        self.transfers.set(id, TransferState::Preparing);
        self.effects.push(Effect::TransferMoved(id));
        true
    }

    /// Ends a transfer for good and takes it off the list: a message that is not said yet is taken back, and what was received of a
    /// file is removed. Says whether it could be; what the server has by now cannot.
    pub fn cancel_transfer(&mut self, id: TransferId) -> bool {
        let Some(transfer) = self.transfers.get(id) else { return false };
        match &transfer.task {
            Task::Send { unsaid: Some(_), .. } => self.effects.push(Effect::Transfer(id, TransferAct::Stop)),
            Task::Send { nonce, unsaid: None } => {
                let nonce = nonce.clone();
                if self.outbox.file_of(&nonce).is_some() && !self.take_back_file(&nonce) {
                    return false;
                }
            }
            Task::Save { file, place, .. } if !matches!(transfer.state, TransferState::Finished { .. }) => {
                let discard = Discard::Part { file: file.clone(), place: place.clone() };
                self.effects.push(Effect::Transfer(id, TransferAct::Discard(discard)));
            }
            Task::Save { .. } => {}
        }
        self.transfers.remove(id);
        self.leave_if_done();
        true
    }
}

/// How they stand.
impl App {
    /// Whether a file moves, or waits to, that this run was asked for or that a message waits for.
    #[must_use]
    pub fn is_moving_files(&self) -> bool {
        let is_asked = |transfer: &Transfer| !transfer.is_restored;
        self.transfers.under_way().any(is_asked)
            || self.outbox.lacking().any(|unsent| unsent.act.file().is_some_and(|file| !file.stopped))
    }

    /// A transfer in a line: its number, the file, and how it stands.
    #[must_use]
    pub fn transfer_line(&self, transfer: &Transfer) -> String {
        let lang = self.lang();
        let state = file_marks::state(transfer, self.setup.home.as_deref());
        let how = match (&transfer.state, state) {
            (TransferState::Failed(why), _) => lang.transfer_failure(why),
            (_, Some(state)) => lang.file_state(&state).into_iter().next().unwrap_or_default(),
            (_, None) => lang.is_sent_word().to_owned(),
        };
        let to = self.rooms.get(&transfer.room).map(|room| room.title(self.my_uid()));
        let to = to.unwrap_or_else(|| transfer.room.to_string());
        let arrow = match transfer.direction {
            Direction::Send => "→",
            Direction::Save => "←",
        };
        let size = lang.file_size(transfer.bytes);
        format!("{}. {} ({size}) {arrow} {to} · {how}", transfer.id.0, transfer.name)
    }
}

/// What moves them.
impl App {
    /// Begins what is to be begun, and asks for what may move now.
    pub(super) fn move_files(&mut self) {
        self.open_transfers();
        if !self.transfers.is_busy() {
            return;
        }
        let to_begin = self.transfers.list().iter().filter(|transfer| transfer.wants_job());
        let to_begin = to_begin.filter_map(|transfer| Some((transfer.id, self.begins(transfer)?)));
        for (id, act) in to_begin.collect::<Vec<_>>() {
            if let Some(transfer) = self.transfers.get_mut(id) {
                transfer.has_job = true;
            }
            self.effects.push(Effect::Transfer(id, act));
        }
        if !self.connection.is_online() || self.connection.is_resuming() || self.connection.is_leaving() {
            return;
        }
        while let Some(id) = self.transfers.next_to_ask(self.now) {
            let request = self.transfers.get(id).and_then(|transfer| self.token_request(transfer));
            match request {
                Some(request) => self.request(Purpose::Transfer(id), request),
                None => self.transfers.broke(id, self.now, None),
            }
        }
    }

    fn begins(&self, transfer: &Transfer) -> Option<TransferAct> {
        match &transfer.task {
            Task::Send { nonce, unsaid } => self.preparation(nonce, unsaid.as_deref()),
            // Nothing of an earlier run is touched before it is known which server this is.
            Task::Save { .. } if !self.session.is_welcome() => None,
            Task::Save { .. } => transfer.save_preparation(),
        }
    }

    fn token_request(&self, transfer: &Transfer) -> Option<ClientMsg> {
        match &transfer.task {
            Task::Send { nonce, .. } => {
                let content = self.outbox.file_of(nonce)?.content.as_ref()?;
                let (sha256, bytes, proof) = (content.file.sha256, content.file.bytes, Some(content.proof));
                Some(ClientMsg::Upload(Upload { sha256, bytes, proof }))
            }
            Task::Save { of, .. } => {
                Some(ClientMsg::Download(Download { room: transfer.room.clone(), of: *of }))
            }
        }
    }

    /// The server lets a transfer begin; or has the content already.
    pub(super) fn on_transfer_allowed(&mut self, id: TransferId, token: Option<TransferToken>) {
        let Some(transfer) = self.transfers.get_mut(id).filter(|transfer| transfer.is_asked) else { return };
        transfer.is_asked = false;
        match (token, transfer.direction) {
            (Some(token), _) => {
                self.transfers.set(id, TransferState::Running { rate: None });
                self.effects.push(Effect::Transfer(id, TransferAct::Go(token)));
                self.effects.push(Effect::TransferMoved(id));
            }
            (None, Direction::Send) => self.on_file_sent(id),
            (None, Direction::Save) => self.transfers.broke(id, self.now, None),
        }
    }

    /// The server does not let it begin, or has ended it.
    pub(super) fn on_transfer_refused(&mut self, id: TransferId, refusal: &Refusal) {
        let goes_on = match refusal.code {
            Code::TokenInvalid
            | Code::Timeout
            | Code::RateLimited
            | Code::ShuttingDown
            | Code::Internal
            | Code::TooManyConnections => true,
            Code::HashMismatch => {
                return match self.transfers.get(id).map(|transfer| transfer.direction) {
                    Some(Direction::Send) => {
                        self.effects.push(Effect::Transfer(id, TransferAct::Stop));
                        self.on_file_changed(id);
                    }
                    Some(Direction::Save) => self.on_wrong_content(id),
                    None => {}
                };
            }
            Code::Storage => refusal.retry_ms.is_some(),
            Code::BadJson
            | Code::TooLong
            | Code::BadUtf8
            | Code::UnknownType
            | Code::BadRequest
            | Code::Version
            | Code::NameTaken
            | Code::NameInvalid
            | Code::NameReserved
            | Code::NoSuchRoom
            | Code::NoSuchUser
            | Code::NoSuchMessage
            | Code::NotMember
            | Code::Forbidden
            | Code::AuthFailed
            | Code::LinkInvalid
            | Code::AlreadyLinked
            | Code::TakenOut
            | Code::Banned
            | Code::Muted
            | Code::TextInvalid
            | Code::NonceConflict
            | Code::ResumeExpired
            | Code::TooManyWindows
            | Code::ServerFull
            | Code::FileTooLarge
            | Code::NoSuchFile
            | Code::Unknown => false,
        };
        if goes_on {
            self.transfers.broke(id, self.now, refusal.retry_ms);
            return self.effects.push(Effect::TransferMoved(id));
        }
        let why = match (refusal.code, refusal.retry_ms) {
            (Code::FileTooLarge, Some(wait)) => TransferFailure::DailyLimit { wait },
            (code, _) => TransferFailure::Refused(code),
        };
        self.fail_transfer(id, &why);
    }

    /// Something came of a transfer.
    pub(super) fn on_transfer(&mut self, id: TransferId, news: TransferNews) {
        // What was on its way when it was stopped does not count.
        if self.transfers.get(id).is_none_or(|transfer| !transfer.has_job) {
            return;
        }
        match news {
            TransferNews::Found { path, bytes } => self.on_file_found(id, path, bytes),
            TransferNews::Prepared(content) => {
                let Some(transfer) = self.transfers.get_mut(id) else { return };
                (transfer.bytes, transfer.done) = (content.file.bytes, 0);
                if let Some(nonce) = transfer.nonce.clone() {
                    for room in self.rooms.list_mut() {
                        room.timeline.attach(&nonce, content.file.clone());
                    }
                    self.outbox.set_content(&nonce, Some(content));
                }
                self.transfers.set(id, TransferState::Waiting);
                self.effects.push(Effect::TransferMoved(id));
            }
            TransferNews::Ready { from, dir } => self.on_save_ready(id, from, dir),
            TransferNews::Progress { done } => {
                self.transfers.progress(id, done, self.now);
                self.effects.push(Effect::TransferMoved(id));
            }
            TransferNews::Sent => self.on_file_sent(id),
            TransferNews::Saved(path) => self.on_saved(id, path),
            TransferNews::Cut(why) => {
                self.log(format!("a transfer was cut: {why}"));
                self.transfers.broke(id, self.now, None);
                self.effects.push(Effect::TransferMoved(id));
            }
            TransferNews::Refused(refusal) => self.on_transfer_refused(id, &refusal),
            TransferNews::Changed => match self.transfers.get(id).map(|transfer| transfer.direction) {
                Some(Direction::Send) => self.on_file_changed(id),
                Some(Direction::Save) => self.on_wrong_content(id),
                None => {}
            },
            TransferNews::Failed(problem) => self.fail_transfer(id, &TransferFailure::File(problem)),
        }
    }

    /// What was on its way belongs to another server.
    pub(super) fn forget_transfers(&mut self) {
        for transfer in self.transfers.clear() {
            self.effects.push(Effect::Transfer(transfer.id, TransferAct::Stop));
        }
    }

    /// A transfer has ended, and does not go on by itself.
    pub(super) fn fail_transfer(&mut self, id: TransferId, why: &TransferFailure) {
        let Some(transfer) = self.transfers.get_mut(id) else { return };
        (transfer.has_job, transfer.is_asked) = (false, false);
        let nonce = transfer.nonce.clone();
        self.effects.push(Effect::Transfer(id, TransferAct::Stop));
        self.transfers.set(id, TransferState::Failed(why.clone()));
        self.effects.push(Effect::TransferMoved(id));
        if let Some(nonce) = nonce {
            self.fail_file_message(&nonce, why);
        } else {
            self.hint(self.save_failure(why), super::timeline::Level::Warning);
            self.effects.push(Effect::NotDone);
        }
        self.leave_if_done();
    }
}
