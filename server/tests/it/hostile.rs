//! What a stranger can send: it costs them their line or their connection, and nobody else anything.

mod after_welcome;
mod attack_harness;
mod before_welcome;
mod endless_input;
mod injection;
mod irc;
mod lookalike_names;
mod privileges;
mod slow_reader;

use serde_json::json;

use crate::client::{Client, hello};
use crate::test_server::TestServer;

#[tokio::test]
async fn a_malformed_line_is_an_error_and_the_connection_lives() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    for (line, code) in [
        ("nonsense", "bad_json"),
        ("{", "bad_json"),
        ("[]", "bad_json"),
        ("7", "bad_json"),
        ("{}", "bad_json"),
        (r#"{"type":7}"#, "bad_json"),
        (r#"{"type":"ping"} {"type":"ping"}"#, "bad_json"),
        (r#"{"type":"dance"}"#, "unknown_type"),
        (r#"{"type":"ban","uid":1}"#, "forbidden"),
        (r#"{"type":"say"}"#, "bad_request"),
        (r#"{"type":"say","room":"lobby","text":7,"nonce":"n"}"#, "bad_request"),
        (r#"{"type":"say","room":"lobby","text":"hi","nonce":""}"#, "bad_request"),
        (r#"{"type":"say","room":"lobby","text":"hi","nonce":"n","id":7}"#, "bad_request"),
        (r##"{"type":"join","room":"#kitchen"}"##, "bad_request"),
        (r#"{"type":"join","room":"@2:1"}"#, "bad_request"),
        (r#"{"type":"rename","name":"x"}"#, "name_invalid"),
        (r#"{"type":"rename","name":"admin"}"#, "name_reserved"),
        (r#"{"type":"kick","uid":-1}"#, "bad_request"),
        (r#"{"type":"history","room":"lobby","before":9007199254740992}"#, "bad_request"),
    ] {
        ann.send(line).await;
        let said = ann.next().await.unwrap();
        assert_eq!(crate::client::show(&said), format!("error {code}"), "in answer to {line}");
    }
    ann.expect_silence().await;
    ann.say("still here").await;
}

#[tokio::test]
async fn text_that_could_move_a_cursor_is_refused_wherever_it_stands() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    for hostile in [
        "a\u{1b}[2J",
        "a\rb",
        "a\tb",
        "a\u{7}",
        "a\0",
        "a\u{85}b",
        "a\u{9b}2J",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{2028}b",
        "a\u{feff}",
        "\u{200b}",
        "   ",
        "",
        &format!("x{}", "\u{301}".repeat(9)),
    ] {
        for request in [
            json!({"type": "say", "room": "lobby", "text": hostile, "nonce": "n"}),
            json!({"type": "direct", "uid": 2, "text": hostile, "nonce": "n"}),
        ] {
            assert_eq!(ann.refused(request).await, shared::Code::TextInvalid, "{hostile:?}");
        }
    }
    for request in [
        json!({"type": "topic", "room": "lobby", "topic": "a\u{1b}[2J"}),
        json!({"type": "topic", "room": "lobby", "topic": "a\nb"}),
    ] {
        assert_eq!(ann.refused(request).await, shared::Code::TextInvalid);
    }
    let long = json!({"type": "say", "room": "lobby", "text": "x".repeat(4097), "nonce": "n"});
    assert_eq!(ann.refused(long).await, shared::Code::TextInvalid);
    let lines = json!({"type": "say", "room": "lobby", "text": "x\n".repeat(64) + "x", "nonce": "n"});
    assert_eq!(ann.refused(lines).await, shared::Code::TextInvalid);
    ben.expect_silence().await;
}

#[tokio::test]
async fn who_says_something_is_what_the_server_knows_not_what_the_client_claims() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let from = json!({"uid": 2, "name": "ben", "style": {"color": 2}});
    let forged = json!({
        "type": "say", "room": "lobby", "text": "hi", "nonce": "n", "from": from, "seq": 99, "at": 0, "kind": "kick",
    });
    ann.ok(forged).await;
    ben.expect("lobby ann: hi").await;
}

#[tokio::test]
async fn deep_nesting_and_unknown_fields_are_ignored_or_an_error_and_never_fatal() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let deep = format!("{}{}", "[".repeat(7000), "]".repeat(7000));
    ann.send(format!(r#"{{"type":"say","room":"lobby","text":"hi","nonce":"n","extra":{deep}}}"#)).await;
    ann.expect("lobby ann: hi").await;
    ann.send(&deep).await;
    ann.expect("error bad_json").await;
    ann.send(format!(r#"{{"type":"say","room":{deep}}}"#)).await;
    ann.expect("error bad_request").await;
    ann.send("{\"a\":".repeat(3000)).await;
    ann.expect("error bad_json").await;
    ann.say("still here").await;
}

#[tokio::test]
async fn an_over_long_line_ends_its_connection_and_no_other() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.expect("lobby ben joins").await;
    // As long as a line may be.
    let line = |bytes: usize| {
        let line = r#"{"type":"ping","id":"p","x":""}"#;
        line.replace(r#""""#, &format!(r#""{}""#, "x".repeat(bytes - line.len())))
    };
    ben.send(line(16 * 1024)).await;
    ben.until("ok p").await;
    ben.send(line(16 * 1024 + 1)).await;
    for last in ["error too_long", "goodbye too_long"] {
        ben.expect(last).await;
    }
    ben.expect_end().await;
    ann.expect_presence("lobby ben away").await;
    let mut cat = server.guest("cat").await;
    cat.raw(&vec![b'x'; 1024 * 1024]).await;
    cat.until("error too_long").await;
    ann.say("still here").await;
}

#[tokio::test]
async fn bad_utf8_ends_its_connection_and_no_other() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ben.raw(b"{\"type\":\"say\",\"room\":\"lobby\",\"text\":\"\xed\xa0\x80\",\"nonce\":\"n\"}\n").await;
    for last in ["error bad_utf8", "goodbye bad_utf8"] {
        ben.expect(last).await;
    }
    ben.expect_end().await;
    ann.expect_presence("lobby ben away").await;
    ann.say("still here").await;
}

#[tokio::test]
async fn half_a_line_at_the_end_is_not_said() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.expect("lobby ben joins").await;
    ben.raw(br#"{"type":"say","room":"lobby","text":"hi","nonce":"n"}"#).await;
    drop(ben);
    ann.expect_presence("lobby ben away").await;
    ann.expect_silence().await;
}

#[tokio::test]
async fn blank_lines_and_both_line_ends_are_fine() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    ann.raw(b"\n\r\n  \n{\"type\":\"ping\",\"id\":\"1\"}\r\n\n{\"type\":\"ping\",\"id\":\"2\"}\n").await;
    for line in ["pong", "ok 1", "pong", "ok 2"] {
        ann.expect(line).await;
    }
}

/// Random bytes, from many at once, while two people talk.
#[tokio::test]
async fn noise_from_strangers_disturbs_nobody() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    // A linear congruential generator (Knuth, MMIX): noise that is the same each time.
    let mut state = 1_u64;
    let mut noise = |bytes: usize| -> Vec<u8> {
        let mut byte = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        };
        (0..bytes).map(|_| byte()).collect()
    };
    for n in 0..30 {
        let mut stranger = Client::connect(server.address).await;
        if n % 2 == 0 {
            stranger.send(hello(&json!({}))).await;
        } else {
            stranger.raw(b"{").await;
        }
        stranger.raw(&noise(5000)).await;
        if n % 3 == 0 {
            stranger.break_off();
        }
        ann.say(&format!("{n}")).await;
        ben.until(&format!("lobby ann: {n}")).await;
    }
}
