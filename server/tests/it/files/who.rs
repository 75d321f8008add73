//! Who may send a file and who may fetch it: whoever may read the message, and nobody else.

use std::net::SocketAddr;

use serde_json::{Value, json};
use shared::server_msg::Answer;
use shared::{Code, FileHasher};
use tokio::net::TcpStream;

use super::{Mover, content};
use crate::client::Client;
use crate::client::transport::Transport;
use crate::test_server::{Setup, TestServer};

/// A new connection for a content.
pub(crate) async fn mover(address: SocketAddr) -> Mover {
    Mover::over(Transport::Plain(TcpStream::connect(address).await.unwrap()))
}

/// Sends a content as a client does.
pub(crate) async fn send(address: SocketAddr, who: &mut Client, content: &[u8]) {
    let (sha256, _) = FileHasher::of(content);
    let asked = who.ok(json!({"type": "upload", "sha256": sha256, "bytes": content.len()})).await;
    if let Some(token) = asked.token {
        mover(address).await.upload(&token, content).await;
    }
}

/// The file of a message.
pub(crate) fn file(name: &str, content: &[u8]) -> Value {
    let (sha256, _) = FileHasher::of(content);
    json!({"name": name, "bytes": content.len(), "sha256": sha256})
}

/// A message to a room that brings a content.
pub(crate) fn message(room: &str, nonce: &str, content: &[u8]) -> Value {
    json!({"type": "say", "room": room, "text": "a.bin", "nonce": nonce, "file": file("a.bin", content)})
}

/// Sends a content and says the message that brings it; returns its seq.
pub(crate) async fn bring(
    address: SocketAddr,
    who: &mut Client,
    (room, nonce): (&str, &str),
    content: &[u8],
) -> u64 {
    send(address, who, content).await;
    who.ok(message(room, nonce, content)).await.seq.unwrap().get()
}

pub(crate) fn download(room: &str, of: u64) -> Value {
    json!({"type": "download", "room": room, "of": of})
}

/// Fetches the file of a message.
pub(crate) async fn fetch(address: SocketAddr, who: &mut Client, room: &str, of: u64) -> Vec<u8> {
    let Answer { token, .. } = who.ok(download(room, of)).await;
    mover(address).await.download(&token.unwrap(), 0).await
}

#[tokio::test]
async fn everybody_in_the_room_may_fetch_the_file_and_nobody_else() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let content = content(70_000);
    ann.ok(json!({"type": "join", "room": "dev"})).await;
    let of = bring(server.address, &mut ann, ("dev", "n1"), &content).await;
    assert!(fetch(server.address, &mut ann, "dev", of).await == content);
    assert_eq!(ben.refused(download("dev", of)).await, Code::NotMember);
    ben.ok(json!({"type": "join", "room": "dev"})).await;
    assert!(fetch(server.address, &mut ben, "dev", of).await == content);
    // In another room than it is in there is no such message.
    assert_eq!(ben.refused(download("lobby", of)).await, Code::NoSuchMessage);
    ben.ok(json!({"type": "part", "room": "dev"})).await;
    assert_eq!(ben.refused(download("dev", of)).await, Code::NotMember);
}

#[tokio::test]
async fn a_private_room_does_not_exist_for_who_wants_a_file_of_it() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.ok(json!({"type": "join", "room": "attic"})).await;
    ann.ok(json!({"type": "set_room", "room": "attic", "private": true})).await;
    let of = bring(server.address, &mut ann, ("attic", "n1"), b"hello\n").await;
    assert_eq!(ben.refused(download("attic", of)).await, Code::NoSuchRoom);
    ann.ok(json!({"type": "set_room", "room": "attic", "invite": ben.uid()})).await;
    ben.ok(json!({"type": "join", "room": "attic"})).await;
    assert_eq!(fetch(server.address, &mut ben, "attic", of).await, b"hello\n");
    ann.ok(json!({"type": "room_kick", "room": "attic", "uid": ben.uid()})).await;
    assert_eq!(ben.refused(download("attic", of)).await, Code::NoSuchRoom);
}

#[tokio::test]
async fn a_file_to_one_person_is_for_the_two() {
    let server = TestServer::open();
    let (mut ann, mut ben, mut eve) =
        (server.guest("ann").await, server.guest("ben").await, server.guest("eve").await);
    send(server.address, &mut ann, b"hello\n").await;
    let direct = json!({"type": "direct", "uid": ben.uid(), "text": "a.bin", "nonce": "n1", "file": file("a.bin", b"hello\n")});
    let said = ann.ok(direct).await;
    let (room, of) = (said.room.unwrap(), said.seq.unwrap().get());
    for two in [&mut ann, &mut ben] {
        assert_eq!(fetch(server.address, two, room.as_str(), of).await, b"hello\n");
    }
    assert_eq!(eve.refused(download(room.as_str(), of)).await, Code::NoSuchRoom);
}

