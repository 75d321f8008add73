//! The Unix socket, spoken to by hand.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

use crate::client::LIMIT;
use crate::test_server::{Setup, TestServer};

/// A connection to the server's Unix socket.
struct Operator(BufReader<UnixStream>);

impl Operator {
    async fn at(dir: &Path) -> Self {
        Self(BufReader::new(UnixStream::connect(dir.join("chinwagd.sock")).await.unwrap()))
    }

    async fn send(&mut self, line: impl ToString) {
        self.0.get_mut().write_all((line.to_string() + "\n").as_bytes()).await.unwrap();
    }

    /// The next line; nothing at the end.
    async fn line(&mut self) -> Option<Value> {
        let mut line = String::new();
        let read = tokio::time::timeout(LIMIT, self.0.read_line(&mut line)).await.expect("nothing was heard");
        (read.unwrap() > 0).then(|| serde_json::from_str(&line).unwrap())
    }

    async fn ask(&mut self, line: impl ToString) -> Value {
        self.send(line).await;
        self.line().await.expect("the end")
    }
}

#[tokio::test]
async fn the_operator_asks_without_a_greeting_and_is_answered() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let mut operator = Operator::at(server.dir()).await;
    let answer = operator.ask(json!({"type": "who", "id": "1"})).await;
    assert_eq!((&answer["type"], &answer["users"][0]["name"]), (&json!("ok"), &json!("ann")));
    let answer =
        operator.ask(json!({"type": "say", "room": "lobby", "text": "hi", "nonce": "n", "id": "2"})).await;
    assert_eq!((&answer["id"], &answer["code"]), (&json!("2"), &json!("bad_request")));
    let answer = operator.ask(json!({"type": "kick", "uid": ann.uid(), "reason": "비켜요", "id": "3"})).await;
    assert_eq!(answer, json!({"type": "ok", "id": "3"}));
    ann.until("goodbye kicked by operator 비켜요").await;
}

#[tokio::test]
async fn a_hello_over_the_socket_is_a_client_whose_role_is_proved() {
    let server = TestServer::open();
    let mut operator = Operator::at(server.dir()).await;
    let welcome =
        operator.ask(json!({"type": "hello", "protocol": [1, 1], "client": "test", "name": "ann"})).await;
    assert_eq!((&welcome["type"], &welcome["you"]["role"]), (&json!("welcome"), &json!("admin")));
    let mut ben = server.guest("ben").await;
    operator.send(json!({"type": "kick", "uid": ben.uid()})).await;
    ben.until("goodbye kicked by ann").await;
}

#[tokio::test]
async fn a_status_tells_of_everything_and_that_the_store_works() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    ann.say("hi").await;
    let mut operator = Operator::at(server.dir()).await;
    let answer = operator.ask(json!({"type": "status", "id": "s"})).await;
    assert_eq!((&answer["type"], &answer["id"]), (&json!("ok"), &json!("s")));
    let status = &answer["status"];
    let told = ["healthy", "users", "connections", "rooms", "durability"].map(|field| status[field].clone());
    assert_eq!(json!(told), json!([true, 1, 2, 1, "disk"]));
    assert_eq!(status["listen"], json!([server.address.to_string()]));
    assert!(status["commit_us"].as_u64().unwrap() > 0);
    let store = &status["store"];
    assert_eq!((&store["events"], &store["messages"], &store["last_seq"]), (&json!(2), &json!(1), &json!(2)));
    assert!(store["bytes"].as_u64().unwrap() + store["wal_bytes"].as_u64().unwrap() > 50_000);
}

#[tokio::test]
async fn what_the_operator_sends_is_as_bounded_as_what_others_send() {
    let server = TestServer::open();
    let mut operator = Operator::at(server.dir()).await;
    let answer = operator.ask(r#"{"type":"dance","id":"1"}"#).await;
    assert_eq!((&answer["id"], &answer["code"]), (&json!("1"), &json!("unknown_type")));
    assert_eq!(operator.ask("{nonsense").await["code"], "bad_json");
    assert_eq!(
        operator.ask(json!({"type": "announce", "text": "x".repeat(20_000)})).await["code"],
        "too_long"
    );
    assert_eq!(operator.line().await.unwrap()["type"], "goodbye");
    assert_eq!(operator.line().await, None);
}

#[tokio::test]
async fn whoever_says_nothing_on_the_socket_is_sent_away() {
    let setup = Setup::new(&[]).timed(|timing| timing.greeting = crate::daemon::ms(50));
    let server = setup.open();
    let mut operator = Operator::at(server.dir()).await;
    assert_eq!(operator.line().await.unwrap()["code"], "timeout");
}

#[tokio::test]
async fn the_socket_is_its_owners_goes_with_the_server_and_can_be_left_out() {
    let server = TestServer::open();
    let socket = server.dir().join("chinwagd.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    let server = server.again().await;
    assert!(socket.exists());
    server.stop().await;
    assert!(!socket.exists());
    let server = TestServer::with(&["--socket", "none"]);
    assert!(!server.dir().join("chinwagd.sock").exists());
}

#[tokio::test]
async fn a_group_may_use_the_socket_and_one_that_is_none_is_named() {
    let elsewhere = tempfile::TempDir::new().unwrap();
    let path = elsewhere.path().join("s");
    let server = TestServer::with(&["--socket", path.to_str().unwrap(), "--operator-group", "0"]);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
    drop(server);
    let error = Setup::new(&["--operator-group", "no-such-group"]).try_open().err().unwrap();
    assert!(format!("{error:#}").contains("no-such-group"), "{error:#}");
}
