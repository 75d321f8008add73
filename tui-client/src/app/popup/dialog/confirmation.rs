//! The texts of the dialog: the confirmation, one sentence that names the person and the consequence, what has changed about
//! the person meanwhile, and what is wrong with the input.

use shared::Millis;

use super::{Dialog, InputError};
use crate::admin_action::AdminAction;
use crate::app::popup::context::Context;

impl Dialog {
    /// The question before it is done.
    #[must_use]
    pub fn question(&self, ctx: &Context<'_>) -> String {
        let lang = ctx.lang;
        let name = self.subject.as_ref().map_or("", |subject| subject.name.as_str());
        let duration = self.for_s.map(|seconds| lang.duration(seconds));
        let until = self.for_s.map(|seconds| {
            let wait = Millis::try_from(seconds.saturating_mul(1000)).unwrap_or(Millis::MAX / 4);
            lang.moment(ctx.now.saturating_add(wait), ctx.now, ctx.times)
        });
        let term = duration.as_deref().zip(until.as_deref());
        let others = ctx.everyone().people().iter().filter(|member| member.uid != ctx.my_uid()).count();
        match self.action {
            AdminAction::Kick => lang.confirm_kick(name),
            AdminAction::Ban => lang.confirm_ban(name, term, self.address),
            AdminAction::Mute => lang.confirm_mute(name, term),
            AdminAction::Unban => lang.confirm_unban(name),
            AdminAction::Unmute => lang.confirm_unmute(name),
            AdminAction::Role(role) => lang.confirm_role(name, role),
            AdminAction::FreeName => lang.confirm_free_name(name),
            AdminAction::Announce => lang.confirm_announce(others),
            AdminAction::Shutdown => {
                let duration = self.for_s.filter(|seconds| *seconds > 0).and(duration.as_deref());
                lang.confirm_shutdown(&ctx.server_name(), self.restart, duration, others)
            }
            AdminAction::CancelShutdown => lang.confirm_cancel_shutdown(others),
        }
    }

    /// What has changed about the person since they were picked, where something has.
    #[must_use]
    pub fn news(&self, ctx: &Context<'_>) -> Option<String> {
        let subject = self.subject.as_ref()?;
        let lang = ctx.lang;
        match ctx.everyone().get(subject.uid) {
            Some(member) if member.name != subject.name => {
                Some(lang.was_renamed(subject.name.as_str(), member.name.as_str()))
            }
            None if matches!(self.action, AdminAction::Kick | AdminAction::Ban | AdminAction::Mute) => {
                Some(lang.has_left(subject.name.as_str(), self.action != AdminAction::Kick))
            }
            Some(_) | None => None,
        }
    }

    /// What is wrong with the input, in words.
    #[must_use]
    pub fn error_text(&self, ctx: &Context<'_>) -> Option<String> {
        let lang = ctx.lang;
        Some(match self.error? {
            InputError::BadDuration => lang.no_duration().to_owned(),
            InputError::BadText => lang.refusal(shared::Code::TextInvalid),
            InputError::WrongServerName => lang.wrong_server_name(&ctx.server_name()),
            InputError::NotHere => lang.cannot_kick_absent().to_owned(),
            InputError::Offline => lang.needs_connection().to_owned(),
            InputError::TooSoon => lang.read_it_first().to_owned(),
        })
    }
}
