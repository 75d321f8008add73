//! The list of bans and mutes in force. It must not lift one without asking.

use shared::server_msg::{Sanction, SanctionKind};

use super::dialog::{Dialog, Verb, Whom};
use super::{Heard, Layer, closes, is_global};
use crate::app::App;
use crate::event::{Code, Key};

/// The list, and where in it one is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bans {
    /// Which is picked out.
    pub at: usize,
}

impl Bans {
    pub(super) fn on_key(&mut self, key: Key, app: &App) -> Heard {
        if is_global(key) {
            return Heard::Passed;
        }
        if closes(key) || key.code == Code::Char('q') {
            return Heard::Closed;
        }
        let last = app.sanctions().len().saturating_sub(1);
        self.at = match key.code {
            Code::Up => self.at.saturating_sub(1),
            Code::Down => self.at.saturating_add(1),
            Code::PageUp => self.at.saturating_sub(5),
            Code::PageDown => self.at.saturating_add(5),
            Code::Home => 0,
            Code::End => last,
            Code::Enter | Code::Char('u') => return self.lift(app),
            Code::Char(_)
            | Code::F(_)
            | Code::Tab
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Left
            | Code::Right => self.at,
        }
        .min(last);
        Heard::Kept
    }

    fn lift(self, app: &App) -> Heard {
        let chosen =
            app.sanctions().get(self.at).and_then(|sanction| Some((lifts(sanction.kind)?, whom(sanction))));
        chosen.map_or(Heard::Kept, |(verb, whom)| {
            Heard::Opened(Box::new(Layer::Dialog(Box::new(Dialog::about(verb, whom, app.now())))))
        })
    }
}

/// What lifts it.
#[must_use]
pub fn lifts(kind: SanctionKind) -> Option<Verb> {
    match kind {
        SanctionKind::Ban => Some(Verb::Unban),
        SanctionKind::Mute => Some(Verb::Unmute),
        SanctionKind::Unknown => None,
    }
}

/// Whom it holds for.
#[must_use]
pub fn whom(sanction: &Sanction) -> Whom {
    let shared::Sender { uid, name, style } = sanction.target.clone();
    Whom { uid, name, style }
}
