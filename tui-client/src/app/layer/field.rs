//! A line of text in a popup, edited with the keys that edit the draft. It must not be the draft.

use crate::app::App;
use crate::app::action::Action;
use crate::app::composer::{Composer, Edit};
use crate::app::keymap::Moment;
use crate::event::Key;

/// What a key does to a line of text, if anything. Nothing in it makes a second line.
pub(super) fn edit_of(key: Key, field: &Composer, app: &App) -> Option<Edit> {
    let moment = Moment { empty: field.is_empty(), selected: false };
    match (app.keymap.find(key, moment), key.typed()) {
        (_, Some(c)) => Some(Edit::Insert(c)),
        (Some(Action::Edit(edit)), None) if edit != Edit::Newline => Some(edit),
        (Some(_) | None, None) => None,
    }
}

/// A paste as one line.
pub(super) fn one_line(text: &str) -> String {
    text.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
