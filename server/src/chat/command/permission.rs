//! Permissions: the role a request needs, on whom a moderator may act, and whether somebody is muted.

use shared::{Code, Millis, Refusal, Role, Uid};

use super::{CommandResult, Requester};
use crate::chat::roster::Identity;
use crate::chat::{Chat, sanction};

impl Requester {
    pub(super) fn check_role(&self, role: Role) -> CommandResult {
        if self.role >= role {
            return Ok(());
        }
        let needed = if role == Role::Admin { "an admin" } else { "a moderator" };
        Err(Refusal::new(
            Code::Forbidden,
            format!("only {needed} may do this; ask one, or give the admin key"),
        ))
    }
}

impl Chat {
    /// The identity with this uid, present or not, if the requester may act on it: somebody else, of a lower role.
    pub(super) fn find_target(&self, requester: &Requester, uid: Uid) -> Result<&Identity, Refusal> {
        let Some(target) = self.roster.get(uid) else {
            return Err(Refusal::new(
                Code::NoSuchUser,
                "nobody has this uid; who lists the people who are here",
            ));
        };
        if uid == requester.uid() {
            return Err(Refusal::new(
                Code::BadRequest,
                "nobody does this to themself; ask another moderator",
            ));
        }
        if target.role >= requester.role && !requester.is_operator() {
            return Err(Refusal::new(
                Code::Forbidden,
                format!("{} has as much say as you; ask somebody of a higher role", target.name),
            ));
        }
        Ok(target)
    }

    /// The same, if it is present.
    pub(super) fn find_present_target(&self, requester: &Requester, uid: Uid) -> Result<&Identity, Refusal> {
        if self.roster.get(uid).is_none_or(|target| !target.is_present()) {
            return Err(Refusal::new(
                Code::NoSuchUser,
                "nobody with this uid is here; who lists those who are",
            ));
        }
        self.find_target(requester, uid)
    }

    /// Refuses what others would see of somebody who is muted.
    pub(super) fn check_not_muted(&self, now: Millis, uid: Uid) -> CommandResult {
        self.sanctions.mute(uid, now).map_or(Ok(()), |mute| Err(sanction::mute_refusal(mute, now)))
    }
}
