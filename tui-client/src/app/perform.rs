//! What each action does. It must not know keys.

use shared::client_msg::RoomOnly;
use shared::{ClientMsg, Millis, Role, RoomName};

use super::App;
use super::action::{Action, Go, Popup, Scroll};
use super::composer::{Edit, Outcome};
use super::layer::dialog::Verb;
use super::layer::{Choice, Layer};
use super::timeline::{Level, Timeline};
use crate::effect::Effect;

/// How long a second Ctrl-C leaves, in milliseconds.
const AGAIN: Millis = 2_000;
/// How often the others are told that we are writing, in milliseconds.
const TELL_TYPING: Millis = 3_000;

impl App {
    pub(super) fn perform(&mut self, action: Action) {
        if !matches!(action, Action::Complete | Action::CompleteBack) && self.completion.take().is_some() {
            self.dirty.frame = true;
        }
        match action {
            Action::Edit(edit) => self.edit(edit),
            Action::Send => self.send(),
            Action::Complete => self.complete(true),
            Action::CompleteBack => self.complete(false),
            Action::Interrupt => self.interrupt(),
            Action::Quit => self.leave(false),
            Action::Cancel => self.cancel(),
            Action::Recall => self.open(Layer::recall()),
            Action::Scroll(scroll) => self.scroll(scroll),
            Action::Go(go) => self.go_by(go),
            Action::Open(popup) => self.open_popup(popup),
            Action::MentionPrev => self.pick_mention(false),
            Action::MentionNext => self.pick_mention(true),
            Action::SelectPrev => self.select(Timeline::select_prev),
            Action::SelectNext => self.select(Timeline::select_next),
            Action::Copy => self.copy(),
            Action::Reply => self.reply(),
            Action::Reconnect => self.reconnect(),
            Action::Chord => self.begin_chord(),
            Action::Redraw => self.effects.push(Effect::Redraw),
            Action::Suspend => self.effects.push(Effect::Suspend),
        }
    }

    fn edit(&mut self, edit: Edit) {
        let width = self.panes().input.width;
        let outcome = self.composer.apply(edit, width);
        if outcome == Outcome::Edited {
            self.rooms.current_mut().timeline.select_none();
            self.tell_typing();
        }
        self.dirty.frame |= outcome.changed();
    }

    /// The others see that we are writing: not on every key, and not when it is a command.
    fn tell_typing(&mut self) {
        let text = self.composer.text();
        if !self.link.is_online() || text.trim().is_empty() || text.starts_with('/') {
            return;
        }
        let now = self.now;
        let room = self.rooms.current_mut();
        if room.joined && room.told_typing.is_none_or(|told| now - told >= TELL_TYPING) {
            room.told_typing = Some(now);
            let room = room.name.clone();
            self.tell(ClientMsg::Typing(RoomOnly { room }));
        }
    }

    fn interrupt(&mut self) {
        if !self.composer.is_empty() {
            self.composer.clear();
            self.dirty.frame = true;
            let text = self.lang().draft_cleared().to_owned();
            return self.remark(text, Level::Info);
        }
        if self.quit_armed.is_some_and(|until| self.now < until) {
            return self.leave(false);
        }
        self.quit_armed = Some(self.now + AGAIN);
        let text = self.lang().again_to_leave().to_owned();
        self.remark(text, Level::Info);
    }

    fn cancel(&mut self) {
        let has_parting = self.parting().is_some();
        let timeline = &mut self.rooms.current_mut().timeline;
        if timeline.selected().is_some() {
            timeline.select_none();
            self.dirty.frame = true;
        } else if has_parting {
            self.parting = None;
            self.dirty.frame = true;
        } else if !timeline.at_bottom() {
            self.scroll(Scroll::Bottom);
        } else if self.countdown.is_some() && self.role() >= Role::Admin {
            self.begin(Verb::CallOff);
        }
    }