#[tokio::test]
async fn a_newcomer_fetches_what_they_may_read() {
    let server = TestServer::with(&["--newcomer-history", "1"]);
    let mut ann = server.admin("ann").await;
    let old = bring(server.address, &mut ann, ("lobby", "n1"), b"old").await;
    let near = bring(server.address, &mut ann, ("lobby", "n2"), b"near").await;
    let mut ben = server.guest("ben").await;
    assert_eq!(ben.refused(download("lobby", old)).await, Code::NoSuchMessage);
    assert_eq!(fetch(server.address, &mut ben, "lobby", near).await, b"near");
    assert_eq!(fetch(server.address, &mut ann, "lobby", old).await, b"old", "an admin reads everything");
}

#[tokio::test]
async fn a_message_without_a_file_a_deleted_one_and_one_that_is_not_there_bring_none() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let said = ann.say("no file").await;
    assert_eq!(ann.refused(download("lobby", said)).await, Code::NoSuchFile);
    assert_eq!(ann.refused(download("lobby", 999)).await, Code::NoSuchMessage);
    let of = bring(server.address, &mut ann, ("lobby", "n1"), b"hello\n").await;
    ann.ok(json!({"type": "edit", "room": "lobby", "of": of, "text": "the greeting", "nonce": "n2"})).await;
    assert_eq!(
        fetch(server.address, &mut ann, "lobby", of).await,
        b"hello\n",
        "an edit changes the text alone"
    );
    ann.ok(json!({"type": "delete", "room": "lobby", "of": of, "nonce": "n3"})).await;
    assert_eq!(ann.refused(download("lobby", of)).await, Code::NoSuchMessage);
}

#[tokio::test]
async fn whoever_is_muted_sends_none_and_whoever_is_kicked_has_no_token_any_more() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.admin("ann").await, server.guest("ben").await);
    let of = bring(server.address, &mut ann, ("lobby", "n1"), b"hello\n").await;
    let upload = json!({"type": "upload", "sha256": "a7".repeat(32), "bytes": 5});
    let (up, down) = (ben.ok(upload.clone()).await.token, ben.ok(download("lobby", of)).await.token);
    ann.ok(json!({"type": "mute", "uid": ben.uid()})).await;
    assert_eq!(ben.refused(upload).await, Code::Muted);
    assert_eq!(fetch(server.address, &mut ben, "lobby", of).await, b"hello\n", "reading is not speaking");
    ann.ok(json!({"type": "kick", "uid": ben.uid()})).await;
    for token in [up, down] {
        let mut mover = mover(server.address).await;
        mover.open(&token.unwrap(), 0).await;
        assert_eq!(mover.refused().await.code, Code::TokenInvalid);
    }
}

#[tokio::test]
async fn a_kick_ends_a_transfer_that_runs() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.admin("ann").await, server.guest("ben").await);
    let content = content(1000);
    let (sha256, _) = FileHasher::of(&content);
    let asked = ben.ok(json!({"type": "upload", "sha256": sha256, "bytes": content.len()})).await;
    let mut mover = mover(server.address).await;
    mover.open(&asked.token.unwrap(), 0).await;
    assert_eq!(mover.begins().await, (0, 1000));
    mover.raw(&content[..500]).await;
    ann.ok(json!({"type": "kick", "uid": ben.uid()})).await;
    mover.raw(&content[500..]).await;
    let last = mover.line().await;
    assert!(!matches!(last, Some(shared::ServerMsg::Transferred(_))), "{last:?}");
}

#[tokio::test]
async fn a_server_without_files_says_so_and_still_gives_those_it_has() {
    let setup = Setup::new(&[]);
    let server = setup.open();
    let mut ann = server.guest("ann").await;
    let secret = ann.welcome.clone().unwrap().secret;
    let of = bring(server.address, &mut ann, ("lobby", "n1"), b"hello\n").await;
    let off = server.stop().await.with("--files", "off").open();
    let mut ann = off.greet(json!({"secret": secret})).await;
    assert_eq!(ann.welcome.clone().unwrap().limits.file_bytes, 0);
    let upload = json!({"type": "upload", "sha256": "a7".repeat(32), "bytes": 5});
    assert_eq!(ann.refused(upload).await, Code::Forbidden);
    assert_eq!(ann.refused(message("lobby", "n2", b"hello\n")).await, Code::Forbidden);
    assert_eq!(fetch(off.address, &mut ann, "lobby", of).await, b"hello\n");
}

#[tokio::test]
async fn the_longest_file_is_told_and_changes_with_the_limit() {
    let server = TestServer::with(&["--file-max", "1K"]);
    let mut ann = server.admin("ann").await;
    assert_eq!(ann.welcome.clone().unwrap().limits.file_bytes, 1024);
    let upload = |bytes: u64| json!({"type": "upload", "sha256": "a7".repeat(32), "bytes": bytes});
    assert_eq!(ann.refused(upload(1025)).await, Code::FileTooLarge);
    ann.ok(upload(1024)).await;
    let changed = ann.ok(json!({"type": "limits", "setting": "file-max", "value": "2K"})).await;
    let value = changed.settings.unwrap().into_iter().find(|limit| limit.setting.as_str() == "file-max");
    assert_eq!(value.unwrap().value.as_str(), "2K");
    ann.ok(upload(2048)).await;
    assert_eq!(server.guest("ben").await.welcome.clone().unwrap().limits.file_bytes, 2048);
    assert_eq!(
        ann.refused(json!({"type": "limits", "setting": "file-max", "value": "much"})).await,
        Code::BadRequest
    );
}
