//! The handshake: `hello` up to `welcome`, or the error that refuses it.

use serde_json::{Value, json};

use crate::client::{Client, hello};
use crate::daemon::ms;
use crate::test_server::{Setup, TestServer};

/// A greeting must be refused with a code, in an `error` with the greeting's id and in a `goodbye`, and then the end.
async fn check(server: &TestServer, fields: Value, code: &str) {
    let mut client = Client::connect(server.address).await;
    let mut line = hello(&fields);
    line["id"] = json!("h");
    client.send(&line).await;
    let error: Value = serde_json::from_str(&client.line().await.expect(code)).unwrap();
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)), "{line}: {error}");
    // Before `hello` is understood, its id is answered where it could be read.
    assert_eq!(error["id"], "h", "{error}");
    client.expect(&format!("goodbye {code}")).await;
    client.expect_end().await;
}

#[tokio::test]
async fn a_welcome_says_who_one_is_where_and_what_the_server_takes() {
    let server = TestServer::with(&["--name", "tea room", "--sync", "full", "--pace", "7/3"]);
    let ann = server.greet(json!({})).await;
    let welcome = ann.welcome.as_ref().unwrap();
    assert_eq!(welcome.protocol, 1);
    assert_eq!(welcome.server.name.as_str(), "tea room");
    assert_eq!(welcome.durability, shared::server_msg::Durability::Full);
    assert_eq!((welcome.limits.pace_burst, welcome.limits.pace_per_s), (7, 3));
    assert_eq!(welcome.you.style, shared::Style::ALL[0]);
    assert!(ann.name().contains('-'), "{} is no random name", ann.name());
    assert_eq!(ann.members("lobby"), [ann.name()]);
    assert_eq!(ann.secret.len(), 43);
}

#[tokio::test]
async fn every_greeting_that_will_not_do_is_refused_with_its_reason() {
    let server = TestServer::open();
    let _ann = server.guest("ann").await;
    for (fields, code) in [
        (json!({"protocol": [2, 9]}), "version"),
        (json!({"protocol": [0, 0]}), "version"),
        (json!({"name": "ann"}), "name_taken"),
        (json!({"name": "ANN"}), "name_taken"),
        (json!({"name": "admin"}), "name_reserved"),
        (json!({"name": "a"}), "name_invalid"),
        (json!({"name": "two words"}), "name_invalid"),
        (json!({"secret": "short"}), "auth_failed"),
    ] {
        check(&server, fields, code).await;
    }
    assert_eq!(server.guest("ben").await.members("lobby"), ["ann", "ben"]);
}

/// PROTOCOL.md: the answer to `hello` is `welcome`, or an error after which the connection is closed, `bad_request`
/// and the like for a malformed one.
#[tokio::test]
async fn a_malformed_greeting_is_refused_like_any_other() {
    let server = Setup::new(&[]).timed(|timing| timing.greeting = ms(3000)).open();
    for (fields, code) in [
        (json!({"protocol": 1}), "bad_request"),
        (json!({"protocol": [1]}), "bad_request"),
        (json!({"name": 7}), "bad_request"),
        (json!({"resume": {"lobby": -1}}), "bad_request"),
        (json!({"client": "a\u{1b}[2J"}), "text_invalid"),
    ] {
        check(&server, fields, code).await;
    }
}

#[tokio::test]
async fn a_password_is_asked_for_where_there_is_one() {
    let setup = Setup::new(&[]);
    let file = setup.dir.path().join("password");
    std::fs::write(&file, "pa ss\n").unwrap();
    let server = setup.with("--password-file", file.to_str().unwrap()).open();
    check(&server, json!({}), "auth_failed").await;
    check(&server, json!({"password": "pa"}), "auth_failed").await;
    server.greet(json!({"password": "pa ss"})).await;
}

#[tokio::test]
async fn the_sixth_of_five_users_is_told_that_the_server_is_full() {
    let server = TestServer::with(&["--max-users", "5"]);
    let mut five = Vec::new();
    for name in ["ann", "ben", "cat", "dan", "eva"] {
        five.push(server.guest(name).await);
    }
    check(&server, json!({"name": "fay"}), "server_full").await;
    let mut eva = five.pop().unwrap();
    eva.ok(json!({"type": "quit"})).await;
    eva.until("goodbye quit").await;
    let fay = server.guest("fay").await;
    assert_eq!(fay.members("lobby"), ["ann", "ben", "cat", "dan", "fay"]);
}

/// How many another address may have is a table in `listener`: tests speak to loopback only.
#[tokio::test]
async fn loopback_has_any_number_of_connections() {
    let server = TestServer::with(&["--max-per-address", "1"]);
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.say("hi").await;
    ben.until("lobby ann: hi").await;
}

