//! What each [`Action`] does: edit the draft, complete, scroll, select, copy, reply, change the room, open a popup, leave.

use shared::Line;
use shared::client_msg::RoomOnly;
use shared::{ClientMsg, Millis, Role, RoomName};

use super::App;
use super::action::{Action, PopupKind, Scroll};
use super::completion::{Completion, Sources};
use super::composer::{Edit, EditOutcome};
use super::composing::Composing;
use super::path_text;
use super::popup::Popup;
use super::timeline::{Entry, Level, Timeline, Viewport};
use super::typed_line;
use crate::admin_action::AdminAction;
use crate::effect::Effect;
use crate::event::Copied;

/// How long a second Ctrl-C leaves, in milliseconds.
const QUIT_WINDOW: Millis = 2_000;
/// How often the others are told that we are typing, in milliseconds.
const TYPING_INTERVAL: Millis = 3_000;

impl App {
    pub(super) fn run_action(&mut self, action: Action) {
        if !matches!(action, Action::Complete | Action::CompleteBack) {
            self.input.end_completion();
        }
        if !matches!(action, Action::Interrupt) {
            self.screen.disarm_quit();
        }
        if self.declines(&action) {
            return;
        }
        match action {
            Action::Edit(edit) => self.edit(edit),
            Action::Send => self.send(),
            Action::Complete => self.complete(true),
            Action::CompleteBack => self.complete(false),
            Action::Interrupt => self.interrupt(),
            Action::Quit => self.leave_or_ask(false),
            Action::Cancel => self.cancel(),
            Action::Scroll(Scroll::Top) => self.go_to_oldest(),
            Action::Scroll(scroll) => {
                self.stop_seeking();
                self.scroll(scroll);
            }
            Action::Go(go) => self.go_by(go),
            Action::Open(kind) => self.open_popup(kind),
            Action::ReadAll => self.read_all(),
            Action::MentionPrev => self.select_mention(false),
            Action::MentionNext => self.select_mention(true),
            Action::SelectPrev => self.select(Timeline::select_prev),
            Action::SelectNext => self.select(Timeline::select_next),
            Action::Copy => self.copy(),
            Action::Reply => self.answer_picked(),
            Action::EditMessage => self.edit_picked(),
            Action::DeleteMessage => self.delete_picked(),
            Action::PinMessage => self.pin_picked(),
            Action::React => self.pick_reaction(),
            Action::ToOriginal => self.go_to_original(),
            Action::BackToAnswer => self.go_back_to_answer(),
            Action::Links => self.list_links(),
            Action::ViewPicture => drop(self.view_picked()),
            Action::Fold => self.fold_picked(),
            Action::SaveFile => self.save_picked_file(),
            Action::OpenFile => self.ask_to_open_picked(),
            Action::StopFile => self.stop_picked_file(),
            Action::CancelFile => self.cancel_picked_file(),
            Action::Reconnect => self.reconnect(),
            Action::Chord => self.screen.begin_chord(),
            Action::Redraw => self.effects.push(Effect::Redraw),
            Action::Suspend => self.effects.push(Effect::Suspend),
            Action::Editor => self.effects.push(Effect::EditDraft),
        }
    }

    fn open_popup(&mut self, kind: PopupKind) {
        if kind == PopupKind::Switcher {
            self.request_room_list(Line::default(), false);
        }
        self.screen.push_popup(Popup::of_kind(kind));
    }
}

/// The draft.
impl App {
    fn edit(&mut self, edit: Edit) {
        let width = self.panes().input.width;
        if self.edit_within_bounds(edit, width) == EditOutcome::Edited {
            if self.rooms.current().timeline.selected().is_some() {
                self.rooms.current_mut().timeline.select_none();
            }
            self.tell_typing();
        }
    }

    /// The others see that we are typing: not on every key, and not when it is a command.
    fn tell_typing(&mut self) {
        if !self.settings.send_typing {
            return;
        }
        let text = self.input.text();
        // Of an edit no message comes.
        if self.rooms.current().composing.as_ref().and_then(Composing::edited).is_some() {
            return;
        }
        if !self.connection.is_online() || text.trim().is_empty() || typed_line::is_meant_for_others(text) {
            return;
        }
        // Of a path alone a file comes, or a question.
        if self.is_read_only(&self.rooms.current().name) || !path_text::readings(text).is_empty() {
            return;
        }
        if let Some(room) = self.rooms.tell_typing(self.now, TYPING_INTERVAL) {
            self.send_unnamed(ClientMsg::Typing(RoomOnly { room }));
        }
    }

    /// Completes the word before the caret, or takes the next or previous candidate.
    fn complete(&mut self, forward: bool) {
        let completion = if let Some(under_way) = self.input.end_completion() {
            Some(under_way.step(forward))
        } else if self.complete_path(forward) {
            None
        } else {
            if self.input.composer().text().starts_with('/') {
                self.learn_rooms();
            }
            let (composer, rooms, session) = (self.input.composer(), &self.rooms, &self.session);
            let (others, aliases) = (&self.others, &self.settings.aliases);
            let place = &self.setup.place;
            Completion::begin(Sources { composer, rooms, session, others, aliases, place }, forward)
        };
        if let Some(completion) = completion {
            self.input.put_completion(completion);
        }
    }