    fn scroll(&mut self, scroll: Scroll) {
        let viewport = self.viewport();
        let timeline = &mut self.rooms.current_mut().timeline;
        match scroll {
            Scroll::LineUp => timeline.scroll(-1, viewport),
            Scroll::LineDown => timeline.scroll(1, viewport),
            Scroll::PageUp => timeline.page_up(viewport),
            Scroll::PageDown => timeline.page_down(viewport),
            Scroll::Top => timeline.to_top(viewport),
            Scroll::Bottom => timeline.to_bottom(),
            Scroll::Unread => drop(timeline.to_unread(viewport)),
        }
        self.dirty.view = true;
        self.look();
    }

    fn go_by(&mut self, go: Go) {
        let to = match go {
            Go::Next => Some(self.rooms.step(true)),
            Go::Prev => Some(self.rooms.step(false)),
            Go::Number(number) => Some(usize::from(number).saturating_sub(1)),
            Go::Unread => self.rooms.next_unread(),
        };
        if let Some(to) = to {
            self.go(to);
        }
    }

    /// Looks at another room.
    pub(super) fn go(&mut self, to: usize) {
        let left = self.rooms.current_index();
        if self.rooms.switch(to, &mut self.composer) {
            if let Some(room) = self.rooms.list_mut().get_mut(left) {
                room.timeline.set_read(None);
                room.timeline.select_none();
            }
            self.dirty.profile = true;
            self.dirty.view = true;
            self.look();
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
            room.joined = false;
        }
        self.rooms.remove(at);
        self.dirty.frame = true;
    }

    pub(super) fn open(&mut self, layer: Layer) {
        self.layers.push(layer);
        self.dirty.frame = true;
    }

    pub(super) fn open_popup(&mut self, popup: Popup) {
        self.open(match popup {
            Popup::Help => Layer::help(),
            Popup::Switcher => Layer::switcher(),
            Popup::Members => Layer::members(),
            Popup::Search => Layer::search(""),
        });
    }

    /// A popup was closed with a choice.
    pub(super) fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::Room(name) => self.go_to(&name),
            Choice::Person(uid) => self.open_direct(uid),
            Choice::Message { room, seq } => self.show_message(&room, seq),
            Choice::Draft(text) => self.composer.set_text(text),
            Choice::Ask(deed) => self.ask(deed.0, deed.1),
            Choice::Do(action) => self.perform(action),
        }
        self.dirty.frame = true;
    }

    fn select(&mut self, step: fn(&mut Timeline, super::timeline::Viewport)) {
        let viewport = self.viewport();
        step(&mut self.rooms.current_mut().timeline, viewport);
        (self.dirty.frame, self.dirty.view) = (true, true);
    }

    /// Picks out the nearest message that names us, above or below.
    fn pick_mention(&mut self, below: bool) {
        let Some((uid, name)) = self.me.as_ref().map(|me| (me.uid, me.name.clone())) else { return };
        let viewport = self.viewport();
        if self.rooms.current_mut().timeline.select_mention(below, uid, name.as_str(), viewport) {
            (self.dirty.frame, self.dirty.view) = (true, true);
        } else {
            let text = self.lang().no_mention().to_owned();
            self.remark(text, Level::Info);
        }
    }

    fn copy(&mut self) {
        let timeline = &mut self.rooms.current_mut().timeline;
        let text = timeline.selected().and_then(super::timeline::Entry::text).map(ToString::to_string);
        timeline.select_none();
        if let Some(text) = text {
            self.effects.push(Effect::Copy(text));
            let said = self.lang().copied().to_owned();
            self.remark(said, Level::Info);
        }
        self.dirty.frame = true;
    }

    fn reply(&mut self) {
        let timeline = &mut self.rooms.current_mut().timeline;
        let name = timeline.selected().and_then(|entry| entry.from()).map(|from| from.name.to_string());
        timeline.select_none();
        timeline.to_bottom();
        if let Some(name) = name {
            self.composer.replace_range(0..0, &format!("{name}: "));
            let width = self.panes().input.width;
            self.composer.apply(Edit::TextEnd, width);
        }
        self.look();
    }

    /// Connects now, if we are not connected.
    pub(super) fn reconnect(&mut self) {
        if self.link.is_online() {
            let text = self.lang().is_online().to_owned();
            return self.remark(text, Level::Info);
        }
        self.backoff.reset();
        self.connect();
    }
}
