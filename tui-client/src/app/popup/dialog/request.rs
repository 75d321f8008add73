//! The request a completed dialog sends to the server.

use shared::client_msg::{Announce, Ban, Kick, Mute, NameOnly, SetRole, Shutdown, UidOnly};
use shared::{ClientMsg, Line, Text};

use super::Dialog;
use crate::admin_action::AdminAction;
use crate::app::pending_requests::Purpose;

impl Dialog {
    /// The request and its purpose; `None` while something is missing.
    #[must_use]
    pub fn request(&self) -> Option<(Purpose, ClientMsg)> {
        let msg = self.message()?;
        let name = self.subject.as_ref().map(|subject| subject.name.clone());
        let purpose = if let ClientMsg::FreeName(wanted) = &msg {
            Purpose::FreeName(wanted.name.clone())
        } else {
            Purpose::Act(self.action, name)
        };
        Some((purpose, msg))
    }

    fn message(&self) -> Option<ClientMsg> {
        let reason = Line::parse(self.reason.text()).ok()?;
        let uid = || self.subject.as_ref().map(|subject| subject.uid);
        let (for_s, address, restart) = (self.for_s, self.address, self.restart);
        Some(match self.action {
            AdminAction::Kick => ClientMsg::Kick(Kick { uid: uid()?, reason }),
            AdminAction::Ban => ClientMsg::Ban(Ban { uid: uid()?, reason, for_s, address }),
            AdminAction::Mute => ClientMsg::Mute(Mute { uid: uid()?, reason, for_s }),
            AdminAction::Unban => ClientMsg::Unban(UidOnly { uid: uid()? }),
            AdminAction::Unmute => ClientMsg::Unmute(UidOnly { uid: uid()? }),
            AdminAction::Role(role) => ClientMsg::Role(SetRole { uid: uid()?, role }),
            AdminAction::FreeName => {
                ClientMsg::FreeName(NameOnly { name: self.subject.as_ref()?.name.clone() })
            }
            AdminAction::Announce => {
                ClientMsg::Announce(Announce { text: Text::parse(self.text.text()).ok()? })
            }
            AdminAction::Shutdown => {
                ClientMsg::Shutdown(Shutdown { in_s: for_s.unwrap_or(0), reason, restart, cancel: false })
            }
            AdminAction::CancelShutdown => {
                ClientMsg::Shutdown(Shutdown { cancel: true, reason, ..Shutdown::default() })
            }
        })
    }
}
