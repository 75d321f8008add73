//! An event as a line of text, for `tail` and `export --text`.

use shared::event::{Act, React};
use shared::{Event, Kind, RoomChange, Seq};

use super::size::size;
use crate::store::stored_event::Placed;
use crate::utc;

/// A line for an event as the store has it: when, in which room if that is wanted, and what.
pub(super) fn line(placed: &Placed, has_room: bool) -> String {
    match serde_json::from_str::<Event>(&placed.body) {
        Ok(event) if placed.damage.is_none() => {
            let room = if has_room { format!("{} ", event.room) } else { String::new() };
            format!("{} {room}{}", utc::text(event.at), describe(&event))
        }
        Ok(_) | Err(_) => format!("* event {} cannot be read", placed.seq),
    }
}

/// What happened, in words; further lines of a message are indented.
fn describe(event: &Event) -> String {
    let (room, name) = (&event.room, &event.from.name);
    let indented = |text: &str| text.replace('\n', "\n    ");
    let file = event.file.as_ref().map_or_else(String::new, |file| {
        format!(" [{}, {}, sha256 {}]", file.name, size(file.bytes), file.sha256)
    });
    let act = |what: &str, act: &Act| {
        let why = if act.reason.is_empty() { String::new() } else { format!(": {}", act.reason) };
        format!("* {name} {what} {}{why}", act.target.name)
    };
    match &event.kind {
        Kind::Message(text) => format!("<{name}> {}{file}", indented(text.as_str())),
        Kind::Action(text) => format!("* {name} {}{file}", indented(text.as_str())),
        Kind::Join => format!("* {name} joined {room}"),
        Kind::Leave(_) => format!("* {name} left"),
        Kind::Rename(to) => format!("* {name} is now {to}"),
        Kind::Topic(topic) => format!("* {name} set the topic: {topic}"),
        Kind::Kick(kick) => act(if kick.room_only { "removed from the room" } else { "kicked" }, kick),
        Kind::Ban(ban) => act(if is_over(event, ban) { "unbanned" } else { "banned" }, ban),
        Kind::Mute(mute) => {
            let done = if is_over(event, mute) { "unmuted" } else { "muted" };
            act(&if mute.room_only { format!("{done} in the room") } else { done.to_owned() }, mute)
        }
        Kind::Announce(said) => format!("! {name}: {}", indented(said.text.as_str())),
        Kind::Role(target, role) => {
            format!("* {name} made {} {}", target.name, format!("{role:?}").to_lowercase())
        }
        Kind::Edit(edit) => match &edit.text {
            Some(text) => format!("* {name} changed event {}: {}", edit.of, indented(text.as_str())),
            None => format!("* {name} changed event {}, which was deleted later", edit.of),
        },
        Kind::Delete(delete) if delete.reason.is_empty() => format!("* {name} deleted event {}", delete.of),
        Kind::Delete(delete) => format!("* {name} deleted event {}: {}", delete.of, delete.reason),
        Kind::Deleted(None) => "* an event was deleted".to_owned(),
        Kind::Deleted(Some(by)) => format!("* {} deleted what {name} said", by.name),
        Kind::React(React { of, with, off: false }) => format!("* {name} reacts to event {of} with {with}"),
        Kind::React(React { of, with, off: true }) => format!("* {name} takes {with} back from event {of}"),
        Kind::SetRoom(change) => format!("* {name} {}", changes(change)),
        Kind::Unknown => "* something this version does not know".to_owned(),
    }
}

/// What changed about a room.
fn changes(change: &RoomChange) -> String {
    let RoomChange { owner, private, word, read_only, pin, notice, invited } = change;
    let either = |value: &Option<bool>, yes: &str, no: &str| {
        value.map(|value| if value { yes } else { no }.to_owned())
    };
    let all = [
        owner.as_ref().map(|owner| format!("gave the room to {}", owner.name)),
        either(private, "made the room private", "opened the room to everybody"),
        either(word, "gave the room a word", "took the word of the room away"),
        either(read_only, "made the room read-only", "let everybody speak in the room"),
        pin.map(|pin| if pin == Seq::ZERO { "unpinned".to_owned() } else { format!("pinned event {pin}") }),
        notice.as_ref().map(|notice| format!("set the notice: {notice}")),
        invited.as_ref().map(|invited| format!("invited {}", invited.name)),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A sanction that ended before it began is the end of one.
fn is_over(event: &Event, act: &Act) -> bool {
    act.until.is_some_and(|until| until <= event.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: &str, want: &str) {
        let event = format!(
            r#"{{"room":"lobby","seq":2,"prev":1,"at":5,"from":{{"uid":1,"name":"calm-otter","style":{{"color":6}}}},{kind}}}"#
        );
        assert_eq!(describe(&serde_json::from_str(&event).unwrap()), want);
    }

    #[test]
    fn a_message_of_two_lines_stays_one_entry() {
        check(r#""kind":"message","text":"one\n둘","nonce":"n1""#, "<calm-otter> one\n    둘");
    }

    #[test]
    fn a_file_is_told_with_its_length_and_hash() {
        let hash = "a7".repeat(32);
        let file = format!(r#""file":{{"name":"고양이.png","bytes":123456,"sha256":"{hash}"}}"#);
        let want = format!("<calm-otter> the cat [고양이.png, 123.4 kB, sha256 {hash}]");
        check(&format!(r#""kind":"message","text":"the cat","nonce":"n1",{file}"#), &want);
    }

    #[test]
    fn a_ban_is_told_from_its_end() {
        let ban = r#""kind":"ban","target":{"uid":2,"name":"엄격한-수달","style":{"color":2}}"#;
        check(ban, "* calm-otter banned 엄격한-수달");
        check(&format!(r#"{ban},"until":6,"reason":"flood""#), "* calm-otter banned 엄격한-수달: flood");
        check(&format!(r#"{ban},"until":5"#), "* calm-otter unbanned 엄격한-수달");
    }
}
