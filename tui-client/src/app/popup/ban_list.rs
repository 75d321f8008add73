//! The ban list: the bans and mutes in force, of which one can be lifted. Lifting opens the dialog, which asks first.

use shared::Sender;
use shared::server_msg::{Sanction, SanctionKind};

use super::context::Context;
use super::outcome::Outcome;
use crate::admin_action::{AdminAction, Subject};
use crate::event::{Code, Key};

/// The list, and which line is selected.
#[derive(Clone, Copy, Debug, Default)]
pub struct BanList {
    /// The selected line.
    pub at: usize,
}

impl BanList {
    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        let last = ctx.sanctions().len().saturating_sub(1);
        self.at = match key.on_latin_layout().code {
            Code::Up => self.at.saturating_sub(1),
            Code::Down => self.at.saturating_add(1),
            Code::PageUp => self.at.saturating_sub(5),
            Code::PageDown => self.at.saturating_add(5),
            Code::Home => 0,
            Code::End => last,
            Code::Char('q') => return Outcome::Closed,
            Code::Enter | Code::Char('u') => return self.lift(ctx),
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
        Outcome::Kept
    }

    fn lift(self, ctx: &Context<'_>) -> Outcome {
        let selected = ctx.sanctions().get(self.at);
        let lift = selected.and_then(|sanction| Some((lifting(sanction.kind)?, subject_of(sanction))));
        lift.map_or(Outcome::Kept, |(action, subject)| Outcome::OpenDialog(action, Box::new(subject)))
    }
}

/// The action that lifts a ban or mute.
#[must_use]
pub fn lifting(kind: SanctionKind) -> Option<AdminAction> {
    match kind {
        SanctionKind::Ban => Some(AdminAction::Unban),
        SanctionKind::Mute => Some(AdminAction::Unmute),
        SanctionKind::Unknown => None,
    }
}

/// Whom a ban or mute holds for.
#[must_use]
pub fn subject_of(sanction: &Sanction) -> Subject {
    let Sender { uid, name, style } = sanction.target.clone();
    Subject { uid, name, style }
}
