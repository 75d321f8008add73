//! What is asked of the server once it is meant. It must not ask it.

use shared::client_msg::{Announce, Ban, Kick, Mute, SetRole, Shutdown, UidOnly};
use shared::{ClientMsg, Line, Text};

use super::{Dialog, Verb};
use crate::app::request::Asked;

impl Dialog {
    /// The request, and what to make of its answer; nothing while something is missing.
    #[must_use]
    pub fn deed(&self) -> Option<(Asked, ClientMsg)> {
        let msg = self.request()?;
        let name = self.whom.as_ref().map(|whom| whom.name.clone());
        Some((Asked::Act(self.verb, name), msg))
    }

    fn request(&self) -> Option<ClientMsg> {
        let reason = Line::parse(self.reason.text()).ok()?;
        let whom = || self.whom.as_ref().map(|whom| whom.uid);
        let (for_s, address, restart) = (self.for_s, self.address, self.restart);
        Some(match self.verb {
            Verb::Kick => ClientMsg::Kick(Kick { uid: whom()?, reason }),
            Verb::Ban => ClientMsg::Ban(Ban { uid: whom()?, reason, for_s, address }),
            Verb::Mute => ClientMsg::Mute(Mute { uid: whom()?, reason, for_s }),
            Verb::Unban => ClientMsg::Unban(UidOnly { uid: whom()? }),
            Verb::Unmute => ClientMsg::Unmute(UidOnly { uid: whom()? }),
            Verb::Role(role) => ClientMsg::Role(SetRole { uid: whom()?, role }),
            Verb::Announce => ClientMsg::Announce(Announce { text: Text::parse(self.words.text()).ok()? }),
            Verb::Shutdown => {
                ClientMsg::Shutdown(Shutdown { in_s: for_s.unwrap_or(0), reason, restart, cancel: false })
            }
            Verb::CallOff => ClientMsg::Shutdown(Shutdown { cancel: true, reason, ..Shutdown::default() }),
        })
    }
}
