//! Another server than expected: at the start it may be one that is known under another address, or a new one where an old
//! one was; while the program runs, one server may have taken the place of another. What belongs to one never goes to the
//! other.

use super::timeline::Level;
use super::{App, nodes};
use crate::event::LocalFailure;
use crate::met::Recognised;

impl App {
    /// The greeting has gone out for this profile. The one before is kept as it was saved last.
    pub(super) fn on_recognised(&mut self, recognised: Recognised) {
        let Recognised { profile, is_known, damaged } = recognised;
        let was_here = self.session.was_here();
        self.connection.forget_resume();
        if self.session.is_welcome() {
            self.rooms.forget();
        }
        let asks_old_name = !is_known && self.setup.name.is_none() && profile.name.is_some();
        if asks_old_name {
            self.setup.name.clone_from(&profile.name);
        }
        let mut profile = *profile;
        self.outbox.replace(profile.take_unsent());
        self.forget_transfers();
        self.restore_saves(std::mem::take(&mut profile.saves));
        self.nodes.set_told(nodes::kept(&profile));
        self.session.switch(profile, asks_old_name);
        self.share_ignored();
        for damaged in damaged {
            self.on_local_failure(&LocalFailure::ProfileDamaged(damaged));
        }
        // One that is met at another address is nothing to speak of.
        if was_here {
            let (lang, address) = (self.lang(), self.shown_address());
            let name = self.setup.name.as_ref().filter(|_| asks_old_name);
            let text = lang.another_server(&address, is_known, name.map(shared::Name::as_str));
            self.notice(&text, Level::Warning);
        }
    }
}
