//! What somebody who is here by ssh ([`crate::place::Place`]) cannot have done: declined before anything is asked of the shell, with a
//! sentence that says what to do instead. Which commands and keys those are stands with their names
//! ([`CommandId::not_here`](super::command::CommandId::not_here), [`Action::not_here`]), so that help and completion do not offer them.

use shared::Seq;

use super::App;
use super::action::Action;
use super::command::Command;
use super::command::split;
use super::timeline::Level;
use crate::place::{Elsewhere, NotHere, Place};

impl App {
    /// Where the person is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.setup.place
    }

    /// What is known of the person, if they are elsewhere.
    #[must_use]
    pub fn elsewhere(&self) -> Option<&Elsewhere> {
        self.setup.place.elsewhere()
    }

    /// Declines what cannot be done for somebody elsewhere; the error is what to tell them.
    pub(super) fn need_here(&self, what: NotHere) -> Result<(), String> {
        self.need_here_for(what, None)
    }

    /// The same of a message.
    pub(super) fn need_here_for(&self, what: NotHere, of: Option<Seq>) -> Result<(), String> {
        let Some(elsewhere) = self.elsewhere() else { return Ok(()) };
        let room = self.rooms.current();
        let room = room.title(self.session.my_uid());
        let of = of.map(|of| of.to_string());
        Err(self.lang().not_here(what, &elsewhere.destination, Some(&room), of.as_deref()))
    }

    /// Declines a command.
    pub(super) fn need_here_to_run(&self, command: &Command, args: &str) -> Result<(), String> {
        let Some(what) = command.id.not_here() else { return Ok(()) };
        let named = split(args).0.parse().ok().and_then(Seq::new).filter(|seq| *seq > Seq::ZERO);
        let newest = || self.rooms.current().timeline.files().max();
        self.need_here_for(what, named.or_else(newest))
    }

    /// Declines what a key means. Says whether it did.
    pub(super) fn declines(&mut self, action: &Action) -> bool {
        let Some(what) = action.not_here() else { return false };
        let of = self.rooms.current().timeline.selected().and_then(super::timeline::Entry::seq);
        self.tell_not_here(what, of)
    }

    /// Tells somebody elsewhere that something cannot be done. Says whether they are.
    pub(super) fn tell_not_here(&mut self, what: NotHere, of: Option<Seq>) -> bool {
        let declined = self.need_here_for(what, of);
        let is_declined = declined.is_err();
        if let Err(why) = declined {
            self.hint(why, Level::Info);
        }
        is_declined
    }
}
