//! Bans and mutes over real sockets: what those they hit hear, and that a restart changes nothing about it.

use std::path::Path;

use serde_json::json;
use shared::server_msg::SanctionKind;
use shared::{Code, ServerMsg};

use crate::client::{Client, hello, say};
use crate::test_server::{Setup, TestServer};

/// Greets with a secret and is refused as banned; returns the goodbye.
async fn banned(server: &TestServer, secret: &str) -> shared::server_msg::Goodbye {
    let mut client = Client::connect(server.address).await;
    client.send(hello(&json!({"secret": secret, "name": "other", "resume": {"lobby": 1}}))).await;
    let Some(ServerMsg::Error(refusal)) = client.next().await else { panic!("no error") };
    assert_eq!(refusal.code, Code::Banned);
    assert!(refusal.message.contains("도배"), "{}", refusal.message);
    let Some(ServerMsg::Goodbye(goodbye)) = client.next().await else { panic!("no goodbye") };
    client.expect_end().await;
    assert_eq!(goodbye.until.is_some(), refusal.retry_ms.is_some());
    goodbye
}

/// The audit trail as `act by_name target_name reason`, without what depends on the machine.
fn trail(dir: &Path) -> Vec<String> {
    let db = rusqlite::Connection::open(dir.join("chinwag.db")).unwrap();
    let mut select =
        db.prepare("SELECT act, by_name, target_name, reason, place FROM audit ORDER BY id").unwrap();
    let rows = select.query_map([], |row| {
        let word = |n| row.get::<_, String>(n).unwrap();
        assert_eq!(word(4), "127.0.0.1");
        Ok(format!("{} {} {} {}", word(0), word(1), word(2), word(3)).trim_end().to_owned())
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_banned_person_is_kept_out_over_a_restart_until_they_are_let_in() {
    let server = TestServer::open();
    let (mut ann, mut minsu) = (server.admin("ann").await, server.guest("민수").await);
    ann.ok(json!({"type": "ban", "uid": 2, "reason": "도배", "for_s": 3600})).await;
    minsu.until("lobby ann bans 민수 도배").await;
    let Some(ServerMsg::Goodbye(goodbye)) = minsu.next().await else { panic!("no goodbye") };
    assert_eq!((goodbye.code.as_str(), goodbye.reason.as_str()), ("banned", "도배"));
    assert!(goodbye.until.is_some() && !goodbye.reconnect);
    minsu.expect_end().await;
    let again = banned(&server, &minsu.secret).await;
    assert_eq!(again, goodbye);

    let server = server.again().await;
    assert_eq!(banned(&server, &minsu.secret).await, goodbye);
    let mut ann = server.greet(json!({"secret": ann.secret})).await;
    let bans = ann.ok(json!({"type": "bans"})).await.bans.unwrap();
    assert_eq!((bans.len(), bans[0].kind, bans[0].target.name.as_str()), (1, SanctionKind::Ban, "민수"));
    assert_eq!(bans[0].until, goodbye.until);
    ann.ok(json!({"type": "unban", "uid": 2})).await;
    let server = server.again().await;
    assert_eq!(server.greet(json!({"secret": minsu.secret})).await.name(), "민수");
}

#[tokio::test]
async fn a_muted_person_is_silent_over_a_restart_until_they_may_speak() {
    let setup = Setup::new(&[]);
    let server = setup.open();
    let (mut ann, mut minsu) = (server.admin("ann").await, server.guest("민수").await);
    let seq = minsu.say("안녕").await;
    ann.ok(json!({"type": "mute", "uid": 2, "reason": "잠시만"})).await;
    minsu.until("lobby ann mutes 민수 잠시만").await;
    assert_eq!(minsu.refused(say("여보세요")).await, Code::Muted);

    let server = server.again().await;
    let mut minsu = server.greet(json!({"secret": minsu.secret, "name": "몰래"})).await;
    assert_eq!(minsu.name(), "민수");
    assert_eq!(minsu.refused(say("여보세요")).await, Code::Muted);
    assert_eq!(minsu.refused(json!({"type": "rename", "name": "몰래"})).await, Code::Muted);
    // What was said before is still answered with where it stands.
    assert_eq!(minsu.say("안녕").await, seq);
    let mut ann = server.greet(json!({"secret": ann.secret})).await;
    ann.ok(json!({"type": "unmute", "uid": 2})).await;
    minsu.until("lobby ann mutes 민수").await;
    minsu.ok(say("여보세요")).await;
    server.stop().await;
    assert_eq!(trail(setup.dir.path()), ["auth ann", "mute ann 민수 잠시만", "unmute ann 민수"],);
}

#[tokio::test]
async fn a_moderator_is_told_where_somebody_is_from_and_nobody_else_is() {
    let server = TestServer::open();
    let (mut ann, mut minsu) = (server.admin("ann").await, server.guest("민수").await);
    let whois = json!({"type": "who", "uid": 2});
    let user = &minsu.ok(whois.clone()).await.users.unwrap()[0];
    assert!(user.details.is_none());
    let user = ann.ok(whois.clone()).await.users.unwrap().remove(0);
    let details = user.details.unwrap();
    assert!(details.present && details.since.is_some());
    assert_eq!(details.address.unwrap().to_string(), "127.0.0.1");
    // A ban of this address would hit everyone on the machine.
    let ban = json!({"type": "ban", "uid": 2, "address": true});
    assert_eq!(ann.refused(ban).await, Code::BadRequest);
    assert_eq!(ann.refused(json!({"type": "who", "uid": 2, "room": "lobby"})).await, Code::BadRequest);
    minsu.break_off();
    let server = server.again().await;
    let mut ann = server.greet(json!({"secret": ann.secret})).await;
    let user = ann.ok(whois).await.users.unwrap().remove(0);
    let details = user.details.unwrap();
    assert_eq!((details.address, details.since), (None, None), "where somebody was is not kept");
}

#[tokio::test]
async fn what_was_done_and_tried_is_in_the_audit_trail() {
    let setup = Setup::new(&[]);
    let server = setup.open();
    let (mut ann, mut minsu) = (server.guest("ann").await, server.guest("민수").await);
    assert_eq!(ann.refused(json!({"type": "auth", "key": "guess"})).await, Code::AuthFailed);
    ann.ok(json!({"type": "auth", "key": server.key})).await;
    ann.ok(json!({"type": "role", "uid": 2, "role": "moderator"})).await;
    ann.ok(json!({"type": "role", "uid": 2, "role": "member"})).await;
    ann.ok(json!({"type": "announce", "text": "점심"})).await;
    ann.ok(json!({"type": "shutdown", "in_s": 600, "reason": "점검"})).await;
    ann.ok(json!({"type": "shutdown", "cancel": true})).await;
    ann.ok(json!({"type": "kick", "uid": 2, "reason": "나가 주세요"})).await;
    minsu.until("goodbye kicked by ann 나가 주세요").await;
    server.stop().await;
    assert_eq!(
        trail(setup.dir.path()),
        [
            "wrong-key ann",
            "auth ann",
            "role ann 민수",
            "role ann 민수",
            "announce ann",
            "shutdown ann  점검",
            "shutdown-cancel ann",
            "kick ann 민수 나가 주세요",
        ],
    );
}

/// Takes five seconds: as long as the server waits for a file that is busy.
#[tokio::test]
async fn a_ban_that_could_not_be_stored_does_not_hold() {
    let setup = Setup::new(&[]);
    let server = setup.open();
    let (mut ann, mut minsu) = (server.admin("ann").await, server.guest("민수").await);
    ann.ok(json!({"type": "mute", "uid": 2})).await;
    minsu.ok(json!({"type": "quit"})).await;
    let db = rusqlite::Connection::open(setup.dir.path().join("chinwag.db")).unwrap();
    db.execute_batch("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE").unwrap();
    ann.send(json!({"type": "ban", "id": "b", "uid": 2, "reason": "도배"})).await;
    ann.send(json!({"type": "unmute", "id": "u", "uid": 2})).await;
    for _ in 0..2 {
        ann.until("error storage").await;
    }
    db.execute_batch("ROLLBACK").unwrap();
    let mut minsu = server.greet(json!({"secret": minsu.secret})).await;
    assert_eq!(minsu.refused(say("여보세요")).await, Code::Muted);
    let bans = ann.ok(json!({"type": "bans"})).await.bans.unwrap();
    assert_eq!(bans.iter().map(|one| one.kind).collect::<Vec<_>>(), [SanctionKind::Mute]);
}
