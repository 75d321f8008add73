//! Attacks after `welcome`: bad lines, floods, reconnects. Each costs an answer or the attacker's connection.

use serde_json::{Value, json};

use super::attack_harness::{AttackHarness, Attacker};
use crate::client::{Client, say};

/// One bad line of a guest, by what is wrong with it, and the code it is answered with. The guest goes on.
const LINES: [(&str, &str, &str); 15] = [
    ("hello twice", r#"{"type":"hello","protocol":[1,1]}"#, "bad_request"),
    ("a type nobody knows", r#"{"type":"QUIT :gone"}"#, "unknown_type"),
    ("an answer of a server", r#"{"type":"ok","id":"1"}"#, "unknown_type"),
    ("an event of a server", r#"{"type":"event","room":"lobby","seq":1}"#, "unknown_type"),
    ("a welcome of a server", r#"{"type":"welcome","protocol":1}"#, "unknown_type"),
    ("no JSON", "PRIVMSG #lobby :hi", "bad_json"),
    ("a number that is no number", r#"{"type":"kick","uid":1e999}"#, "bad_request"),
    ("a uid out of reach", r#"{"type":"kick","uid":18446744073709551616}"#, "bad_request"),
    ("a limit out of reach", r#"{"type":"history","room":"lobby","limit":-1}"#, "bad_request"),
    ("a field twice", r#"{"type":"join","room":"lobby","room":"kitchen"}"#, "bad_request"),
    ("an id that is an object", r#"{"type":"ping","id":{"id":{}}}"#, "bad_request"),
    ("an id of spaces", r#"{"type":"ping","id":" "}"#, "bad_request"),
    ("a room outside", r#"{"type":"join","room":"../../etc/passwd"}"#, "bad_request"),
    ("a direct room of others", r#"{"type":"join","room":"@1:2"}"#, "no_such_room"),
    ("a direct room of nobody", r#"{"type":"say","room":"@8:9","text":"hi","nonce":"n"}"#, "no_such_room"),
];

/// What ends a guest's connection, and what it hears last.
fn endings() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let long = format!("{{\"type\":\"ping\",\"x\":\"{}\"}}\n", "x".repeat(16 * 1024));
    vec![
        ("a line of more than 16 KiB", long.into_bytes(), "too_long"),
        ("a line without an end", vec![b'x'; 1 << 20], "too_long"),
        ("bad bytes in the middle", b"{\"type\":\"ping\"}\n{\"type\":\"p\xffng\"}\n".to_vec(), "bad_utf8"),
    ]
}

#[tokio::test]
async fn bad_lines_cost_an_answer_or_the_connection() {
    AttackHarness::run(&["--pace", "off"], async |harness| {
        for (name, line, code) in LINES {
            harness
                .attack(name, async |at| {
                    let mut eve = at.guest("eve").await;
                    eve.send(line).await;
                    assert_eq!(eve.error().await, code);
                    eve.ok(json!({"type": "ping"})).await;
                })
                .await;
        }
        for (name, bytes, code) in endings() {
            harness
                .attack(name, async |at| {
                    let mut eve = at.guest("eve").await;
                    eve.raw(&bytes).await;
                    assert_eq!(eve.error().await, code);
                    eve.until(&format!("goodbye {code}")).await;
                    eve.expect_end().await;
                })
                .await;
        }
        harness
            .attack("objects a thousand deep", async |at| {
                let mut eve = at.guest("eve").await;
                let deep = "{\"a\":".repeat(1000) + "1" + &"}".repeat(1000);
                eve.send(format!(r#"{{"type":"ping","id":"d","x":{deep}}}"#)).await;
                eve.until("ok d").await;
                eve.send(format!(r#"{{"type":"join","room":{deep}}}"#)).await;
                assert_eq!(eve.error().await, "bad_request");
            })
            .await;
    })
    .await;
}

/// Sends a request so many times without waiting, and hears as many answers.
async fn flood(eve: &mut Client, count: usize, request: impl Fn(usize) -> Value) {
    // Who comes in is told how far the room is, before older lines of it: one at a time, so that the order holds.
    // Of searches few may wait; the others are refused before those are answered.
    let at_once = match request(0)["type"].as_str() {
        Some("join") => 1,
        Some("search") => 4,
        _ => 50,
    };
    for from in (0..count).step_by(at_once) {
        let lines = (from..count.min(from + at_once)).map(|n| {
            let mut request = request(n);
            request["id"] = json!(format!("f{n}"));
            request.to_string() + "\n"
        });
        eve.raw(lines.collect::<String>().as_bytes()).await;
        for n in from..count.min(from + at_once) {
            eve.answer(&format!("f{n}")).await;
        }
    }
}

/// What is flooded, how often, and the request of each time.
type Flood<'a> = (&'a str, usize, &'a dyn Fn(usize) -> Value);

#[tokio::test]
async fn floods_delay_nobody_else() {
    let room = |n: usize| format!("r{}", n % 30);
    let floods: [Flood<'_>; 14] = [
        ("pings", 500, &|_| json!({"type": "ping"})),
        ("malformed lines", 300, &|n| json!({"type": "say", "text": n})),
        ("unknown types", 300, &|n| json!({"type": format!("x{n}")})),
        ("messages", 300, &|n| say(&format!("flood {n}"))),
        ("the same message over and over", 300, &|_| say("again")),
        ("typing", 300, &|_| json!({"type": "typing", "room": "lobby"})),
        ("history", 60, &|n| json!({"type": "history", "room": "lobby", "before": n + 1, "limit": 200})),
        (
            "history around nothing",
            60,
            &|n| json!({"type": "history", "room": "lobby", "around": n * 1_000_000}),
        ),
        ("search", 60, &|n| json!({"type": "search", "query": format!("word{n}")})),
        ("search for everything", 30, &|_| json!({"type": "search", "query": "%_\"*'"})),
        ("who", 100, &|_| json!({"type": "who"})),
        ("coming and going", 100, &|n| json!({"type": (["join", "part"][n % 2]), "room": "kitchen"})),
        ("rooms", 100, &|n| json!({"type": "join", "room": room(n)})),
        ("topics", 100, &|n| json!({"type": "topic", "room": "lobby", "topic": format!("topic {n}")})),
    ];
    AttackHarness::run(&["--pace", "off", "--bytes-pace", "off", "--answer-pace", "off"], async |harness| {
        for (name, count, request) in &floods {
            harness
                .attack(&format!("a flood of {name}"), async |at| {
                    let mut eve = at.guest("eve").await;
                    flood(&mut eve, *count, request).await;
                })
                .await;
        }
        harness
            .attack("a flood of names", async |at| {
                let (mut eve, n) = (at.guest("eve").await, at.n);
                flood(&mut eve, 100, |name| json!({"type": "rename", "name": format!("eve-{n}-{name}")}))
                    .await;
            })
            .await;
        harness
            .attack("a flood of direct messages to everyone", async |at| {
                let mut eve = at.guest("eve").await;
                flood(
                    &mut eve,
                    100,
                    |n| json!({"type": "direct", "uid": n + 1, "text": "hi", "nonce": format!("d{n}")}),
                )
                .await;
            })
            .await;
    })
    .await;
}

/// With the limits every server has: the flooder is slowed down, not the others.
#[tokio::test]
async fn floods_are_slowed_down_by_the_usual_pace() {
    AttackHarness::run(&["--pace", "20/200"], async |harness| {
        harness
            .attack("a flood against the pace", async |at| {
                let mut eve = at.guest("eve").await;
                flood(&mut eve, 150, |n| say(&format!("{n} against the pace"))).await;
            })
            .await;
        harness
            .attack("a flood of rooms against the cap", async |at| {
                let mut eve = at.guest("eve").await;
                let mut refused = 0;
                for n in 0..40 {
                    let answer = eve.ask(json!({"type": "join", "room": format!("r{}-{n}", at.n)})).await;
                    refused += usize::from(crate::client::show(&answer) == "error rate_limited");
                }
                assert_eq!(refused, 20, "twenty rooms at once are enough");
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn what_belongs_to_others_stays_theirs() {
    AttackHarness::run(&["--pace", "off"], async |harness| {
        for (name, request) in [
            ("history of a direct room of others", json!({"type": "history", "room": "@1:2"})),
            ("search in a direct room of others", json!({"type": "search", "query": "here", "room": "@1:2"})),
            ("typing in a direct room of others", json!({"type": "typing", "room": "@1:2"})),
            ("the topic of a direct room of others", json!({"type": "topic", "room": "@1:2", "topic": "x"})),
            ("who is in a direct room of others", json!({"type": "who", "room": "@1:2"})),
            ("history of a room that is not there", json!({"type": "history", "room": "nowhere"})),
        ] {
            harness
                .attack(name, async |at| {
                    let mut eve = at.guest("eve").await;
                    assert_eq!(eve.refused(request).await, shared::Code::NoSuchRoom);
                })
                .await;
        }
        harness
            .attack("reading and writing where one is no member", async |at| {
                let (mut owner, mut eve) = (at.guest("own").await, at.guest("eve").await);
                owner.ok(json!({"type": "join", "room": "den"})).await;
                for request in [
                    json!({"type": "history", "room": "den"}),
                    json!({"type": "search", "query": "tea", "room": "den"}),
                    json!({"type": "say", "room": "den", "text": "hi", "nonce": "n"}),
                    json!({"type": "typing", "room": "den"}),
                    json!({"type": "topic", "room": "den", "topic": "mine"}),
                ] {
                    assert_eq!(eve.refused(request).await, shared::Code::NotMember);
                }
            })
            .await;
        harness
            .attack("the same nonce for another message", async |at| {
                let mut eve = at.guest("eve").await;
                let said = |text: &str| json!({"type": "say", "room": "lobby", "text": text, "nonce": "n"});
                let first = eve.ok(said("one")).await.seq;
                assert_eq!(eve.ok(said("one")).await.seq, first, "said twice");
                assert_eq!(eve.refused(said("two")).await, shared::Code::NonceConflict);
            })
            .await;
        harness.attack("coming back over and over", async |at| replaced_again_and_again(&at).await).await;
    })
    .await;
}

/// One secret on twenty connections, one after the other, each with positions to resume from.
async fn replaced_again_and_again(at: &Attacker) {
    let mut eve = at.guest("eve").await;
    for _ in 0..20 {
        let fields = json!({"secret": eve.secret, "resume": {"lobby": eve.position("lobby")}});
        let mut next = at.stranger().await;
        next.hello(fields).await;
        eve.until("goodbye replaced").await;
        eve.expect_end().await;
        next.until("resumed").await;
        eve = next;
    }
}
