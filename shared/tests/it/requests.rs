//! Requests by hand: the least a line needs, and what each wrong line is told.

use serde_json::{Value, json};
use shared::client_msg::{Ban, ClientMsg, Hello, Kick, Mute, Quit, Say, Shutdown, Who};
use shared::{Code, Line, Nonce, Request, RequestId, RoomName, Text, Uid};

use crate::golden::CLIENT;

/// Checks that a line is refused with this code, and names the request it answers.
#[track_caller]
fn check(line: &str, code: Code, id: Option<&str>) {
    let refusal = Request::parse(line.as_bytes()).expect_err(line);
    let answered = refusal.id.as_ref().map(RequestId::as_str);
    assert_eq!((refusal.code, answered), (code, id), "{line}\n{}", refusal.message);
    assert!(!refusal.message.is_empty(), "{line}");
}

#[track_caller]
fn check_minimal(line: &str, expected: ClientMsg) {
    assert_eq!(Request::parse(line.as_bytes()), Ok(Request::unnamed(expected)));
}

fn nine() -> Uid {
    Uid::new(9).unwrap()
}

#[test]
fn optional_fields_may_be_left_out() {
    let none = Line::default();
    check_minimal(
        r#"{"type":"hello","protocol":[1,1]}"#,
        ClientMsg::Hello(Hello { protocol: [1, 1], ..Hello::default() }),
    );
    check_minimal(
        r#"{"type":"say","room":"lobby","text":"hi","nonce":"n"}"#,
        ClientMsg::Say(Say {
            room: RoomName::lobby(),
            text: Text::parse("hi").unwrap(),
            nonce: Nonce::parse("n").unwrap(),
            action: false,
            reply_to: None,
            file: None,
        }),
    );
    check_minimal(r#"{"type":"who"}"#, ClientMsg::Who(Who::default()));
    check_minimal(r#"{"type":"quit"}"#, ClientMsg::Quit(Quit { quiet: false }));
    check_minimal(r#"{"type":"kick","uid":9}"#, ClientMsg::Kick(Kick { uid: nine(), reason: none.clone() }));
    check_minimal(
        r#"{"type":"ban","uid":9}"#,
        ClientMsg::Ban(Ban { uid: nine(), reason: none.clone(), for_s: None, address: false }),
    );
    check_minimal(
        r#"{"type":"mute","uid":9}"#,
        ClientMsg::Mute(Mute { uid: nine(), reason: none, for_s: None }),
    );
    check_minimal(r#"{"type":"shutdown"}"#, ClientMsg::Shutdown(Shutdown::default()));
}

/// Takes every field out of every golden line in turn; `required` says which of them it does not read without.
#[test]
fn required_fields_may_not_be_left_out() {
    let required = [
        ("hello", "protocol"),
        ("say", "room text nonce"),
        ("direct", "uid text nonce"),
        ("edit", "room of text nonce"),
        ("delete", "room of nonce"),
        ("react", "room of with"),
        ("join", "room"),
        ("part", "room"),
        ("typing", "room"),
        ("topic", "room topic"),
        ("history", "room"),
        ("search", "query"),
        ("rename", "name"),
        ("auth", "key"),
        ("kick", "uid"),
        ("ban", "uid"),
        ("unban", "uid"),
        ("mute", "uid"),
        ("unmute", "uid"),
        ("role", "uid role"),
        ("announce", "text"),
        ("free_name", "name"),
        ("unlink", "machine"),
        ("irc_certificate", "fingerprint"),
        ("read", "room seq"),
        ("set_room", "room"),
        ("room_kick", "room uid"),
        ("room_mute", "room uid"),
        ("room_unmute", "room uid"),
        ("upload", "sha256 bytes"),
        ("download", "room of"),
        ("transfer", "token"),
    ];
    for line in CLIENT.lines() {
        let Value::Object(fields) = serde_json::from_str(line).unwrap() else { unreachable!() };
        for field in fields.keys().filter(|field| *field != "type") {
            let mut without = fields.clone();
            without.remove(field);
            let kind = fields["type"].as_str().unwrap();
            let needed = required
                .iter()
                .any(|(named, list)| *named == kind && list.split(' ').any(|required| required == field));
            let refused = Request::parse(Value::Object(without).to_string().as_bytes()).map_err(|e| e.code);
            let expected = if needed { Some(Code::BadRequest) } else { None };
            assert_eq!(refused.err(), expected, "{line} without {field}");
        }
    }
}

#[test]
fn the_order_of_fields_and_space_between_them_do_not_matter() {
    let line =
        "  { \"nonce\" : \"n\" ,\t\"text\":\"hi\", \"id\":\"7\",\r \"room\":\"Lobby\", \"type\":\"say\" } ";
    let request = Request::parse(line.as_bytes()).unwrap();
    let expected = r#"{"id":"7","type":"say","room":"lobby","text":"hi","nonce":"n"}"#;
    assert_eq!(request, Request::parse(expected.as_bytes()).unwrap());
}

#[test]
fn unknown_fields_are_ignored() {
    for line in CLIENT.lines() {
        let Value::Object(mut fields) = serde_json::from_str(line).unwrap() else { unreachable!() };
        fields.insert("x-later".to_owned(), json!({"type": "quit", "id": [1, null, {"deep": true}]}));
        let with = Request::parse(Value::Object(fields).to_string().as_bytes());
        assert_eq!(with, Request::parse(line.as_bytes()), "{line}");
    }
}

#[test]
fn a_line_that_is_no_object_with_a_type_is_bad_json() {
    let lines = [
        "",
        "hello",
        "null",
        "1",
        "\"ping\"",
        "{",
        "{}",
        "{\"type\"",
        "{type:\"ping\"}",
        "{\"type\":\"ping\"",
        "{\"type\":\"ping\",}",
        "{'type':'ping'}",
        "{\"id\":\"1\"}",
        "{\"type\":null}",
        "{\"type\":5}",
        "{\"type\":[\"ping\"]}",
        "{\"type\":\"ping\"}}",
        "{\"type\":\"ping\"} {\"type\":\"ping\"}",
        "{\"type\":\"ping\"}\r{\"type\":\"ping\"}",
        "{\"type\":\"ping\",\"type\":\"ping\"}",
        "\u{feff}{\"type\":\"ping\"}",
        "{\"type\":\"ping\"}\0",
        "{\"type\":\"pi\nng\"}",
        "{\"type\":\"ping\",\"x\":NaN}",
        "{\"type\":\"ping\",\"x\":01}",
        "{\"type\":\"\\ud800\"}",
        "{\"type\":\"ping\",\"x\":\"\\x\"}",
        "GET / HTTP/1.1",
    ];
    for line in lines {
        check(line, Code::BadJson, None);
    }
}

#[test]
fn an_array_is_not_read_as_an_object_without_names() {
    for line in [r#"["ping"]"#, r#"["join"]"#, r#"["who"]"#, r#" ["typing", "1"]"#, "[]"] {
        check(line, Code::BadJson, None);
    }
}

#[test]
fn a_type_nobody_knows_is_told_so_with_its_id() {
    for kind in ["dance", "", "Say", "SAY", "welcome", "unknown", "say ", "h\u{e9}llo"] {
        check(&json!({"type": kind, "id": "7"}).to_string(), Code::UnknownType, Some("7"));
    }
    // The type may be spelled with escapes like any other string.
    check(r#"{"type":"dan\u0063e"}"#, Code::UnknownType, None);
    assert!(Request::parse(br#"{"type":"p\u0069ng"}"#).is_ok());
}

#[test]
fn a_bad_id_is_a_bad_request_that_cannot_be_named() {
    for id in
        [json!(5), json!(""), json!("a b"), json!(["1"]), json!("x".repeat(65)), json!(true), json!(null)]
    {
        check(&json!({"type": "ping", "id": id}).to_string(), Code::BadRequest, None);
    }
    check(r#"{"type":"ping","id":"1","id":"2"}"#, Code::BadRequest, None);
}

#[test]
fn a_field_given_twice_is_a_bad_request() {
    check(r#"{"type":"join","id":"1","room":"a","room":"b"}"#, Code::BadRequest, Some("1"));
    check(r#"{"type":"auth","id":"1","key":"a","key":"a"}"#, Code::BadRequest, Some("1"));
    // Fields that are not read may come as often as they like; of a room in `resume` the last counts.
    assert!(Request::parse(br#"{"type":"ping","x":1,"x":2}"#).is_ok());
    let twice = br#"{"type":"hello","protocol":[1,1],"resume":{"lobby":1,"LOBBY":2}}"#;
    let ClientMsg::Hello(hello) = Request::parse(twice).unwrap().msg else { unreachable!() };
    assert_eq!(hello.resume.values().map(|seq| seq.get()).collect::<Vec<_>>(), [2]);
}

/// A client that could not compute a value must not get what the request means without it: `for_s` for good, `room` for
/// all rooms.
#[test]
fn an_optional_field_is_left_out_and_not_null() {
    for (request, fields) in [
        (
            json!({"type": "hello", "protocol": [1, 1]}),
            &["client", "name", "secret", "password", "resume"][..],
        ),
        (json!({"type": "who"}), &["room", "uid"]),
        (
            json!({"type": "history", "room": "lobby"}),
            &["before", "after", "around", "before_at", "after_at", "around_at", "limit"],
        ),
        (json!({"type": "search", "query": "x"}), &["room", "before", "limit"]),
        (json!({"type": "quit"}), &["quiet"]),
        (json!({"type": "kick", "uid": 1}), &["reason"]),
        (json!({"type": "ban", "uid": 1}), &["reason", "for_s", "address"]),
        (json!({"type": "mute", "uid": 1}), &["reason", "for_s"]),
        (json!({"type": "shutdown"}), &["in_s", "reason", "restart", "cancel"]),
    ] {
        assert!(Request::parse(request.to_string().as_bytes()).is_ok(), "{request}");
        for field in fields {
            let mut line = request.clone();
            (line["id"], line[field]) = (json!("1"), json!(null));
            check(&line.to_string(), Code::BadRequest, Some("1"));
        }
    }
}

#[test]
fn a_refusal_says_what_is_wrong_in_the_words_of_the_protocol() {
    for (line, said) in [
        (r#"{"type":"say"}"#, "the field \"room\" is missing"),
        (r#"{"type":"join","room":"a","room":"b"}"#, "the field \"room\" is given twice"),
        (r#"{"type":"join","room":31337}"#, "a field is not a string, as it must be"),
        (r#"{"type":"quit","quiet":"31337"}"#, "a field is not true or false, as it must be"),
        (r#"{"type":"kick","uid":"31337"}"#, "a field is not an integer in its range, as it must be"),
        (r#"{"type":"shutdown","in_s":-31337}"#, "a field is not an integer in its range, as it must be"),
        (r#"{"type":"hello","protocol":[31337]}"#, "a field is not a list of two integers, as it must be"),
        (r#"{"type":"hello","protocol":[1,1],"resume":[]}"#, "a field is not an object, as it must be"),
        (
            r#"{"type":"role","uid":1,"role":"x, expected 31337"}"#,
            "a field is not member, moderator or admin, as it must be",
        ),
        (
            r#"{"type":"say","room":"lobby","text":"31337\u001b","nonce":"n"}"#,
            "the text has a control character; remove it",
        ),
        (r#"{"type":31337}"#, "a line is one JSON object with a string \"type\""),
        (r#"{"type":"ping","id":31337}"#, "a field is not a string, as it must be"),
    ] {
        assert_eq!(Request::parse(line.as_bytes()).unwrap_err().message, said, "{line}");
    }
}

#[test]
fn each_wrong_value_has_its_code() {
    let say = |field: &str, value: Value| {
        let mut line = json!({"type": "say", "id": "1", "room": "lobby", "text": "hi", "nonce": "n"});
        line[field] = value;
        line.to_string()
    };
    let hello = |field: &str, value: Value| {
        let mut line = json!({"type": "hello", "id": "1", "protocol": [1, 1]});
        line[field] = value;
        line.to_string()
    };
    for text in [json!(""), json!(" \n"), json!("\u{200b}"), json!("a\u{202e}"), json!("x".repeat(4097))] {
        check(&say("text", text), Code::TextInvalid, Some("1"));
    }
    for text in [json!(null), json!(5), json!(["hi"]), json!({"a": "b"}), json!(true)] {
        check(&say("text", text), Code::BadRequest, Some("1"));
    }
    for room in [json!(""), json!("#lobby"), json!("@9:3"), json!("l\u{43e}bby"), json!(5)] {
        check(&say("room", room), Code::BadRequest, Some("1"));
    }
    for nonce in [json!(""), json!("a b"), json!("x".repeat(65)), json!(5)] {
        check(&say("nonce", nonce), Code::BadRequest, Some("1"));
    }
    for action in [json!("true"), json!(1), json!(null)] {
        check(&say("action", action), Code::BadRequest, Some("1"));
    }
    for name in [json!("a"), json!(""), json!("a b"), json!("\u{430}dmin"), json!("x".repeat(25))] {
        check(&hello("name", name), Code::NameInvalid, Some("1"));
    }
    for secret in [json!(""), json!("short"), json!("=".repeat(43))] {
        check(&hello("secret", secret), Code::AuthFailed, Some("1"));
    }
    for client in [json!("a\nb"), json!("x".repeat(301))] {
        check(&hello("client", client), Code::TextInvalid, Some("1"));
    }
    for protocol in
        [json!(1), json!([1]), json!([1, 1, 1]), json!(["1", "1"]), json!([-1, 1]), json!([1, 65_536])]
    {
        check(&hello("protocol", protocol), Code::BadRequest, Some("1"));
    }
    for resume in [json!([]), json!({"lobby": -1}), json!({"lobby": "1"}), json!({"#": 1}), json!({"": 1})] {
        check(&hello("resume", resume), Code::BadRequest, Some("1"));
    }
}

#[test]
fn numbers_beyond_their_range_are_bad_requests() {
    for number in ["-1", "1.5", "1e3", "9007199254740992", "18446744073709551616", "1e999", "-0.0"] {
        check(&format!(r#"{{"type":"kick","id":"1","uid":{number}}}"#), Code::BadRequest, Some("1"));
        check(
            &format!(r#"{{"type":"history","id":"1","room":"a","before":{number}}}"#),
            Code::BadRequest,
            Some("1"),
        );
    }
    let digits = "9".repeat(10_000);
    check(&format!(r#"{{"type":"kick","id":"1","uid":{digits}}}"#), Code::BadRequest, Some("1"));
    for seconds in ["-1", "0.5", "18446744073709551616"] {
        check(&format!(r#"{{"type":"shutdown","id":"1","in_s":{seconds}}}"#), Code::BadRequest, Some("1"));
        check(
            &format!(r#"{{"type":"ban","id":"1","uid":9,"for_s":{seconds}}}"#),
            Code::BadRequest,
            Some("1"),
        );
    }
}

#[test]
fn a_role_is_one_of_the_three() {
    for role in ["owner", "Admin", "", "\u{1b}[2J"] {
        check(
            &json!({"type": "role", "id": "1", "uid": 9, "role": role}).to_string(),
            Code::BadRequest,
            Some("1"),
        );
    }
}
