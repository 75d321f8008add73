//! One line of JSON for every message, kept in `golden/*.jsonl`: read, compared, written back byte for byte.
//! A change of these files is a change of the protocol.

use std::fmt::Debug;

use shared::server_msg::Form;
use shared::{Event, Request, ServerMsg};

use crate::golden::tags::{CLIENT_TAGS, KIND_TAGS, SERVER_TAGS, client_tag, kind_tag, server_tag};

mod client;
mod event;
mod server;
pub(crate) mod tags;

/// The lines clients say.
pub(crate) const CLIENT: &str = include_str!("golden/client.jsonl");
/// The lines servers say, events left out.
pub(crate) const SERVER: &str = include_str!("golden/server.jsonl");
/// The event lines servers say.
pub(crate) const EVENTS: &str = include_str!("golden/event.jsonl");

#[track_caller]
fn check<T: PartialEq + Debug>(
    file: &str,
    values: &[T],
    parse: impl Fn(&[u8]) -> T,
    write: impl Fn(&T) -> String,
) {
    let lines: Vec<_> = file.lines().collect();
    for (value, line) in values.iter().zip(&lines) {
        assert_eq!(&write(value), line, "written");
        assert_eq!(&parse(line.as_bytes()), value, "read from {line}");
    }
    let extra: Vec<_> = values.iter().skip(lines.len()).map(write).collect();
    assert!(extra.is_empty(), "values without a golden line:\n{}", extra.join("\n"));
    assert_eq!(lines.len(), values.len(), "golden lines without a value");
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// Every tag the enum has stands as `"field":"tag"` in a golden line of a value with that tag.
#[track_caller]
fn check_tags<T>(file: &str, values: &[T], field: &str, tags: &[&str], tag: impl Fn(&T) -> &'static str) {
    for expected in tags {
        let found = values.iter().zip(file.lines()).any(|(value, line)| {
            tag(value) == *expected && line.contains(&format!("\"{field}\":\"{expected}\""))
        });
        assert!(found, "{expected} has no golden line");
    }
}

#[test]
fn client_lines_read_and_write_byte_for_byte() {
    check(CLIENT, &client::values(), |line| Request::parse(line).unwrap(), json);
}

#[test]
fn server_lines_read_and_write_byte_for_byte() {
    check(SERVER, &server::values(), |line| ServerMsg::parse(line).unwrap(), json);
}

#[test]
fn event_lines_read_and_write_byte_for_byte() {
    let wrap = |event: &Event| json(&ServerMsg::Event(Box::new(event.clone())));
    let unwrap = |line: &[u8]| {
        let ServerMsg::Event(event) = ServerMsg::parse(line).unwrap() else { unreachable!("no event") };
        *event
    };
    check(EVENTS, &event::values(), unwrap, wrap);
}

#[test]
fn every_request_has_a_golden_line() {
    check_tags(CLIENT, &client::values(), "type", CLIENT_TAGS, |request| client_tag(&request.msg));
}

#[test]
fn every_server_message_has_a_golden_line() {
    let mut values = server::values();
    values.push(ServerMsg::Event(Box::new(event::values().remove(0))));
    let lines = format!("{SERVER}{EVENTS}");
    check_tags(&lines, &values, "type", SERVER_TAGS, server_tag);
}

#[test]
fn every_kind_of_event_has_a_golden_line() {
    check_tags(EVENTS, &event::values(), "kind", KIND_TAGS, |event| kind_tag(&event.kind));
}

#[test]
fn the_names_other_tools_speak_are_all_there() {
    let requests = "hello say join part rename topic direct who history search typing ping quit auth kick ban \
                    unban mute unmute role announce shutdown";
    let answers = "welcome ok error event resumed gap presence ping pong goodbye";
    let kinds = "message action join leave rename topic kick ban mute announce role";
    for (pinned, tags) in [(requests, CLIENT_TAGS), (answers, SERVER_TAGS), (kinds, KIND_TAGS)] {
        for name in pinned.split_whitespace() {
            assert!(tags.contains(&name), "{name} is gone from the wire");
        }
    }
}

#[test]
fn members_are_arrays_in_the_compact_form_and_read_alike() {
    let compact = r#"{"type":"joined","state":{"name":"kitchen","topic":"","head":815,"members":[[17,"calm-otter",[6]],[9,"bold-fox",[9,true],"moderator"],[3,"민수",[2],"member",true]]}}"#;
    let ServerMsg::Joined(mut joined) = ServerMsg::parse(compact.as_bytes()).unwrap() else { unreachable!() };
    let full = json(&ServerMsg::Joined(joined.clone()));
    assert!(full.contains(r#"{"uid":3,"name":"민수","style":{"color":2},"away":true}"#), "{full}");
    assert_eq!(ServerMsg::parse(full.as_bytes()).unwrap(), ServerMsg::Joined(joined.clone()));
    joined.state.form = Form::Compact;
    assert_eq!(json(&ServerMsg::Joined(joined)), compact);
}