    /// Asks which rooms there are, for the next completion.
    pub(super) fn learn_rooms(&mut self) {
        if self.session.room_list().is_empty() {
            self.request_room_list(Line::default(), false);
        }
    }

    /// Ctrl-C clears the draft; on an empty one, twice, it leaves.
    fn interrupt(&mut self) {
        if self.rooms.current().composing.as_ref().and_then(Composing::edited).is_some() {
            self.end_composing();
            return;
        }
        if !self.input.is_empty() {
            self.input.clear();
            return self.hint(self.lang().draft_cleared(), Level::Info);
        }
        if self.screen.is_quit_armed(self.now) {
            return self.leave_or_ask(false);
        }
        self.screen.arm_quit(self.now + QUIT_WINDOW);
        self.hint(self.lang().again_to_leave(), Level::Info);
    }
}

/// The scrollback.
impl App {
    /// Esc cancels one thing: the selection, the page of a goodbye, the scrolling, a shutdown.
    fn cancel(&mut self) {
        let timeline = &self.rooms.current().timeline;
        let (is_selected, at_bottom) = (timeline.selected().is_some(), timeline.at_bottom());
        if is_selected {
            self.rooms.current_mut().timeline.select_none();
        } else if self.end_composing() || self.stop_seeking() || self.screen.dismiss_page() {
            // That was it.
        } else if !at_bottom {
            self.scroll(Scroll::Bottom);
        } else if self.session.countdown().is_some() && self.role() >= Role::Admin {
            self.open_dialog(AdminAction::CancelShutdown);
        }
    }

    fn scroll(&mut self, scroll: Scroll) {
        let viewport = self.viewport();
        self.rooms.move_reader(|timeline| match scroll {
            Scroll::LineUp => timeline.scroll(-1, &viewport),
            Scroll::LineDown => timeline.scroll(1, &viewport),
            Scroll::PageUp => timeline.page_up(&viewport),
            Scroll::PageDown => timeline.page_down(&viewport),
            Scroll::Top => timeline.to_top(&viewport),
            Scroll::Bottom => timeline.to_bottom(),
            Scroll::Unread => drop(timeline.to_unread(&viewport)),
        });
        self.mark_seen();
    }

    fn select(&mut self, step: fn(&mut Timeline, &Viewport)) {
        let viewport = self.viewport();
        self.rooms.move_reader(|timeline| step(timeline, &viewport));
    }

    /// Selects the nearest message that mentions us, above or below.
    fn select_mention(&mut self, below: bool) {
        let (uid, viewport) = (self.my_uid(), self.viewport());
        let Some(called) = self.session.called() else { return };
        let found = self.rooms.move_reader(|timeline| timeline.select_mention(below, uid, called, &viewport));
        if !found {
            self.hint(self.lang().no_mention(), Level::Info);
        }
    }

    /// Copies the selected message. Where it went is said when the shell knows.
    fn copy(&mut self) {
        let timeline = &mut self.rooms.current_mut().timeline;
        let text = timeline.selected().and_then(Entry::text).map(ToString::to_string);
        timeline.select_none();
        if let Some(text) = text {
            self.effects.push(Effect::Copy(text));
        }
    }

    /// Says whether a link was opened.
    pub(super) fn on_opened(&mut self, opened: Result<(), String>) {
        match opened {
            Ok(()) => self.hint(self.lang().opening(), Level::Info),
            Err(why) => self.hint(self.lang().not_opened(&why), Level::Warning),
        }
    }

    /// Says where a copied text went.
    pub(super) fn on_copied(&mut self, to: Copied) {
        self.hint(self.lang().copied(to), Level::Info);
    }
}

/// The rooms.
impl App {
    /// Looks at another room, by its place in the list.
    pub(super) fn go(&mut self, to: usize) {
        let left = self.rooms.current().name.clone();
        if self.place().is_elsewhere() {
            // What can be undone is that of the room on the screen.
            self.input.forget_beside();
        }
        if self.input.swap(|composer| self.rooms.switch(to, composer)) {
            self.mark_seen();
            self.forget_if_unentered(&left);
        }
    }

    /// Looks at a room by name.
    pub(super) fn go_to(&mut self, room: &RoomName) {
        if let Some(at) = self.rooms.index_of(room) {
            self.go(at);
        }
    }

    /// We are not in a room any more: it goes off the list, unless it is the only one.
    pub(super) fn forget_room(&mut self, name: &RoomName) {
        let Some(at) = self.rooms.index_of(name) else { return };
        if self.rooms.current_index() == at {
            self.go(usize::from(at == 0));
        }
        if let Some(room) = self.rooms.get_mut(name) {
            (room.joined, room.wish) = (false, None);
            // It is there again when the room is.
            let draft = room.draft.text().to_owned();
            self.session.keep_draft(name, draft);
        }
        self.outbox.forget_refused(name);
        self.rooms.remove(at);
    }
}
