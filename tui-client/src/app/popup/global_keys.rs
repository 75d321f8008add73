//! The global keys: those that mean the same above every popup, whichever it is. A popup never sees them.

use crate::event::Key;

/// What a global key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobalKey {
    /// One step back; a popup with one step closes.
    Back,
    /// Closes the popup.
    Close,
    /// Opens the help above the popup; in the help, closes it.
    Help,
    /// Is for the whole program, by the keymap: redraw, suspend.
    App,
}

/// The table.
pub static GLOBAL_KEYS: [(&str, GlobalKey); 6] = [
    ("esc", GlobalKey::Back),
    ("ctrl-c", GlobalKey::Close),
    ("ctrl-g", GlobalKey::Close),
    ("f1", GlobalKey::Help),
    ("ctrl-l", GlobalKey::App),
    ("ctrl-z", GlobalKey::App),
];

/// What a key does above every popup, if it is a global one.
#[must_use]
pub fn find(key: Key) -> Option<GlobalKey> {
    GLOBAL_KEYS.iter().find(|(name, _)| name.parse() == Ok(key)).map(|(_, meaning)| *meaning)
}
