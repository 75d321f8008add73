//! Formats an effect as one line of a script. Records are left out, except for the audit trail.

use std::fmt::Write as _;

use serde_json::Value;

use shared::event::{Act, Countdown, Edit, React};
use shared::server_msg::{
    Absence, Details, Goodbye, Invited, ListedRoom, Machine, Member, Parted, Presence, RoomState, Sanction,
    Welcome,
};
use shared::{Event, Kind, Line, Refusal, Role, RoomName, RoomSettings, Seq, ServerMsg, Text};

use crate::chat::audit::{Audit, AuditOrigin};
use crate::chat::effect::{Effect, PageFrom, Query, Record};
use crate::chat::message_lookup::MessageQuestion;
use crate::chat::newcomer_history::ReadFrom;

/// Formats an effect; `None` for records other than audit entries, for the end of transfers, and for what is left to say on a
/// lost connection.
pub(in crate::chat::tests) fn show(effect: &Effect) -> Option<String> {
    Some(match effect {
        Effect::Publish(event) => show_event(event),
        Effect::Save(Record::Audit(audit)) => show_audit(audit),
        Effect::Save(_) | Effect::EndTransfers(_) | Effect::Finish { .. } => return None,
        Effect::Tell { conn, msg } => format!("{}< {}", conn.number, show_msg(msg)),
        Effect::Welcome { conn, welcome, has_fresh_secret } => {
            format!("{}< {}", conn.number, show_welcome(welcome, *has_fresh_secret))
        }
        Effect::LookUpNonce { uid, nonce, .. } => format!("looks up {uid} {nonce}"),
        Effect::LookUpMessage { question: MessageQuestion { uid, room, of, number }, .. } => {
            format!("looks up {of} in {room} for {uid} #{number}")
        }
        Effect::Begin { conn, .. } => format!("{} goes on", conn.number),
        Effect::Follow { conn, room, after } => format!("{} follows {room} after {after}", conn.number),
        Effect::Unfollow { conn, room } => format!("{} leaves {room} alone", conn.number),
        Effect::Resumed { conn } => format!("{} resumed", conn.number),
        Effect::Presence { room, uid, state } => {
            format!("{room}: {uid} is {}", format!("{state:?}").to_lowercase())
        }
        Effect::Read { conn, query, .. } => format!("{} reads {}", conn.number, show_query(query)),
        Effect::Upload { conn, uid, upload, .. } => {
            format!("{} asks to send {} bytes as {uid}", conn.number, upload.bytes)
        }
        Effect::Limits { conn, change, .. } => {
            let change = change.map(|change| format!("changes {}={}", change.setting(), change.value()));
            format!("{} {} limits", conn.number, change.as_deref().unwrap_or("is told the"))
        }
        Effect::Close { conn, goodbye } => format!("{} {}", conn.number, show_goodbye(goodbye)),
        Effect::Reject { conn, refusal, goodbye } => {
            let told = goodbye.as_ref().map_or_else(String::new, |goodbye| show_goodbye(goodbye));
            format!("{} rejected: {} {told}", conn.number, show_refusal(refusal)).trim_end().to_owned()
        }
        Effect::Stop { reason, by, restart, reconnect } => {
            let by = by.as_ref().map_or_else(|| "the operator".to_owned(), ToString::to_string);
            let how = if *restart { "restart" } else { "stop" };
            let back = if *reconnect { " come back" } else { "" };
            format!("{how} by {by}{back} {reason}").trim_end().to_owned()
        }
    })
}

fn show_audit(audit: &Audit) -> String {
    let Audit { by, origin, action, target, reason, detail, .. } = audit;
    let target = target.as_ref().map_or_else(String::new, |target| format!(" {}", target.uid));
    let detail = if detail.is_empty() { String::new() } else { format!(" [{detail}]") };
    let origin = if *origin == AuditOrigin::Unknown { String::new() } else { format!(" from {origin}") };
    format!("audit: {} {}{target}{detail}{origin} {reason}", by.uid, action.as_str()).trim_end().to_owned()
}

