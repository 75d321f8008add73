//! Routing keys and pastes: after Ctrl-X to the chord table, else to the popup on top, then to the keymap,
//! then as text into the draft. `run_action.rs` does what a key means.

use shared::ClientMsg;
use shared::client_msg::Empty;

use super::App;
use super::action::Action;
use super::chord;
use super::composer::Edit;
use super::keymap::KeyContext;
use super::memory_budget::DRAFT_ELSEWHERE;
use super::pending_requests::{BansFor, Purpose};
use super::popup::Popup;
use super::popup::dialog::Dialog;
use super::popup::outcome::{Choice, Outcome, TransferDeed};
use super::timeline::Level;
use crate::admin_action::AdminAction;
use crate::effect::Effect;
use crate::event::{Code, Key};

impl App {
    /// A terminal sends Alt with a key as Esc and that key: what is bound to nothing was Esc, and then a character.
    pub(super) fn on_key(&mut self, key: Key) {
        match key.typed_after_esc().filter(|_| !self.is_bound(key)) {
            Some(typed) => {
                self.on_one_key(Key::plain(Code::Esc));
                self.on_one_key(typed);
            }
            None => self.on_one_key(key),
        }
    }

    fn is_bound(&self, key: Key) -> bool {
        self.keymap.binds(key) || self.screen.popups().last().is_some_and(|top| top.binds(key))
    }

    fn on_one_key(&mut self, key: Key) {
        self.screen.clear_hint();
        if self.screen.end_chord() {
            return self.on_chord(key);
        }
        if self.on_popup_key(key) {
            return;
        }
        let selected = self.rooms.current().timeline.selected().is_some();
        let context = KeyContext { empty: self.input.is_empty(), selected, file: self.has_picked_file() };
        match (self.keymap.find(key, context), key.typed()) {
            (Some(action), _) => self.run_action(action),
            (None, Some(c)) => self.run_action(Action::Edit(Edit::Insert(c))),
            (None, None) => {}
        }
    }

    /// The key after Ctrl-X. Whatever it is, the draft does not get it.
    fn on_chord(&mut self, key: Key) {
        // As in readline, whatever else begins with Ctrl-X.
        if key == (Key { ctrl: true, ..Key::plain(Code::Char('e')) }) {
            return self.run_action(Action::Editor);
        }
        let lang = self.lang();
        let letter = key.latin().filter(|_| !key.ctrl && !key.alt);
        let Some(letter) = letter else {
            if key.code != Code::Esc && key.code != Code::Enter {
                self.hint(lang.chord_cancelled(), Level::Info);
            }
            return;
        };
        match chord::find(letter) {
            Some(chord) if self.role() >= chord.role => self.open_dialog(chord.action),
            Some(_) => self.hint(lang.chord_forbidden(), Level::Warning),
            None => self.hint(lang.chord_unknown(letter), Level::Warning),
        }
    }

    /// Opens the dialog for an action at its first step.
    pub(super) fn open_dialog(&mut self, action: AdminAction) {
        let dialog = self.begin_dialog(action);
        self.screen.push_popup(Popup::dialog(dialog));
    }

    /// The dialog for an action at its first step; what it shows is asked for. A shutdown that counts down is cancelled.
    pub(super) fn begin_dialog(&mut self, action: AdminAction) -> Dialog {
        let counts_down = self.session.countdown().is_some();
        let action =
            if action == AdminAction::Shutdown && counts_down { AdminAction::CancelShutdown } else { action };
        if matches!(action, AdminAction::Ban | AdminAction::Mute) {
            self.refresh_bans();
        }
        Dialog::new(action, self.now)
    }

    /// Asks for the bans and mutes in force.
    pub(super) fn refresh_bans(&mut self) {
        if self.connection.is_online() {
            self.request(Purpose::Bans(BansFor::Keep), ClientMsg::Bans(Empty {}));
        }
    }

    /// Gives the key to the popup on top. Says whether that was all.
    pub(super) fn on_popup_key(&mut self, key: Key) -> bool {
        let Some(mut popup) = self.screen.pop_popup() else { return false };
        match popup.on_key(key, &self.popup_context()) {
            Outcome::Kept => self.screen.push_popup(popup),
            Outcome::Closed if matches!(popup, Popup::SendFiles(_)) => self.keep_as_text(),
            Outcome::Closed => {}
            Outcome::OpenDialog(action, subject) => {
                self.screen.push_popup(popup);
                self.screen.push_popup(Popup::dialog(Dialog::about(action, *subject, self.now)));
            }
            Outcome::Chosen(choice) => self.choose(choice),
            Outcome::Done(choice) => {
                self.screen.push_popup(popup);
                self.choose(choice);
            }
            Outcome::Passed => {
                self.screen.push_popup(popup);
                return false;
            }
        }
        true
    }

    /// A popup was closed with a choice.
    fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::Room(name) => self.go_to(&name),
            Choice::Elsewhere(server, room) => self.effects.push(Effect::ShowServer(server, room)),
            Choice::Join(name) => self.join_room(&name),
            Choice::Person(uid) => self.open_direct(uid),
            Choice::Ignore(uid) => self.ignore_or_not(uid),
            Choice::Message { room, seq, words } => self.show_message(&room, seq, &words),
            Choice::Delete { room, seq } => {
                let done = self.delete_message(room, seq);
                self.hint_failure(done);
            }
            Choice::React { room, seq, with } => {
                let done = self.react(room, seq, with);
                self.hint_failure(done);
            }
            Choice::SaveFile { room, of } => {
                if let Err(why) = self.save_file(&room, of, None) {
                    self.hint(why, Level::Warning);
                }
            }
            Choice::Open(address) => self.effects.push(Effect::Open(address)),
            Choice::Copy(address) => self.effects.push(Effect::Copy(address)),
            Choice::Leave { quiet } => self.leave(quiet),
            Choice::Parts(parts) => self.send_parts(parts),
            Choice::OpenFile { room, of } => self.open_file(&room, of),
            Choice::Transfer(id, TransferDeed::StopOrGoOn) => self.stop_or_go_on(id),
            Choice::Transfer(id, TransferDeed::Cancel) => self.cancel_file(id),
            Choice::Transfer(id, TransferDeed::Open) => {
                let message = self.transfers.get(id).and_then(|it| Some((it.room.clone(), it.of?)));
                if let Some((room, of)) = message {
                    self.ask_to_open(room, of);
                }
            }
            Choice::SendFiles { room, paths } => self.send_dropped(&room, paths),
            Choice::Draft(text) => self.input.set_text(text),
            Choice::Password(password) => self.greet_with_password(password),
            Choice::Request(request) => self.request(request.0, request.1),
        }
    }

    fn hint_failure(&mut self, done: Result<(), String>) {
        if let Err(why_not) = done {
            self.hint(why_not, Level::Warning);
        }
    }

    /// A paste goes where typing goes, in one piece, and never sends.
    pub(super) fn on_paste(&mut self, text: String) {
        self.screen.clear_hint();
        self.screen.end_chord();
        if self.is_too_long_elsewhere(&text) {
            return self.hint(self.lang().draft_full(DRAFT_ELSEWHERE), Level::Warning);
        }
        if !self.screen.popups().is_empty()
            && self.screen.top_popup_mut().is_some_and(|top| top.on_paste(&text))
        {
            return;
        }
        let was_empty = self.input.text().trim().is_empty();
        self.run_action(Action::Edit(Edit::InsertText(text)));
        self.ask_about_paste(was_empty);
    }
}
