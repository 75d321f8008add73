//! The texts of events that are not messages: who joined, left, was kicked, was given a role, what was announced.

use shared::event::{Act, Leave};
use shared::{Kind, Millis, Uid};

use super::entry::Entry;
use super::entry_text::{EntryText, Label};
use crate::lang::Lang;
use crate::time_style::TimeStyle;

pub(super) fn event_text<'a>(
    kind: &'a Kind,
    entry: &'a Entry,
    by: Option<&'a str>,
    lang: Lang,
    times: &TimeStyle,
) -> EntryText<'a> {
    let name = by.unwrap_or_default();
    let until = |act: &Act, at| act.until.map(|until| lang.moment(until, at, times));
    let (symbol, text) = match kind {
        Kind::Announce(said) => {
            let told = said.countdown.as_ref().map(|countdown| lang.countdown_told(countdown));
            return EntryText::headed(
                Label::of(by),
                lang.announcement_label(),
                told.as_deref().unwrap_or(said.text.as_str()),
            );
        }
        Kind::Join => ("→", lang.joined(name)),
        Kind::Leave(Leave::Quit | Leave::Unknown) => ("←", lang.left(name)),
        Kind::Leave(Leave::Part) => ("←", lang.left_room(name)),
        Kind::Leave(Leave::Lost) => ("←", lang.lost_connection(name)),
        Kind::Rename(to) => ("~", lang.renamed(name, to.as_str())),
        Kind::Topic(topic) if topic.is_empty() => ("#", lang.topic_cleared(name)),
        Kind::Topic(topic) => ("#", lang.topic_changed(name, topic.as_str())),
        Kind::SetRoom(change) => ("#", lang.room_changed(name, change)),
        Kind::Kick(act) if act.room_only => {
            ("×", reasoned(lang.removed(name, act.target.name.as_str()), act))
        }
        Kind::Mute(act) if act.room_only => {
            let until = until(act, entry.at).filter(|_| !is_over(act, entry.at));
            let lifted = is_over(act, entry.at);
            ("×", reasoned(lang.silenced(name, act.target.name.as_str(), until.as_deref(), lifted), act))
        }
        Kind::Kick(act) => ("×", reasoned(lang.kicked(name, act.target.name.as_str()), act)),
        Kind::Ban(act) if is_over(act, entry.at) => ("×", lang.unbanned(name, act.target.name.as_str())),
        Kind::Ban(act) => {
            let until = until(act, entry.at);
            ("×", reasoned(lang.banned(name, act.target.name.as_str(), until.as_deref()), act))
        }
        Kind::Mute(act) if is_over(act, entry.at) => ("×", lang.unmuted(name, act.target.name.as_str())),
        Kind::Mute(act) => {
            let until = until(act, entry.at);
            ("×", reasoned(lang.muted(name, act.target.name.as_str(), until.as_deref()), act))
        }
        Kind::Deleted(deleter) => {
            let deleter = deleter.as_ref().filter(|deleter| deleter.uid != entry_uid(entry));
            let deleter = deleter.map(|deleter| lang.person_name(deleter.uid, &deleter.name));
            ("×", lang.message_deleted(name, deleter))
        }
        // Not the sign of an action: anybody can say that they are an admin now.
        Kind::Role(target, role) => ("+", lang.role_given(name, target.name.as_str(), *role)),
        // An entry is not made of these.
        Kind::Message(_)
        | Kind::Action(_)
        | Kind::Edit(_)
        | Kind::Delete(_)
        | Kind::React(_)
        | Kind::Unknown => ("·", String::new()),
    };
    EntryText::plain(Label::Symbol(symbol), text)
}

fn entry_uid(entry: &Entry) -> Uid {
    entry.from().map_or(Uid::ZERO, |from| from.uid)
}

/// An event whose ban or mute is over as it happens lifts one.
fn is_over(act: &Act, at: Millis) -> bool {
    act.until.is_some_and(|until| until <= at)
}

fn reasoned(said: String, act: &Act) -> String {
    if act.reason.is_empty() { said } else { format!("{said}: {}", act.reason) }
}