fn show_goodbye(goodbye: &Goodbye) -> String {
    let by = goodbye.by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
    let until = goodbye.until.map_or_else(String::new, |until| format!(" until {until}"));
    assert!(!goodbye.reconnect, "nobody the chat sends away comes back by itself");
    format!("goodbye {}{by}{until} {}", goodbye.code.as_str(), goodbye.reason).trim_end().to_owned()
}

fn show_refusal(refusal: &Refusal) -> String {
    // What is refused; what to do next.
    assert!(refusal.message.contains("; "), "{}: {}", refusal.code, refusal.message);
    let retry = refusal.retry_ms.map_or_else(String::new, |ms| format!(" for {ms} ms"));
    format!("{}{retry}", refusal.code)
}

fn show_act(verb: &str, act: &Act) -> String {
    let until = act.until.map_or_else(String::new, |until| format!(" until {until}"));
    let here = if act.room_only { " here" } else { "" };
    format!("{verb} {}{here}{until} {}", act.target.name, act.reason).trim_end().to_owned()
}

fn show_sanction(sanction: &Sanction) -> String {
    let Sanction { kind, target, by, at, reason, until, address } = sanction;
    let until = until.map_or_else(String::new, |until| format!(" until {until}"));
    let address = address.map_or_else(String::new, |address| format!(" and {address}"));
    let what =
        format!("{} of {}{address} by {} at {at}{until} {reason}", kind.as_str(), target.name, by.name);
    format!(" [{}]", what.trim_end())
}

fn show_event(event: &Event) -> String {
    let Event { room, seq, from, nonce, reply_to, file, kind, .. } = event;
    let what = match kind {
        Kind::Message(text) => format!("says {text}"),
        Kind::Action(text) => format!("does {text}"),
        Kind::Join => "joins".to_owned(),
        Kind::Leave(how) => format!("leaves ({})", format!("{how:?}").to_lowercase()),
        Kind::Rename(name) => format!("is now {name}"),
        Kind::Topic(topic) => format!("sets the topic {topic}").trim_end().to_owned(),
        Kind::Kick(act) => show_act("kicks", act),
        Kind::Ban(act) => show_act("bans", act),
        Kind::Mute(act) => show_act("mutes", act),
        Kind::Announce(said) => format!("announces {}{}", said.text, show_countdown(said.countdown.as_ref())),
        Kind::Role(target, role) => format!("makes {} {role:?}", target.name).to_lowercase(),
        Kind::Edit(Edit { of, text }) => {
            format!("changes {of} to {}", text.as_ref().map_or("", Text::as_str))
        }
        Kind::Delete(delete) => format!("deletes {} {}", delete.of, delete.reason).trim_end().to_owned(),
        Kind::React(React { of, with, off: false }) => format!("reacts to {of} with {with}"),
        Kind::React(React { of, with, off: true }) => format!("takes {with} from {of}"),
        Kind::SetRoom(change) => format!("sets {}", show_fields(&serde_json::to_value(change).unwrap())),
        Kind::Deleted(_) | Kind::Unknown => format!("{kind:?}"),
    };
    let what = reply_to.map_or_else(|| what.clone(), |seq| format!("answers {seq} and {what}"));
    let what = file.as_ref().map_or_else(|| what.clone(), |file| format!("{what} with {} bytes", file.bytes));
    let mark = nonce.as_ref().map_or_else(String::new, |nonce| format!(" [{nonce}]"));
    format!("{room} {seq}: {} {what}{mark}", from.name)
}

fn show_countdown(countdown: Option<&Countdown>) -> String {
    let Some(Countdown { in_ms, restart, reason, by }) = countdown else { return String::new() };
    let Some(in_ms) = in_ms else { return " (off)".into() };
    let what = if *restart { "restart" } else { "stop" };
    let by = by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
    let why = if reason.is_empty() { String::new() } else { format!(" for {reason}") };
    format!(" ({what} in {in_ms}{by}{why})")
}

