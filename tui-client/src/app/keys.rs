//! Keys and pastes: the popup on top gets them first, then the keymap, then the draft. It must not know what an action
//! does.

use super::App;
use super::action::{Action, Scroll};
use super::composer::Edit;
use super::keymap::Moment;
use super::layer::Heard;
use crate::event::{Code, Key, Wheel};

/// The rows of the scrollback one notch of the wheel moves by.
const NOTCH: usize = 3;

impl App {
    pub(super) fn on_key(&mut self, key: Key) {
        if self.hint.take().is_some() {
            self.dirty.frame = true;
        }
        if self.chord.is_some() {
            return self.end_chord(key);
        }
        if self.on_layer_key(key) {
            return;
        }
        let selected = self.rooms.current().timeline.selected().is_some();
        let moment = Moment { empty: self.composer.is_empty(), selected };
        match (self.keymap.find(key, moment), key.typed()) {
            (Some(action), _) => self.perform(action),
            (None, Some(c)) => self.perform(Action::Edit(Edit::Insert(c))),
            (None, None) => {}
        }
    }

    /// Gives the key to the popup on top. Says whether that was all.
    fn on_layer_key(&mut self, key: Key) -> bool {
        let Some(mut layer) = self.layers.pop() else { return false };
        self.dirty.frame = true;
        match layer.on_key(key, self) {
            Heard::Kept => {
                self.layers.push(layer);
                true
            }
            Heard::Closed => true,
            Heard::Opened(above) => {
                self.layers.push(layer);
                self.open(*above);
                true
            }
            Heard::Chosen(choice) => {
                self.choose(choice);
                true
            }
            Heard::Passed => {
                self.layers.push(layer);
                false
            }
        }
    }

    /// The wheel moves what is on top: a popup's choice, or the scrollback by a few rows. It never touches the draft, as
    /// the arrow keys would that terminals send in its place when nobody asks for it.
    pub(super) fn on_wheel(&mut self, wheel: Wheel) {
        let (code, scroll) = match wheel {
            Wheel::Up => (Code::Up, Scroll::LineUp),
            Wheel::Down => (Code::Down, Scroll::LineDown),
        };
        if !self.layers.is_empty() {
            self.on_layer_key(Key::plain(code));
            return;
        }
        for _ in 0..NOTCH {
            self.perform(Action::Scroll(scroll));
        }
    }

    /// A paste goes where typing goes, in one piece, and never sends.
    pub(super) fn on_paste(&mut self, text: String) {
        (self.hint, self.chord) = (None, None);
        self.dirty.frame = true;
        if let Some(layer) = self.layers.last_mut()
            && layer.on_paste(&text)
        {
            return;
        }
        self.perform(Action::Edit(Edit::InsertText(text)));
    }
}
