//! Writes an action of a moderator, an admin or the operator to the audit trail.

use shared::{Line, Millis, Sender};

use super::Requester;
use crate::chat::Chat;
use crate::chat::audit::{Audit, AuditAction, AuditOrigin};
use crate::chat::effect::{Effect, Record};

/// The fields of an audit entry that a command gives; by whom, when and from where follow from the request.
#[derive(Clone, Debug)]
pub(super) struct AuditFields<'a> {
    pub(super) action: AuditAction,
    pub(super) target: Option<&'a Sender>,
    pub(super) reason: &'a Line,
    pub(super) detail: String,
}

impl Chat {
    /// Writes an action to the audit trail.
    pub(super) fn audit(&mut self, at: Millis, requester: &Requester, entry: AuditFields<'_>) {
        let AuditFields { action, target, reason, detail } = entry;
        let seen = || self.roster.get(requester.uid()).and_then(|identity| identity.seen_on(requester.conn));
        let unix = requester.unix.map(AuditOrigin::Unix);
        let origin = unix.or_else(|| seen().map(|seen| seen.origin.audit_origin()));
        self.effects.push(Effect::Save(Record::Audit(Box::new(Audit {
            at,
            by: requester.by.clone(),
            origin: origin.unwrap_or(AuditOrigin::Unknown),
            action,
            target: target.cloned(),
            reason: reason.clone(),
            detail,
        }))));
    }
}