fn show_welcome(welcome: &Welcome, has_fresh_secret: bool) -> String {
    assert_eq!(welcome.secret, None, "the chat knows no secret");
    let you = &welcome.you;
    let underline = if you.style.underline() { "_" } else { "" };
    let mut text = format!("welcome {} uid={} color={}{underline}", you.name, you.uid, you.style.color());
    if you.role != Role::Member {
        write!(text, " {:?}", you.role).unwrap();
    }
    text.push_str(if has_fresh_secret { " new;" } else { ";" });
    text.push_str(&show_countdown(welcome.countdown.as_ref()));
    for room in &welcome.rooms {
        write!(text, " {}", show_room(&room.name, &room.topic, room.head, &room.members)).unwrap();
        text.extend(room.read.iter().map(|read| format!(" read to {read}")));
    }
    text.extend(welcome.machines.iter().map(|machines| format!(" machines={machines}")));
    text.extend(welcome.absent.iter().map(|uid| format!(" absent={uid}")));
    text
}

fn show_room(name: &RoomName, topic: &Line, head: Seq, members: &[Member]) -> String {
    let members: Vec<String> = members.iter().map(show_member).collect();
    let topic = if topic.is_empty() { String::new() } else { format!(" \"{topic}\"") };
    format!("{name}@{head}{topic}({})", members.join(" "))
}

/// What a newcomer is told of how a room is set up; whose it is, is not shown.
fn show_notice(settings: &RoomSettings) -> String {
    let shown = RoomSettings { owner: None, ..settings.clone() };
    if shown.is_default() {
        return String::new();
    }
    format!(" {}", show_fields(&serde_json::to_value(shown).unwrap()))
}

/// The fields of an object; of a person the name.
fn show_fields(value: &Value) -> String {
    let field = |(key, value): (&String, &Value)| {
        let name = value.get("name").unwrap_or(value);
        format!("{key}={}", name.as_str().map_or_else(|| name.to_string(), str::to_owned))
    };
    value.as_object().unwrap().iter().map(field).collect::<Vec<_>>().join(" ")
}

fn show_member(member: &Member) -> String {
    let away = if member.away { "~" } else { "" };
    let role = if member.role == Role::Member { String::new() } else { format!("/{:?}", member.role) };
    format!("{away}{}{role}", member.name)
}

fn show_msg(msg: &ServerMsg) -> String {
    match msg {
        ServerMsg::Ok(answer) => {
            let mut text = "ok".to_owned();
            if let Some(seq) = answer.seq {
                write!(text, " {seq}").unwrap();
            }
            match (&answer.state, &answer.room) {
                (Some(state), _) => {
                    let room = show_room(&state.name, &state.topic, state.head, &state.members);
                    write!(text, " {room}{}", show_notice(&state.settings)).unwrap();
                }
                (None, Some(room)) => write!(text, " {room}").unwrap(),
                (None, None) => {}
            }
            text.extend(answer.absent.iter().map(show_absence));
            if let Some(role) = answer.role {
                write!(text, " {role:?}").unwrap();
            }
            for user in answer.users.iter().flatten() {
                let rooms: Vec<&str> = user.rooms.iter().map(RoomName::as_str).collect();
                write!(text, " {}({})", show_member(&user.member), rooms.join(" ")).unwrap();
                text.extend(user.absent.iter().map(show_absence));
                if let Some(windows @ 2..) = user.windows {
                    write!(text, " {windows} times").unwrap();
                }
                if let Some(last_seen) = user.last_seen {
                    write!(text, " last seen {last_seen}").unwrap();
                }
                if let Some(Details { present, address, client, since, sanctions }) = &user.details {
                    let address = address.map_or_else(|| "nowhere".to_owned(), |address| address.to_string());
                    let since = since.unwrap_or(-1);
                    write!(text, " present={present} at {address} with \"{client}\" since {since}").unwrap();
                    text.extend(sanctions.iter().map(show_sanction));
                }
            }
            for ListedRoom { name, topic, people, private, read_only } in answer.rooms.iter().flatten() {
                let topic = if topic.is_empty() { String::new() } else { format!(" \"{topic}\"") };
                let private = if *private { " private" } else { "" };
                let read_only = if *read_only { " read-only" } else { "" };
                write!(text, " {name}{topic}({people}{private}{read_only})").unwrap();
            }
            if answer.rooms.is_some() && answer.more == Some(true) {
                text.push_str(" and more");
            }
            text.extend(answer.bans.iter().flatten().map(show_sanction));
            text.extend(answer.link.iter().map(|link| format!(" a link for {} ms", link.valid_ms)));
            text.extend(answer.machines.iter().map(|machines| format!(" {}", show_machines(machines))));
            text
        }
        ServerMsg::Error(refusal) => show_refusal(refusal),
        ServerMsg::Joined(joined) => {
            let RoomState { name, topic, head, members, .. } = &joined.state;
            format!("joined {}", show_room(name, topic, *head, members))
        }
        ServerMsg::Parted(Parted { room, by, reason }) => {
            let by = by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
            format!("parted {room}{by} {reason}").trim_end().to_owned()
        }
        ServerMsg::Invited(Invited { room, by, topic }) => {
            let by = by.as_ref().map_or("somebody", |by| by.name.as_str());
            format!("invited to {room} by {by} {topic}").trim_end().to_owned()
        }
        ServerMsg::Pong(_) => "pong".to_owned(),
        ServerMsg::Gap(gap) => format!("gap {} after {} before {}", gap.room, gap.after, gap.before),
        ServerMsg::Presence(Presence { changes, .. }) => format!("{changes:?}"),
        ServerMsg::Machines(told) => show_machines(&told.machines),
        ServerMsg::Read(read) => format!("read {} to {}", read.room, read.seq),
        ServerMsg::Welcome(_)
        | ServerMsg::Event(_)
        | ServerMsg::Membership(_)
        | ServerMsg::Reacted(_)
        | ServerMsg::Resumed(_)
        | ServerMsg::Ping(_)
        | ServerMsg::Goodbye(_)
        | ServerMsg::Identity(_)
        | ServerMsg::KeptOut(_)
        | ServerMsg::Transfer(_)
        | ServerMsg::Transferred(_)
        | ServerMsg::Order(_)
        | ServerMsg::Cluster(_)
        | ServerMsg::Unknown(_) => panic!("the chat does not reply {msg:?}"),
    }
}

