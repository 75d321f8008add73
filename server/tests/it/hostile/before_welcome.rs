//! Attacks before `welcome`: silence, garbage, slow loris, many connections. Each costs the attacker's connection.

use serde_json::json;

use super::attack_harness::{AttackHarness, Attacker};
use crate::client::{Client, hello, show};
use crate::daemon::ms;
use crate::test_server::Setup;

const HELLO: &str = r#"{"type":"hello","protocol":[1,1]}"#;
const TOO_LONG: &[&str] = &["error too_long", "goodbye too_long"];
const BAD_UTF8: &[&str] = &["error bad_utf8", "goodbye bad_utf8"];

/// What may stand before a greeting, or in its place: its name, the line, and the code it is answered with; the
/// greeting after it is heard.
const LINES: [(&str, &str, &str); 13] = [
    ("an empty object", "{}", "bad_json"),
    ("a type that is a number", r#"{"type":7}"#, "bad_json"),
    ("two types", r#"{"type":"hello","type":"say"}"#, "bad_json"),
    ("objects in objects without an end", "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":", "bad_json"),
    ("two objects in a line", r#"{"type":"ping"}{"type":"ping"}"#, "bad_json"),
    ("a carriage return for a line end", "{\"type\":\"ping\"}\r{\"type\":\"ping\"}", "bad_json"),
    ("a NUL in a line", "{\"type\":\"ping\0\"}", "bad_json"),
    ("speaking before greeting", r#"{"type":"say","room":"lobby","text":"hi","nonce":"n"}"#, "bad_request"),
    ("reading before greeting", r#"{"type":"history","room":"lobby"}"#, "bad_request"),
    ("kicking before greeting", r#"{"type":"kick","uid":1}"#, "bad_request"),
    ("stopping the server before greeting", r#"{"type":"shutdown"}"#, "bad_request"),
    ("a key before greeting", r#"{"type":"auth","key":"x"}"#, "bad_request"),
    ("a type nobody knows", r#"{"type":"OPER"}"#, "unknown_type"),
];

/// What ends a connection that sends it first, and what it hears before that.
fn endings() -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    vec![
        ("HTTP GET", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), &[]),
        ("HTTP POST of a request", format!("POST / HTTP/1.1\r\n\r\n{HELLO}\n").into_bytes(), &[]),
        ("the banner of ssh", b"SSH-2.0-x\r\n".to_vec(), &[]),
        ("an IRC registration", b"NICK eve\r\nUSER eve 0 * :eve\r\n".to_vec(), &[]),
        ("only NULs", vec![0; 4096], &[]),
        ("a byte order mark", format!("\u{feff}{HELLO}\n").into_bytes(), &[]),
        ("an array", format!("[{HELLO}]\n").into_bytes(), &[]),
        ("a blank line first", format!("\n{HELLO}\n").into_bytes(), &[]),
        ("a line of 2049 bytes", format!("{{{}\n", "x".repeat(2048)).into_bytes(), TOO_LONG),
        ("a line that never ends", format!("{{{}", "x".repeat(1 << 20)).into_bytes(), TOO_LONG),
        ("bytes that are no text", b"{\xff\xfe}\n".to_vec(), BAD_UTF8),
        ("half of a surrogate pair", b"{\"type\":\"\xed\xa0\x80\"}\n".to_vec(), BAD_UTF8),
        ("an overlong NUL", b"{\"type\":\"\xc0\x80\"}\n".to_vec(), BAD_UTF8),
    ]
}

#[tokio::test]
async fn strangers_who_are_no_clients_cost_their_own_connection() {
    AttackHarness::run(&["--pace", "off"], async |harness| {
        for (name, bytes, heard) in endings() {
            harness.attack(name, async |at| at.answers(bytes, heard).await).await;
        }
        for (name, line, code) in LINES {
            harness.attack(name, async |at| greets_after(&at, line, code).await).await;
        }
        harness
            .attack("nine lines before hello", async |at| {
                let mut expected = vec!["error bad_json"; 8];
                expected.extend(["error bad_request", "goodbye bad_request"]);
                at.answers("{}\n".repeat(9), &expected).await;
            })
            .await;
        harness
            .attack("half a line and the end", async |at| {
                let mut stranger = at.stranger().await;
                stranger.raw(b"{\"type\":\"hel").await;
                stranger.finish().await;
                stranger.expect_end().await;
            })
            .await;
        harness
            .attack("garbage after the first byte of TLS", async |at| {
                let mut stranger = at.stranger().await;
                stranger.raw(b"\x16\x03\x01\xff\xff").await;
                stranger.raw(&[0x5a; 4096]).await;
                stranger.finish().await;
                // An alert, if anything: the connection is at its end, and that is all there is to know.
                stranger.bytes_to_end().await;
            })
            .await;
        harness
            .attack("a greeting byte by byte", async |at| {
                let mut slow = at.stranger().await;
                for byte in format!("{HELLO}\n").into_bytes() {
                    slow.raw(&[byte]).await;
                }
                slow.welcomed(&json!({})).await;
            })
            .await;
    })
    .await;
}

/// A bad line is answered with its code, and a greeting after it is as good as ever.
async fn greets_after(at: &Attacker, line: &str, code: &str) {
    let mut stranger = at.stranger().await;
    stranger.send(line).await;
    stranger.expect(&format!("error {code}")).await;
    stranger.hello(json!({})).await;
}

/// Greetings that are refused, by what is wrong with them.
fn bad_greetings() -> Vec<(&'static str, serde_json::Value, &'static str)> {
    vec![
        ("a version of the future", json!({"protocol": [2, 9]}), "version"),
        ("no version at all", json!({"protocol": [0, 0]}), "version"),
        ("a version that is too big a number", json!({"protocol": [1, u64::MAX]}), "bad_request"),
        ("a negative version", json!({"protocol": [-1, 1]}), "bad_request"),
        ("a position that is too big a number", json!({"resume": {"lobby": u64::MAX}}), "bad_request"),
        ("a position in no room", json!({"resume": {"#../": 1}}), "bad_request"),
        ("a secret that is none", json!({"secret": "'; drop table identities; --"}), "auth_failed"),
        ("an escape in the client's name", json!({"client": "x\u{1b}[2J"}), "text_invalid"),
        ("a line end in the client's name", json!({"client": "x\r\nhello"}), "text_invalid"),
        ("a client's name without end", json!({"client": "x".repeat(1000)}), "text_invalid"),
        ("a name with a line end", json!({"name": "eve\r\nann"}), "name_invalid"),
        ("a name of spaces", json!({"name": "    "}), "name_invalid"),
        ("a name as wide as a screen", json!({"name": "x".repeat(200)}), "name_invalid"),
        ("an id that is a number", json!({"id": 1}), "bad_request"),
        ("an id that is nothing", json!({"id": null}), "bad_request"),
        ("a name of emoji", json!({"name": "👩‍👩‍👧‍👦👩‍👩‍👧‍👦"}), "name_invalid"),
    ]
}

#[tokio::test]
async fn greetings_that_are_not_honest_are_turned_away() {
    AttackHarness::run(&["--pace", "off"], async |harness| {
        for (name, fields, code) in bad_greetings() {
            harness.attack(name, async |at| at.turned_away(fields, code).await).await;
        }
        harness
            .attack("positions from another world", async |at| {
                let resume = json!({"lobby": 9_007_199_254_740_991_u64, "nowhere": 7, "@1:2": 1});
                let mut eve = at.stranger().await;
                // Not as a client that checks the order of events: it claims to have seen them all.
                eve.send(hello(&json!({"resume": resume}))).await;
                let welcome = eve.line().await.unwrap();
                let Ok(shared::ServerMsg::Welcome(welcome)) = shared::ServerMsg::parse(welcome.as_bytes())
                else {
                    panic!("not welcome: {welcome}")
                };
                assert_eq!(welcome.rooms.len(), 1, "a room of others was given away");
                while !eve.line().await.unwrap().contains(r#""type":"resumed""#) {}
            })
            .await;
        harness
            .attack("guessing secrets", async |at| {
                let mut known = Vec::new();
                for guess in 0..20 {
                    let secret = format!("{guess:043}");
                    let mut eve = at.stranger().await;
                    eve.send(hello(&json!({"secret": secret}))).await;
                    eve.welcomed(&json!({"secret": secret})).await;
                    assert!(
                        !["ann", "ben"].contains(&&*eve.name()) && eve.secret != secret,
                        "a guess was right"
                    );
                    known.push(eve.uid());
                }
                known.dedup();
                assert_eq!(known.len(), 20);
            })
            .await;
        harness
            .attack("a name that is being greeted with", async |at| {
                let name = at.name("zoe");
                let line = hello(&json!({"name": name})).to_string() + "\n";
                let mut slow = at.stranger().await;
                slow.raw(&line.as_bytes()[..line.len() - 1]).await;
                let _zoe = at.guest("zoe").await;
                slow.raw(b"\n").await;
                assert_eq!(slow.rest().await, ["error name_taken", "goodbye name_taken"]);
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn many_connections_at_once_are_nothing_to_the_others() {
    AttackHarness::run(&["--pace", "off"], async |harness| {
        harness.attack("connections that say nothing", async |at| drop(many(&at, 200).await)).await;
        harness
            .attack("connections that begin and go on no more", async |at| {
                for mut stranger in many(&at, 200).await {
                    stranger.raw(b"{\"type\":").await;
                }
            })
            .await;
        harness
            .attack("connections that are reset", async |at| {
                many(&at, 200).await.into_iter().for_each(Client::break_off);
            })
            .await;
        harness
            .attack("greetings that are not waited for", async |at| {
                for mut stranger in many(&at, 100).await {
                    stranger.send(HELLO).await;
                    stranger.break_off();
                }
            })
            .await;
    })
    .await;
}

async fn many(at: &Attacker, count: usize) -> Vec<Client> {
    let mut strangers = Vec::new();
    for _ in 0..count {
        strangers.push(at.stranger().await);
    }
    strangers
}

#[tokio::test]
async fn slow_loris_has_as_long_for_a_greeting_as_anybody() {
    let server = Setup::new(&[]).timed(|timing| timing.greeting = ms(300)).open();
    let mut ann = server.guest("ann").await;
    let mut loris = Client::connect(server.address).await;
    loris.raw(b"{").await;
    // A byte between any two words of ann's, until the server has had enough; were each byte to buy it time, this
    // would not end.
    let heard = loop {
        let words = format!("after {}", ann.position("lobby"));
        tokio::select! {
            biased;
            heard = loris.next() => break heard,
            _ = ann.say(&words) => loris.raw(b" ").await,
        }
    };
    assert_eq!(heard.as_ref().map(show).as_deref(), Some("error timeout"));
}
