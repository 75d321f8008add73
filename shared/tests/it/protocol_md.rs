//! `PROTOCOL.md` against the code: its examples are read, its tables are complete, its numbers are right.

use serde_json::{Value, json};
use shared::limits::{GREETING_LINE_BYTES, LINE_BYTES, Limits, SERVER_LINE_BYTES};
use shared::{Code, Name, Request, RoomName, ServerMsg, Text};

use crate::golden::tags::{CLIENT_TAGS, GOODBYE_TAGS, KIND_TAGS, ROLE_TAGS, SERVER_TAGS};

const DOCUMENT: &str = include_str!("../../PROTOCOL.md");

/// The lines of the fenced block after a mark.
fn block_after(mark: &str) -> Vec<&'static str> {
    let mut lines =
        DOCUMENT.lines().skip_while(|line| *line != mark).skip(1).skip_while(|line| line.is_empty());
    assert!(lines.next().is_some_and(|line| line.starts_with("```")), "no fenced block after {mark}");
    lines.take_while(|line| *line != "```").collect()
}

/// Checks that what was read from a line is all the line says: no field of it was unknown.
#[track_caller]
fn check(line: &str, read: &impl serde::Serialize) {
    let (said, understood) =
        (serde_json::from_str::<Value>(line).unwrap(), serde_json::to_value(read).unwrap());
    for (field, value) in said.as_object().unwrap() {
        assert_eq!(Some(value), understood.get(field), "{field} in {line}");
    }
}

/// The rows of the table under a heading, as the words in backquotes in their first column.
fn rows(heading: &str) -> Vec<&'static str> {
    let section = DOCUMENT.split(&format!("\n## {heading}\n")).nth(1).expect(heading);
    let section = section.split("\n## ").next().unwrap_or_default();
    section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

#[test]
fn every_example_is_read_whole() {
    for line in DOCUMENT.lines() {
        if let Some(line) = line.strip_prefix("> {") {
            let line = format!("{{{line}");
            check(&line, &Request::parse(line.as_bytes()).expect(&line));
        }
        if let Some(line) = line.strip_prefix("< {") {
            let line = format!("{{{line}");
            check(&line, &ServerMsg::parse(line.as_bytes()).expect(&line));
        }
    }
}

#[test]
fn every_request_has_a_section_and_an_example() {
    for tag in CLIENT_TAGS {
        assert!(DOCUMENT.contains(&format!("\n### `{tag}`\n")), "{tag} has no section");
        assert!(DOCUMENT.contains(&format!("> {{\"type\":\"{tag}\"")), "{tag} has no example");
    }
}

#[test]
fn every_server_message_has_an_example() {
    for tag in SERVER_TAGS.iter().filter(|tag| **tag != "unknown") {
        assert!(DOCUMENT.contains(&format!("< {{\"type\":\"{tag}\"")), "{tag} has no example");
    }
}

#[test]
fn every_word_of_a_closed_set_is_in_its_table() {
    let kinds: Vec<_> = KIND_TAGS.iter().copied().filter(|tag| *tag != "unknown").collect();
    assert_eq!(rows("Kinds of event").into_iter().filter(|row| *row != "kind").collect::<Vec<_>>(), kinds);
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(rows("Error codes").into_iter().filter(|row| *row != "code").collect::<Vec<_>>(), codes);
    let goodbyes = rows("Goodbye codes");
    assert!(GOODBYE_TAGS.iter().chain(&["banned"]).all(|tag| goodbyes.contains(tag)), "{goodbyes:?}");
    assert!(ROLE_TAGS.iter().all(|role| DOCUMENT.contains(&format!("`{role}`"))));
}

#[test]
fn the_limits_are_the_ones_in_the_code() {
    let Value::Object(limits) = serde_json::to_value(Limits::default()).unwrap() else { unreachable!() };
    for (limit, value) in limits {
        assert!(DOCUMENT.contains(&format!("| `{limit}` | {value} |")), "{limit} is {value}");
    }
    let sentences = [
        format!("{} to {} columns of letters", Name::MIN_COLUMNS, Name::MAX_COLUMNS),
        format!("a room's name: 1 to {} columns", RoomName::MAX_COLUMNS),
        format!("1 to {} bytes, at most {} lines", grouped(Text::MAX_BYTES), Text::MAX_LINES),
        format!("a note: 0 to {} bytes", shared::Line::MAX_BYTES),
        format!("at most {} bytes before `welcome`", grouped(GREETING_LINE_BYTES)),
        format!("{} after it (`limits.line_bytes`)", grouped(LINE_BYTES)),
        format!("at most 4 MiB ({} bytes)", grouped(SERVER_LINE_BYTES)),
    ];
    let flowing = DOCUMENT.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in sentences {
        assert!(flowing.contains(&sentence), "PROTOCOL.md does not say: {sentence}");
    }
    assert!(DOCUMENT.contains(&format!("port {}", shared::DEFAULT_PORT)));
}

#[test]
fn links_inside_the_document_lead_somewhere() {
    let slug = |heading: &str| {
        let kept =
            heading.to_lowercase().replace(|c: char| !(c.is_alphanumeric() || c == ' ' || c == '-'), "");
        kept.replace(' ', "-")
    };
    let headings: Vec<_> = DOCUMENT
        .lines()
        .filter_map(|line| line.strip_prefix("### ").or_else(|| line.strip_prefix("## ")))
        .map(slug)
        .collect();
    for link in DOCUMENT.split("](#").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(headings.iter().any(|heading| heading == link), "#{link}");
    }
}

#[test]
fn the_session_by_hand_says_requests_and_shows_messages() {
    let requests =
        block_after("<!-- session -->").into_iter().filter_map(|line| line.trim().strip_prefix("echo '"));
    let requests: Vec<_> = requests.filter_map(|line| line.split('\'').next()).collect();
    assert!(requests.len() > 3, "{requests:?}");
    for line in requests {
        let refused = Request::parse(line.as_bytes()).err().map(|refusal| refusal.code);
        assert!(matches!(refused, None | Some(Code::UnknownType)), "{line}: {refused:?}");
    }
    for line in block_after("<!-- session output -->") {
        // The times were cut out; with them, every line is a message.
        let mut value: Value = serde_json::from_str(line).unwrap();
        let events = value.get_mut("events").and_then(Value::as_array_mut).into_iter().flatten();
        events.for_each(|event| event["at"] = json!(0));
        if value["type"] == "event" {
            value["at"] = json!(0);
        }
        let whole = value.to_string();
        check(&whole, &ServerMsg::parse(whole.as_bytes()).expect(line));
    }
}

/// A number with its thousands apart, as the document writes it.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
