//! What a newer server may say to this client: what is new is passed over, what is known is understood.

use serde_json::{Value, json};
use shared::client_msg::Empty;
use shared::event::{Kind, Leave};
use shared::limits::{Limits, NODES};
use shared::server_msg::{
    Answer, ClusterInfo, Durability, GoodbyeCode, Order, OrderState, PresenceState, ServerMsg,
};
use shared::{Code, Nonce, Role};

use crate::golden::{EVENTS, SERVER};

/// The SHA-256 of nothing.
const FINGERPRINT: &str = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";

#[track_caller]
fn check(line: &Value) -> ServerMsg {
    ServerMsg::parse(line.to_string().as_bytes()).expect("a line of a newer server")
}

fn event(kind: &str) -> Value {
    let from = json!({"uid": 1, "name": "ann", "style": {"color": 1}});
    json!({"type": "event", "room": "lobby", "seq": 2, "prev": 1, "at": 3, "from": from, "kind": kind})
}

fn kind_of(msg: &ServerMsg) -> Option<&Kind> {
    if let ServerMsg::Event(event) = msg { Some(&event.kind) } else { None }
}

fn with_unknown_fields(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(with_unknown_fields);
            // The keys of these are rooms, not fields.
            let rooms = fields.values().all(Value::is_u64) && !fields.contains_key("line_bytes");
            if !rooms || fields.contains_key("color") {
                fields.insert("later".to_owned(), json!([{"type": "ping"}, null, 1.5, "x"]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(with_unknown_fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn unknown_fields_are_ignored_at_every_depth() {
    for line in SERVER.lines().chain(EVENTS.lines()) {
        let mut newer: Value = serde_json::from_str(line).unwrap();
        with_unknown_fields(&mut newer);
        assert_eq!(check(&newer), ServerMsg::parse(line.as_bytes()).unwrap(), "{newer}");
    }
}

#[test]
fn an_unknown_type_is_unknown_whatever_it_carries() {
    for kind in ["reaction", "", "Welcome", "hello"] {
        assert_eq!(check(&json!({"type": kind, "seq": "not a seq"})), ServerMsg::Unknown(Empty {}));
    }
}

#[test]
fn an_unknown_kind_of_event_keeps_its_place() {
    let mut line = event("reaction");
    line["emoji"] = json!("👍");
    let ServerMsg::Event(event) = check(&line) else { unreachable!() };
    assert_eq!((event.kind, event.seq.get(), event.prev.get()), (Kind::Unknown, 2, 1));
}

#[test]
fn unknown_words_in_known_messages_are_unknown() {
    let error = check(&json!({"type": "error", "code": "too_tired"}));
    assert!(matches!(error, ServerMsg::Error(refusal) if refusal.code == Code::Unknown));
    let goodbye = check(&json!({"type": "goodbye", "code": "bored", "reconnect": true}));
    assert!(matches!(goodbye, ServerMsg::Goodbye(end) if end.code == GoodbyeCode::Error(Code::Unknown)));
    let presence = check(&json!({"type": "presence", "changes": [{"uid": 1, "state": "asleep"}]}));
    assert!(matches!(presence, ServerMsg::Presence(p) if p.changes[0].state == PresenceState::Unknown));
    let mut leave = event("leave");
    leave["how"] = json!("vanished");
    assert_eq!(kind_of(&check(&leave)), Some(&Kind::Leave(Leave::Unknown)));
}

#[test]
fn a_short_welcome_has_the_limits_of_this_version() {
    let you = json!({"uid": 1, "name": "ann", "style": {"color": 1}});
    let server = json!({"name": "", "version": ""});
    let line = json!({"type": "welcome", "protocol": 1, "server": server, "you": you, "rooms": [{"name": "lobby", "head": 0}],
        "durability": "quantum", "limits": {"text_bytes": 100}});
    let ServerMsg::Welcome(welcome) = check(&line) else { unreachable!() };
    assert_eq!(welcome.limits, Limits { text_bytes: 100, ..Limits::default() });
    assert_eq!((welcome.durability, welcome.you.role), (Durability::Unknown, Role::Member));
    assert!(welcome.motd.is_empty() && welcome.secret.is_none() && welcome.rooms[0].members.is_empty());
}

#[test]
fn short_answers_and_notices_are_understood() {
    assert_eq!(check(&json!({"type": "ok"})), ServerMsg::Ok(Box::<Answer>::default()));
    assert!(
        matches!(check(&json!({"type": "error", "code": "muted"})), ServerMsg::Error(r) if r.message.is_empty())
    );
    assert!(matches!(check(&json!({"type": "resumed", "rooms": {}})), ServerMsg::Resumed(_)));
    assert_eq!(kind_of(&check(&event("leave"))), Some(&Kind::Leave(Leave::Unknown)));
    assert_eq!(kind_of(&check(&event("topic"))), Some(&Kind::Topic(shared::Line::default())));
}

#[test]
fn an_event_without_what_its_kind_needs_is_refused() {
    for kind in ["message", "action", "announce", "rename", "kick", "ban", "mute", "role"] {
        assert!(ServerMsg::parse(event(kind).to_string().as_bytes()).is_err(), "{kind}");
    }
}

#[test]
fn a_server_line_that_is_no_object_with_a_type_is_an_error() {
    for line in [
        "",
        "{}",
        "[\"ping\"]",
        "[\"ok\"]",
        "{\"type\":1}",
        "{\"type\":\"ping\"}{",
        "ping",
        "{\"type\":\"ok\",\"seq\":-1}",
    ] {
        assert!(ServerMsg::parse(line.as_bytes()).is_err(), "{line}");
    }
}

#[test]
fn an_event_knows_the_nonce_it_is_marked_with() {
    let mut line = event("message");
    (line["text"], line["nonce"]) = (json!("hi"), json!("n1"));
    let ServerMsg::Event(event) = check(&line) else { unreachable!() };
    assert!(event.is_marked(&Nonce::parse("n1").unwrap()) && !event.is_marked(&Nonce::parse("n2").unwrap()));
}

/// Numbers that count something: absurd ones are the nearest that is not.
#[test]
fn a_number_out_of_range_is_the_nearest_one_in_range() {
    for (told, least) in [
        ("18446744073709551616", false),
        ("1e999", false),
        ("1E+400", false),
        ("99999999999999999999999999999999999999999999", false),
        ("-1", true),
        ("-1e999", true),
        ("-9223372036854775809", true),
        ("0.5", true),
    ] {
        let goodbye = format!(
            r#"{{"type":"goodbye","code":"restarting","message":"\"1e999","reconnect":true,"after_ms":{told},"until":{told}}}"#
        );
        let ServerMsg::Goodbye(goodbye) = ServerMsg::parse(goodbye.as_bytes()).expect(told) else { panic!() };
        assert_eq!(goodbye.after_ms, Some(if least { 0 } else { u64::MAX }), "{told}");
        assert_eq!(goodbye.message, "\"1e999");
        assert!(
            if least { goodbye.until <= Some(0) } else { goodbye.until == Some(i64::MAX) },
            "{goodbye:?}"
        );
        let error = format!(r#"{{"type":"error","code":"rate_limited","message":"","retry_ms":{told}}}"#);
        let ServerMsg::Error(refusal) = ServerMsg::parse(error.as_bytes()).expect(told) else { panic!() };
        assert_eq!(refusal.retry_ms, Some(if least { 0 } else { u64::MAX }), "{told}");
        let mut event = event("message").to_string().replace(r#""at":3"#, &format!(r#""at":{told}"#));
        event = event.replacen('{', r#"{"text":"hi","nonce":"n","#, 1);
        assert!(matches!(ServerMsg::parse(event.as_bytes()), Ok(ServerMsg::Event(_))), "{event}");
    }
    // What identifies something is never another.
    for absurd in ["18446744073709551616", "-1", "1e999", "1.5"] {
        let event = event("join").to_string().replace(r#""seq":2"#, &format!(r#""seq":{absurd}"#));
        assert!(ServerMsg::parse(event.as_bytes()).is_err(), "{event}");
    }
    for broken in [
        r#"{"type":"goodbye","code":"quit","reconnect":true,"after_ms":"5"}"#,
        r#"{"type":"goodbye","after_ms":1e"#,
    ] {
        assert!(ServerMsg::parse(broken.as_bytes()).is_err(), "{broken}");
    }
}

#[test]
fn limits_that_cannot_hold_are_those_of_the_protocol() {
    let limits: Limits = serde_json::from_str(
        r#"{"line_bytes":0,"text_bytes":18446744073709551616,"text_lines":-5,"name_columns":1e300,"page_events":0,"pace_burst":1e30,"resume_s":-1}"#,
    )
    .unwrap();
    let start = Limits::default();
    let limits = limits.within_protocol();
    assert_eq!((limits.line_bytes, limits.page_events), (start.line_bytes, start.page_events));
    assert_eq!((limits.text_bytes, limits.text_lines), (start.text_bytes, start.text_lines));
    assert_eq!((limits.name_columns, limits.pace_burst, limits.resume_s), (start.name_columns, u32::MAX, 0));
    let small = Limits { text_bytes: 100, page_events: 3, ..start };
    assert_eq!(small.clone().within_protocol(), small);
}

#[test]
fn addresses_of_nodes_that_are_odd_are_left_out() {
    let (long, cut) = (format!("{}:1", "a".repeat(254)), format!("{}:1", "a".repeat(253)));
    let odd = json!([
        "seoul:7667", "", "seoul", "seoul:", "seoul:0", "seoul:70000", "seoul:+7", ":7667", "a b:1", "a,b:1", "a\u{1b}[2J:1",
        "/run/x.sock", "unix:/run/x:1", "http://x:1", "서울:1", "[::1]", "[::1", "::1:1", "[seoul]:1", "seoul:7667", long, cut,
        7, null, {"host": "x"}, ["x:1"], 1e300, "[::1]:7667",
    ]);
    let line = json!({"type": "goodbye", "code": "restarting", "reconnect": true, "try": odd});
    let ServerMsg::Goodbye(goodbye) = check(&line) else { unreachable!() };
    let tried: Vec<_> = goodbye.try_next.iter().map(shared::NodeAddress::as_str).collect();
    assert_eq!(tried, ["seoul:7667", &cut, "[::1]:7667"]);
}

#[test]
fn what_is_told_of_a_cluster_never_spoils_a_welcome() {
    let mut line: Value = serde_json::from_str(SERVER.lines().next().unwrap()).unwrap();
    let mut cluster = |told: Value| {
        line["cluster"] = told;
        let ServerMsg::Welcome(welcome) = check(&line) else { unreachable!() };
        welcome.cluster
    };
    for nothing in [json!(null), json!("seoul"), json!(7)] {
        assert_eq!(cluster(nothing), None);
    }
    for odd in [
        json!({}),
        json!({"node": "a b", "nodes": "x:1"}),
        json!({"node": 7, "nodes": {"a": "x:1"}, "keys": ["x:1"]}),
        json!({"keys": {"x:1": "MD5:x", "x": FINGERPRINT}}),
    ] {
        assert_eq!(cluster(odd), Some(ClusterInfo::default()));
    }
    let told = cluster(json!({"nodes": [], "keys": {"x:1": FINGERPRINT, "y:1": 7}})).unwrap();
    assert_eq!(told.keys, [("x:1".parse().unwrap(), FINGERPRINT.parse().unwrap())].into());
    let many: Vec<_> = (1..=70).map(|port| format!("seoul:{port}")).collect();
    let told = cluster(json!({"node": "a".repeat(33), "nodes": many})).unwrap();
    assert_eq!((told.node, told.nodes.len()), (None, NODES));
}

#[test]
fn a_state_of_the_order_may_be_a_newer_one() {
    let order = check(&json!({"type": "order", "state": "draining", "for_ms": -1}));
    assert_eq!(order, ServerMsg::Order(Order { state: OrderState::Unknown, for_ms: Some(0) }));
}
