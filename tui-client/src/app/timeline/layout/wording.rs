//! What happened in a room, in words. It must not lay anything out.

use shared::event::{Act, Leave};
use shared::{Kind, Millis};

use super::{Label, Said, Viewport, label};
use crate::app::timeline::Entry;

pub(super) fn say_event<'a>(
    kind: &'a Kind,
    entry: &'a Entry,
    by: Option<&'a str>,
    viewport: &Viewport,
) -> Said<'a> {
    let lang = viewport.lang;
    let name = by.unwrap_or_default();
    let (symbol, text) = match kind {
        Kind::Announce(said) => {
            let told = said.countdown.as_ref().map(|countdown| lang.countdown_told(countdown));
            return Said::headed(
                label(by),
                lang.announcement(),
                told.as_deref().unwrap_or(said.text.as_str()),
            );
        }
        Kind::Join => ("→", lang.joined(name)),
        Kind::Leave(Leave::Quit | Leave::Unknown) => ("←", lang.left(name)),
        Kind::Leave(Leave::Part) => ("←", lang.parted(name)),
        Kind::Leave(Leave::Lost) => ("←", lang.lost(name)),
        Kind::Rename(to) => ("~", lang.renamed(name, to.as_str())),
        Kind::Topic(topic) if topic.is_empty() => ("#", lang.topic_cleared(name)),
        Kind::Topic(topic) => ("#", lang.topic_changed(name, topic.as_str())),
        Kind::Kick(act) => ("×", reasoned(lang.kicked(name, act.target.name.as_str()), act)),
        Kind::Ban(act) if is_over(act, entry.at) => ("×", lang.unbanned(name, act.target.name.as_str())),
        Kind::Ban(act) => {
            ("×", say_act(act, entry.at, viewport, |target, until| lang.banned(name, target, until)))
        }
        Kind::Mute(act) if is_over(act, entry.at) => ("×", lang.unmuted(name, act.target.name.as_str())),
        Kind::Mute(act) => {
            ("×", say_act(act, entry.at, viewport, |target, until| lang.muted(name, target, until)))
        }
        Kind::Role(target, role) => ("*", lang.role_given(name, target.name.as_str(), *role)),
        // An entry is not made of these.
        Kind::Message(_) | Kind::Action(_) | Kind::Unknown => ("·", String::new()),
    };
    Said::plain(Label::Symbol(symbol), text)
}

/// An act that is over as it happens lifts one.
fn is_over(act: &Act, at: Millis) -> bool {
    act.until.is_some_and(|until| until <= at)
}

/// An act that may end by itself.
fn say_act(act: &Act, at: Millis, viewport: &Viewport, say: impl Fn(&str, Option<&str>) -> String) -> String {
    let until = act.until.map(|until| viewport.lang.moment(until, at, viewport.offset_minutes));
    reasoned(say(act.target.name.as_str(), until.as_deref()), act)
}

fn reasoned(said: String, act: &Act) -> String {
    if act.reason.is_empty() { said } else { format!("{said}: {}", act.reason) }
}
