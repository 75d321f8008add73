//! A message with a file is said once, whatever happens to its content meanwhile.

use std::time::Duration;

use serde_json::json;
use shared::Code;

use super::who::{bring, fetch, file, message, send};
use super::{content, upload_of};
use crate::test_server::{Setup, TestServer};

#[tokio::test]
async fn a_message_without_its_content_is_not_said() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let content = content(5000);
    assert_eq!(ann.refused(message("lobby", "n1", &content)).await, Code::NoSuchFile);
    send(server.address, &mut ann, &content).await;
    // Who knows the hash has not the content.
    assert_eq!(ben.refused(message("lobby", "n1", &content)).await, Code::NoSuchFile);
    let mut lie = message("lobby", "n1", &content);
    lie["file"]["bytes"] = json!(4999);
    assert_eq!(ann.refused(lie).await, Code::BadRequest);
    let of = ann.ok(message("lobby", "n1", &content)).await.seq.unwrap().get();
    assert!(fetch(server.address, &mut ben, "lobby", of).await == content);
    // Whoever has fetched it can prove that they have it.
    let proved = ben.ok(serde_json::to_value(upload_of(&content, true)).map(with_type).unwrap()).await;
    assert!(proved.token.is_none());
    ben.ok(message("lobby", "n1", &content)).await;
}

fn with_type(mut upload: serde_json::Value) -> serde_json::Value {
    upload["type"] = json!("upload");
    upload
}

#[tokio::test]
async fn a_message_that_was_said_is_the_same_one_after_its_hold_and_after_a_restart() {
    let server = Setup::new(&[]).timed(|timing| timing.transfers.keep = Duration::from_millis(200)).open();
    let mut ann = server.guest("ann").await;
    let secret = ann.welcome.clone().unwrap().secret;
    let of = bring(server.address, &mut ann, ("lobby", "n1"), b"hello\n").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(
        ann.refused(message("lobby", "n2", b"hello\n")).await,
        Code::NoSuchFile,
        "it is not held any more"
    );
    assert_eq!(ann.ok(message("lobby", "n1", b"hello\n")).await.seq.unwrap().get(), of);
    let server = server.again().await;
    let mut ann = server.greet(json!({"secret": secret})).await;
    assert_eq!(ann.ok(message("lobby", "n1", b"hello\n")).await.seq.unwrap().get(), of);
    // The nonce stands for this file and no other, also by what the store has.
    for other in [
        message("lobby", "n1", b"hello!\n"),
        json!({"type": "say", "room": "lobby", "text": "a.bin", "nonce": "n1"}),
        json!({"type": "say", "room": "lobby", "text": "a.bin", "nonce": "n1", "file": file("b.bin", b"hello\n")}),
    ] {
        assert_eq!(ann.refused(other).await, Code::NonceConflict);
    }
    assert_eq!(fetch(server.address, &mut ann, "lobby", of).await, b"hello\n");
}

#[tokio::test]
async fn requests_in_one_go_are_all_answered() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let of = bring(server.address, &mut ann, ("lobby", "n1"), b"hello\n").await;
    for id in 0..20 {
        let download = json!({"type": "download", "id": format!("d{id}"), "room": "lobby", "of": of});
        let mut upload = with_type(serde_json::to_value(upload_of(b"hello\n", id % 2 == 0)).unwrap());
        upload["id"] = json!(format!("u{id}"));
        ann.send(download).await;
        ann.send(upload).await;
    }
    let mut answered = std::collections::BTreeSet::new();
    while answered.len() < 40 {
        let line: serde_json::Value = serde_json::from_str(&ann.line().await.unwrap()).unwrap();
        if let Some(id) = line["id"].as_str() {
            assert!(answered.insert(id.to_owned()), "{line}");
            // So many downloads at once may be too many; then that is the answer.
            assert!(line["type"] == "ok" || line["code"] == "rate_limited", "{line}");
        }
    }
}
