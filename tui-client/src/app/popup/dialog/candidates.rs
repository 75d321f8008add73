//! The list from which the dialog's subject is picked: everybody here, those who cannot be picked with the reason, and
//! those whom the action holds for already, for whom it is lifted.

use shared::server_msg::SanctionKind;
use shared::{Millis, Role, Uid};

use super::Dialog;
use crate::admin_action::{AdminAction, Ineligible, Subject};
use crate::app::popup::context::Context;

/// Somebody in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub subject: Subject,
    /// Their role.
    pub role: Role,
    /// Whether their connection is lost.
    pub away: bool,
    /// Whether they are banned or muted already, and until when: picking them lifts it.
    pub sanctioned: Option<Option<Millis>>,
    /// Why they cannot be picked.
    pub ineligible: Option<Ineligible>,
}

impl Dialog {
    /// Those whose names contain what was typed: first those whose names begin with it, last those who cannot be picked.
    #[must_use]
    pub fn candidates(&self, ctx: &Context<'_>) -> Vec<Candidate> {
        let kind = match self.action {
            AdminAction::Ban => Some(SanctionKind::Ban),
            AdminAction::Mute => Some(SanctionKind::Mute),
            AdminAction::Kick
            | AdminAction::Unban
            | AdminAction::Unmute
            | AdminAction::Role(_)
            | AdminAction::FreeName
            | AdminAction::Announce
            | AdminAction::Shutdown
            | AdminAction::CancelShutdown => None,
        };
        let sanctioned = |uid: Uid| {
            let sanctions = ctx.sanctions().iter();
            let of_kind = sanctions.filter(|sanction| Some(sanction.kind) == kind);
            of_kind.filter(|sanction| sanction.target.uid == uid).map(|sanction| sanction.until).next()
        };
        let here = ctx.everyone().people().iter().map(|member| Candidate {
            subject: Subject { uid: member.uid, name: member.name.clone(), style: member.style },
            role: member.role,
            away: member.away,
            sanctioned: sanctioned(member.uid),
            ineligible: ineligible(ctx, member.uid, member.role),
        });
        let mut candidates: Vec<Candidate> = here.collect();
        for sanction in ctx.sanctions().iter().filter(|sanction| Some(sanction.kind) == kind) {
            let target = &sanction.target;
            if candidates.iter().all(|candidate| candidate.subject.uid != target.uid) {
                candidates.push(Candidate {
                    subject: Subject { uid: target.uid, name: target.name.clone(), style: target.style },
                    role: Role::Member,
                    away: false,
                    sanctioned: Some(sanction.until),
                    ineligible: None,
                });
            }
        }
        let query = self.query.text().trim().to_lowercase();
        let found_at = |candidate: &Candidate| candidate.subject.name.as_str().to_lowercase().find(&query);
        candidates.retain(|candidate| found_at(candidate).is_some());
        candidates.sort_by_key(|candidate| (candidate.ineligible.is_some(), found_at(candidate) != Some(0)));
        candidates
    }

    /// Where the selected one is in the list; the first, while nobody is.
    #[must_use]
    pub fn picked_at(&self, candidates: &[Candidate]) -> usize {
        candidates.iter().position(|candidate| Some(candidate.subject.uid) == self.picked).unwrap_or(0)
    }
}

fn ineligible(ctx: &Context<'_>, uid: Uid, role: Role) -> Option<Ineligible> {
    if uid == ctx.my_uid() {
        return Some(Ineligible::You);
    }
    (role >= ctx.role()).then_some(Ineligible::Rank(role))
}
