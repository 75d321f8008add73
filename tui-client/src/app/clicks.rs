//! The mouse: a click on a room goes there, on a name opens the list of members at that person, on a message picks it out.
//! The wheel moves what is on top. Nothing here touches the draft.

use ratatui::layout::{Position, Rect};
use shared::{Name, Uid};

use super::App;
use super::action::{Action, Scroll};
use super::popup::Popup;
use super::timeline::Level;
use super::timeline::under::Under;
use crate::event::{Code, Key, Wheel};

/// The rows of the scrollback one notch of the wheel moves by.
const WHEEL_ROWS: usize = 3;

impl App {
    /// A click at a cell of the screen. A popup is answered by keys: beside and below it a click does nothing.
    pub(super) fn on_click(&mut self, column: u16, row: u16) {
        let is_shown = self.is_welcome() || !self.others().is_empty();
        if !self.screen.popups().is_empty() || self.screen.page().is_some() || !is_shown {
            return;
        }
        self.screen.clear_hint();
        self.screen.end_chord();
        let (panes, at) = (self.panes(), Position::new(column, row));
        if inside(panes.rooms, at) {
            self.click_room(row - panes.rooms.y, panes.rooms.height);
        } else if !self.is_welcome() {
            // There is nothing else to click on yet.
        } else if inside(panes.roster, at) {
            let place = usize::from(row - panes.roster.y);
            let people = self.rooms.current().roster.listed(panes.roster.height).0;
            let person = people.get(place).map(|member| (member.uid, member.name.clone()));
            if let Some((uid, name)) = person {
                self.pick_member(uid, &name);
            }
        } else if inside(panes.timeline, at) {
            self.click_timeline(column - panes.timeline.x, row - panes.timeline.y);
        }
    }

    fn click_timeline(&mut self, column: u16, row: u16) {
        let viewport = self.viewport();
        let timeline = &self.rooms.current().timeline;
        match timeline.under(column, row, &viewport) {
            Some(Under::Name(from)) => {
                let (uid, name) = (from.uid, from.name.clone());
                self.pick_member(uid, &name);
            }
            Some(Under::Message(id)) => {
                self.rooms.move_reader(|timeline| timeline.select_or_deselect(id, &viewport));
            }
            Some(Under::Fold(id)) => {
                self.rooms.move_reader(|timeline| {
                    timeline.select_entry(id);
                    timeline.toggle_fold(&viewport);
                });
            }
            None => {}
        }
    }

    /// Opens the list of members with somebody picked out: Enter talks to them, a moderator's letters act on them.
    fn pick_member(&mut self, uid: Uid, name: &Name) {
        match self.rooms.current().roster.people().iter().position(|member| member.uid == uid) {
            Some(place) => self.screen.push_popup(Popup::members_at(place)),
            None => self.hint(self.lang().nobody_called(name.as_str()), Level::Info),
        }
    }

    /// The wheel moves what is on top: a popup's selection, or the scrollback by a few rows. It never touches the draft, as
    /// the arrow keys would that terminals send in its place when nobody asks for it.
    pub(super) fn on_wheel(&mut self, wheel: Wheel) {
        let (code, scroll) = match wheel {
            Wheel::Up => (Code::Up, Scroll::LineUp),
            Wheel::Down => (Code::Down, Scroll::LineDown),
        };
        if !self.screen.popups().is_empty() {
            self.on_popup_key(Key::plain(code));
            return;
        }
        for _ in 0..WHEEL_ROWS {
            self.run_action(Action::Scroll(scroll));
        }
    }
}

fn inside(pane: Rect, at: Position) -> bool {
    !pane.is_empty() && pane.contains(at)
}
