//! `ban`: a moderator removes somebody and keeps their identity out, optionally with their address. By uid, since a name
//! can be taken by somebody else.

use std::net::IpAddr;

use shared::client_msg::Ban;
use shared::event::Act;
use shared::server_msg::{Sanction, SanctionKind};
use shared::{Code, Kind, Millis, Refusal, Role, Uid};

use super::sanctions::expiry;
use super::{CommandResult, Requester};
use crate::chat::audit::AuditAction;
use crate::chat::effect::Effect;
use crate::chat::{Chat, address_prefix, sanction};

impl Chat {
    pub(super) fn ban(&mut self, now: Millis, requester: &Requester, ban: Ban) -> CommandResult {
        requester.check_role(Role::Moderator)?;
        let target = self.find_target(requester, ban.uid)?;
        let (is_present, conns, target) = (target.is_present(), target.conns().collect(), target.to_sender());
        let ban = Sanction {
            kind: SanctionKind::Ban,
            target,
            by: requester.by.clone(),
            at: now,
            reason: ban.reason,
            until: expiry(now, ban.for_s)?,
            address: if ban.address { Some(self.address_to_ban(ban.uid)?) } else { None },
        };
        self.add_sanction(now, requester, AuditAction::Ban, &ban)?;
        if is_present {
            let act = Act {
                target: ban.target.clone(),
                reason: ban.reason.clone(),
                until: ban.until,
                room_only: false,
            };
            self.force_leave(now, ban.target.uid, &ban.by, &Kind::Ban(act));
        }
        self.effects.push(Effect::EndTransfers(ban.target.uid));
        self.close(conns, &sanction::ban_goodbye(&ban));
        self.reply_ok(requester);
        Ok(())
    }

    /// The prefix of the address somebody was last seen at. Refused if it is unknown, or local: a ban of it would not
    /// keep them out, or would hit everyone behind a proxy.
    fn address_to_ban(&self, uid: Uid) -> Result<IpAddr, Refusal> {
        let seen = self.roster.get(uid).and_then(|target| target.seen.as_deref());
        let why = match seen.map(|seen| (seen.origin.address, seen.origin.unix)) {
            Some((Some(address), _)) if !address_prefix::is_local(address) => {
                return Ok(address_prefix::prefix_of(address));
            }
            Some((Some(_), _) | (None, Some(_))) => "they are on the server's own machine or link",
            Some((None, None)) | None => "their address is not known any more",
        };
        Err(Refusal::new(Code::BadRequest, format!("{why}; ban them without address")))
    }
}