/// Such as ` away since 0: lunch`.
fn show_absence(absence: &Absence) -> String {
    format!(" away since {}: {}", absence.since, absence.why)
}

/// Such as `machines 1 laptop here own, 2 phone`.
fn show_machines(machines: &[Machine]) -> String {
    let shown = machines.iter().map(|Machine { number, name, here, own, .. }| {
        let words = [(*here, " here"), (*own, " own")];
        let words: String = words.into_iter().filter_map(|(is, word)| is.then_some(word)).collect();
        format!("{number} {name}{words}")
    });
    format!("machines {}", shown.collect::<Vec<_>>().join(", "))
}

fn show_query(query: &Query) -> String {
    match query {
        Query::Page { room, from, read_from, limit } => {
            let from = match from {
                PageFrom::End => "the end".to_owned(),
                PageFrom::Before(seq) => format!("before {seq}"),
                PageFrom::After(seq) => format!("after {seq}"),
                PageFrom::Around(seq) => format!("around {seq}"),
                PageFrom::BeforeTime(at) => format!("before the time {at}"),
                PageFrom::AfterTime(at) => format!("after the time {at}"),
                PageFrom::AroundTime(at) => format!("around the time {at}"),
            };
            let newer =
                read_from.map(|ReadFrom { since, before }| format!(" since {since} and {before} before"));
            format!("{limit} of {room} {from}{}", newer.unwrap_or_default())
        }
        Query::File { room, of, read_from } => {
            let newer =
                read_from.map(|ReadFrom { since, before }| format!(" since {since} and {before} before"));
            format!("the file of {of} in {room}{}", newer.unwrap_or_default())
        }
        Query::Find { words, rooms, read_from, limit, .. } => {
            let rooms: Vec<&str> = rooms.iter().map(RoomName::as_str).collect();
            let newer = read_from
                .iter()
                .map(|(room, limit)| format!(" ({room} since {} and {} before)", limit.since, limit.before));
            format!("{limit} with \"{words}\" in {}{}", rooms.join(" "), newer.collect::<String>())
        }
    }
}
