//! What the server said, in a few words, as the tests name it.

use shared::event::{Edit, React};
use shared::server_msg::{Membership, Reacted};
use shared::{Event, Kind, ServerMsg, Text};

/// A message as a few words.
pub(crate) fn show(msg: &ServerMsg) -> String {
    match msg {
        ServerMsg::Event(event) => show_event(event),
        ServerMsg::Ok(answer) => {
            format!("ok {}", answer.id.as_ref().map_or("", |id| id.as_str())).trim_end().to_owned()
        }
        ServerMsg::Error(refusal) => format!("error {}", refusal.code),
        ServerMsg::Goodbye(goodbye) => {
            let by = goodbye.by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
            format!("goodbye {}{by} {}", goodbye.code.as_str(), goodbye.reason).trim_end().to_owned()
        }
        ServerMsg::Membership(told) => show_membership(told),
        ServerMsg::Reacted(told) => show_reacted(told),
        ServerMsg::Joined(joined) => format!("joined {}", joined.state.name),
        ServerMsg::Parted(parted) => format!("parted {}", parted.room),
        ServerMsg::Invited(invited) => format!("invited to {}", invited.room),
        ServerMsg::Gap(gap) => format!("gap {}", gap.room),
        ServerMsg::Resumed(_) => "resumed".to_owned(),
        ServerMsg::Welcome(welcome) => format!("welcome {}", welcome.you.name),
        ServerMsg::KeptOut(told) => format!("kept out {} by {}", told.count, told.setting),
        ServerMsg::Ping(_) => "ping".to_owned(),
        ServerMsg::Pong(_) => "pong".to_owned(),
        ServerMsg::Machines(told) => format!("machines {}", told.machines.len()),
        ServerMsg::Read(read) => format!("read {} to {}", read.room, read.seq),
        ServerMsg::Transfer(_)
        | ServerMsg::Transferred(_)
        | ServerMsg::Order(_)
        | ServerMsg::Cluster(_)
        | ServerMsg::Presence(_)
        | ServerMsg::Identity(_)
        | ServerMsg::Unknown(_) => format!("{msg:?}"),
    }
}

/// Such as `lobby 👍 ann ben on 3`: the last of it for each.
fn show_reacted(told: &Reacted) -> String {
    let shown = told.reactions.iter().map(|reacts| {
        format!("{}{} {} on {}", if reacts.off { "-" } else { "" }, reacts.with, reacts.name, reacts.of)
    });
    format!("{} reacted {}", told.room, shown.collect::<Vec<_>>().join(", "))
}

/// Such as `lobby +ann -ben 3 passed`.
fn show_membership(told: &Membership) -> String {
    let came = told.came.iter().map(|came| format!(" +{}", came.name));
    let left = told.left.iter().map(|left| format!(" -{}", left.name));
    let passed = (!told.passed.is_empty()).then(|| format!(" {} passed", told.passed.len()));
    format!("{}{}", told.room, came.chain(left).chain(passed).collect::<String>())
}

pub(crate) fn show_event(event: &Event) -> String {
    let who = format!("{} {}", event.room, event.from.name);
    match &event.kind {
        Kind::Message(text) => format!("{who}: {text}"),
        Kind::Action(text) => format!("{who} {text}"),
        Kind::Join => format!("{who} joins"),
        Kind::Leave(how) => format!("{who} leaves ({})", format!("{how:?}").to_lowercase()),
        Kind::Rename(name) => format!("{who} is now {name}"),
        Kind::Topic(topic) => format!("{who} sets the topic {topic}"),
        Kind::Kick(act) => format!("{who} kicks {} {}", act.target.name, act.reason).trim_end().to_owned(),
        Kind::Ban(act) => format!("{who} bans {} {}", act.target.name, act.reason).trim_end().to_owned(),
        Kind::Mute(act) => format!("{who} mutes {} {}", act.target.name, act.reason).trim_end().to_owned(),
        Kind::Announce(said) => format!("{who} announces {}", said.text),
        Kind::Role(target, role) => {
            format!("{who} makes {} {}", target.name, format!("{role:?}").to_lowercase())
        }
        Kind::Edit(Edit { of, text }) => {
            let text = text.as_ref().map_or("nothing", Text::as_str);
            format!("{who} changes {of} to {text}")
        }
        Kind::Delete(delete) => {
            format!("{who} deletes {} {}", delete.of, delete.reason).trim_end().to_owned()
        }
        Kind::Deleted(by) => {
            format!("{who} said what {} deleted", by.as_ref().map_or("?", |by| by.name.as_str()))
        }
        Kind::React(React { of, with, off }) => format!("{who} {} {of} {with}", if *off { "-" } else { "+" }),
        Kind::SetRoom(change) => format!("{who} sets {}", serde_json::to_string(change).unwrap()),
        Kind::Unknown => format!("{who} {:?}", event.kind),
    }
}
