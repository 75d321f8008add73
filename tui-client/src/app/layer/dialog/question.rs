//! The one sentence before an act: whom it is about and what follows. It must not do it.

use shared::Millis;

use super::{Complaint, Dialog, Verb};
use crate::app::App;

impl Dialog {
    /// The question whether it is meant.
    #[must_use]
    pub fn question(&self, app: &App) -> String {
        let lang = app.lang();
        let name = self.whom.as_ref().map_or("", |whom| whom.name.as_str());
        let span = self.for_s.map(|seconds| lang.span(seconds));
        let until = self.for_s.map(|seconds| {
            let wait = Millis::try_from(seconds.saturating_mul(1000)).unwrap_or(Millis::MAX / 4);
            lang.moment(app.now().saturating_add(wait), app.now(), app.offset_minutes())
        });
        let term = span.as_deref().zip(until.as_deref());
        let others = app.everyone().people().iter().filter(|member| member.uid != app.my_uid()).count();
        match self.verb {
            Verb::Kick => lang.sure_kick(name),
            Verb::Ban => lang.sure_ban(name, term, self.address),
            Verb::Mute => lang.sure_mute(name, term),
            Verb::Unban => lang.sure_unban(name),
            Verb::Unmute => lang.sure_unmute(name),
            Verb::Role(role) => lang.sure_role(name, role),
            Verb::Announce => lang.sure_announce(others),
            Verb::Shutdown => {
                let span = self.for_s.filter(|seconds| *seconds > 0).and(span.as_deref());
                lang.sure_shutdown(&app.server_name(), self.restart, span, others)
            }
            Verb::CallOff => lang.sure_call_off(others),
        }
    }

    /// What has changed about the person since they were picked, where something has.
    #[must_use]
    pub fn news(&self, app: &App) -> Option<String> {
        let whom = self.whom.as_ref()?;
        let lang = app.lang();
        match app.everyone().get(whom.uid) {
            Some(member) if member.name != whom.name => {
                Some(lang.is_called_now(whom.name.as_str(), member.name.as_str()))
            }
            None if matches!(self.verb, Verb::Kick | Verb::Ban | Verb::Mute) => {
                Some(lang.has_left(whom.name.as_str(), self.verb != Verb::Kick))
            }
            Some(_) | None => None,
        }
    }

    /// What is wrong, in words.
    #[must_use]
    pub fn trouble(&self, app: &App) -> Option<String> {
        let lang = app.lang();
        Some(match self.complaint? {
            Complaint::NoSpan => lang.no_span().to_owned(),
            Complaint::BadText => lang.refusal(shared::Code::TextInvalid).to_owned(),
            Complaint::OtherName => lang.other_name(&app.server_name()),
            Complaint::NotHere => lang.nobody_to_kick().to_owned(),
            Complaint::Offline => lang.needs_connection().to_owned(),
        })
    }
}