#[tokio::test]
async fn a_greeting_may_fail_seven_times_and_succeed_the_eighth() {
    let server = TestServer::open();
    let mut ann = Client::connect(server.address).await;
    for line in [r#"{"type":"ping"}"#, r#"{"type":"dance"}"#, "{", r#"{"type":7}"#] {
        ann.send(line).await;
    }
    ann.send(r#"{"type":"say","id":"1","room":"lobby","text":"hi","nonce":"n1"}"#).await;
    ann.send(r#"{"type":"who"}"#).await;
    ann.send("[]").await;
    for code in
        ["bad_request", "unknown_type", "bad_json", "bad_json", "bad_request", "bad_request", "bad_json"]
    {
        ann.expect(&format!("error {code}")).await;
    }
    ann.hello(json!({"name": "ann"})).await;
    ann.say("hi").await;
}

#[tokio::test]
async fn whoever_does_not_greet_in_eight_lines_is_sent_away() {
    let server = TestServer::open();
    let mut stranger = Client::connect(server.address).await;
    for _ in 0..9 {
        stranger.send(r#"{"type":"ping"}"#).await;
    }
    for _ in 0..9 {
        stranger.expect("error bad_request").await;
    }
    stranger.expect("goodbye bad_request").await;
    stranger.expect_end().await;
}

#[tokio::test]
async fn a_greeting_has_two_kibibytes_and_no_more() {
    let server = TestServer::open();
    let padded = |bytes: usize| {
        let mut line = hello(&json!({"padding": ""}));
        line["padding"] = json!("x".repeat(bytes - line.to_string().len()));
        assert_eq!(line.to_string().len(), bytes);
        line.to_string()
    };
    let mut ann = Client::connect(server.address).await;
    ann.send(padded(2048)).await;
    ann.welcomed(&json!({})).await;
    let mut ben = Client::connect(server.address).await;
    ben.send(padded(2049)).await;
    ben.expect("error too_long").await;
    ben.expect("goodbye too_long").await;
    ben.expect_end().await;
    let mut cat = Client::connect(server.address).await;
    cat.raw(format!("{{{}", "x".repeat(100_000)).as_bytes()).await;
    cat.expect("error too_long").await;
    // Afterwards there is more room.
    let text = format!("{}-", "x".repeat(3000));
    ann.say(&text).await;
    ann.until(&format!("lobby {}: {text}", ann.name())).await;
    // Also for what comes in the same packet as the greeting.
    let mut dan = Client::connect(server.address).await;
    let long = json!({"type": "ping", "id": "1", "padding": "x".repeat(3000)});
    dan.raw(format!("{}\n{long}\n", hello(&json!({}))).as_bytes()).await;
    dan.until("pong").await;
}

#[tokio::test]
async fn whoever_does_not_greet_in_time_is_told_so() {
    let server = Setup::new(&[]).timed(|timing| timing.greeting = ms(100)).open();
    let mut silent = Client::connect(server.address).await;
    silent.expect("error timeout").await;
    silent.expect("goodbye timeout").await;
    silent.expect_end().await;
    let mut slow = Client::connect(server.address).await;
    slow.raw(br#"{"type":"hello","proto"#).await;
    slow.expect("error timeout").await;
}

#[tokio::test]
async fn whatever_is_not_ours_is_closed_without_a_word() {
    let server = TestServer::open();
    for bytes in [
        b"GET / HTTP/1.1\r\nHost: chat\r\n\r\n".as_slice(),
        b"POST / HTTP/1.1\r\n\r\n{\"type\":\"hello\",\"protocol\":[1,1]}\r\n",
        b"\x16\x03\x01\x00\n\xff",
        b"\xff\xfe\n",
        b"[1]\n",
        b" {\"type\":\"hello\",\"protocol\":[1,1]}\n",
        b"\n{\"type\":\"hello\",\"protocol\":[1,1]}\n",
        b"\r\n",
        b"\0",
    ] {
        let mut stranger = Client::connect(server.address).await;
        stranger.raw(bytes).await;
        let said = stranger.line().await;
        assert_eq!(said, None, "in answer to {:?}", String::from_utf8_lossy(bytes));
    }
    let mut long = Client::connect(server.address).await;
    long.raw(&[b'A'; 5000]).await;
    assert_eq!(long.line().await, None);
}

#[tokio::test]
async fn a_greeting_may_come_byte_by_byte() {
    let server = TestServer::open();
    let mut ann = Client::connect(server.address).await;
    ann.stream().set_nodelay(true).unwrap();
    for byte in (hello(&json!({"name": "ann"})).to_string() + "\r\n").as_bytes() {
        ann.raw(&[*byte]).await;
        tokio::task::yield_now().await;
    }
    ann.welcomed(&json!({})).await;
    assert_eq!(ann.name(), "ann");
}

#[tokio::test]
async fn a_second_greeting_is_refused_and_harms_nothing() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    assert_eq!(ann.refused(hello(&json!({}))).await, shared::Code::BadRequest);
    ann.say("hi").await;
}

#[tokio::test]
async fn a_server_says_which_it_is_before_and_in_its_welcome_and_stays_it() {
    async fn asked(server: &TestServer) -> String {
        let mut client = Client::connect(server.address).await;
        client.send(&json!({"type": "identify"})).await;
        let line: Value = serde_json::from_str(&client.line().await.unwrap()).unwrap();
        assert_eq!(line["type"], "identity", "{line}");
        client.hello(json!({})).await;
        let welcome = client.welcome.as_ref().unwrap();
        let told = welcome.server.id.as_ref().unwrap().to_string();
        assert_eq!(line["server"], told.as_str());
        assert!(welcome.server.key.is_some());
        told
    }
    let server = TestServer::open();
    let first = asked(&server).await;
    let server = server.again().await;
    assert_eq!(asked(&server).await, first, "after a restart");
    assert_ne!(asked(&TestServer::open()).await, first, "another store is another server");
}

#[tokio::test]
async fn whoever_asks_which_server_this_is_may_not_ask_for_ever() {
    let server = TestServer::open();
    let mut client = Client::connect(server.address).await;
    for _ in 0..8 {
        client.send(&json!({"type": "identify"})).await;
    }
    for _ in 0..8 {
        assert!(client.line().await.unwrap().contains("identity"));
    }
    assert!(client.line().await.unwrap().contains("error"), "the ninth line is not read");
}
