//! What bans and mutes share: the end, the store's row, the audit entry, removal of expired ones.

use shared::event::Act;
use shared::server_msg::{Sanction, SanctionKind};
use shared::{Code, Kind, Millis, Refusal, Role, Sender, Uid};

use super::audit_trail::AuditFields;
use super::{CommandResult, Requester};
use crate::chat::Chat;
use crate::chat::audit::AuditAction;
use crate::chat::effect::{Effect, Record};
use crate::chat::sanction::Sanctions;
use crate::utc;

/// The longest ban or mute that has an end, in seconds: ten years of 365 days.
const LONGEST_S: u64 = 10 * 365 * 24 * 60 * 60;

/// When a sanction of so many seconds ends; `None` for one without an end.
pub(super) fn expiry(now: Millis, for_s: Option<u64>) -> Result<Option<Millis>, Refusal> {
    let Some(seconds) = for_s else { return Ok(None) };
    if !(1..=LONGEST_S).contains(&seconds) {
        let range = format!("for_s is 1 to {LONGEST_S} seconds; leave it out for good");
        return Err(Refusal::new(Code::BadRequest, range));
    }
    Ok(Some(now + Millis::try_from(seconds * 1000).unwrap_or(Millis::MAX)))
}

impl Chat {
    /// Puts a ban or a mute in force.
    pub(super) fn add_sanction(
        &mut self,
        now: Millis,
        requester: &Requester,
        action: AuditAction,
        sanction: &Sanction,
    ) -> CommandResult {
        self.remove_expired_sanctions(now);
        if self.sanctions.is_full_for(sanction) {
            let full = format!("{} bans and mutes are in force; lift some first", Sanctions::MOST);
            return Err(Refusal::new(Code::RateLimited, full));
        }
        let until = sanction.until.map(|until| format!("until={}", utc::text(until).replace(' ', "T")));
        let address = sanction.address.map(|address| format!("address={address}"));
        let detail = until.into_iter().chain(address).collect::<Vec<_>>().join(" ");
        let entry = AuditFields { action, target: Some(&sanction.target), reason: &sanction.reason, detail };
        self.audit(now, requester, entry);
        self.effects.push(Effect::Save(Record::Sanction(Box::new(sanction.clone()))));
        self.sanctions.insert(sanction.clone());
        Ok(())
    }

    /// Lifts a ban or a mute, and returns whose it was.
    pub(super) fn lift(
        &mut self,
        now: Millis,
        requester: &Requester,
        (action, kind): (AuditAction, SanctionKind),
        uid: Uid,
    ) -> Result<Sender, Refusal> {
        requester.check_role(Role::Moderator)?;
        let target = self.find_target(requester, uid)?.to_sender();
        self.remove_expired_sanctions(now);
        if self.sanctions.lift(kind, uid).is_none() {
            let what = if kind == SanctionKind::Ban { "banned" } else { "muted" };
            return Err(Refusal::new(
                Code::BadRequest,
                format!("{} is not {what}; bans lists who is", target.name),
            ));
        }
        self.effects.push(Effect::Save(Record::Lift { kind, uid }));
        let reason = shared::Line::default();
        self.audit(
            now,
            requester,
            AuditFields { action, target: Some(&target), reason: &reason, detail: String::new() },
        );
        Ok(target)
    }

    /// Removes expired bans and mutes, in the store as well.
    pub(super) fn remove_expired_sanctions(&mut self, now: Millis) {
        let over = self.sanctions.remove_expired(now);
        self.effects.extend(over.into_iter().map(|(kind, uid)| Effect::Save(Record::Lift { kind, uid })));
    }

    /// Publishes that somebody was muted or unmuted in their rooms, if they are present.
    pub(super) fn publish_mute(&mut self, now: Millis, by: &Sender, act: &Act) {
        let uid = act.target.uid;
        if self.roster.get(uid).is_none_or(|target| !target.is_present()) {
            return;
        }
        for room in self.roster.rooms_of(uid).iter().filter(|room| room.pair().is_none()) {
            self.publish(now, room, by.clone(), Kind::Mute(act.clone()));
        }
    }
}
