//! The global keys: those that mean the same above every popup, whichever it is. A popup never sees them. Three are fixed, so that
//! whatever is bound a popup can be closed; the rest are those of the keymap.

use crate::app::action::{Action, PopupKind};
use crate::app::keymap::{KeyContext, Keymap};
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
    /// Is for the whole program: redraw, suspend.
    App,
}

/// Those that are fixed.
pub static FIXED: [(&str, GlobalKey); 3] =
    [("esc", GlobalKey::Back), ("ctrl-c", GlobalKey::Close), ("ctrl-g", GlobalKey::Close)];

/// Those of the keymap, by what they mean there.
pub static OF_KEYMAP: [(Action, GlobalKey); 5] = [
    (Action::Cancel, GlobalKey::Back),
    (Action::Interrupt, GlobalKey::Close),
    (Action::Open(PopupKind::Help), GlobalKey::Help),
    (Action::Redraw, GlobalKey::App),
    (Action::Suspend, GlobalKey::App),
];

/// What a key does above every popup, if it is a global one.
#[must_use]
pub fn find(key: Key, keymap: &Keymap) -> Option<GlobalKey> {
    let fixed = FIXED.iter().find(|(name, _)| name.parse() == Ok(key)).map(|(_, meaning)| *meaning);
    fixed.or_else(|| {
        // A character is for the popup.
        let action = keymap.find(key, KeyContext { empty: false, selected: false, file: false })?;
        OF_KEYMAP.iter().find(|(known, _)| *known == action).map(|(_, meaning)| *meaning)
    })
}
