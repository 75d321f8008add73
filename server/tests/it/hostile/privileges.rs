//! Privilege escalation: members who ask for what only moderators and admins may do are refused with a code; wrong admin
//! keys are rate-limited. And a stampede of connections.

use serde_json::json;

use super::attack_harness::AttackHarness;
use crate::client::{Client, hello};
use crate::daemon::Daemon;

#[tokio::test]
async fn members_have_no_say_over_others() {
    let acts = [
        ("kicking", json!({"type": "kick", "uid": 1})),
        ("banning", json!({"type": "ban", "uid": 1})),
        ("banning an address", json!({"type": "ban", "uid": 1, "address": true})),
        ("unbanning", json!({"type": "unban", "uid": 1})),
        ("muting", json!({"type": "mute", "uid": 1})),
        ("unmuting", json!({"type": "unmute", "uid": 1})),
        ("listing bans", json!({"type": "bans"})),
        ("raising oneself", json!({"type": "role", "uid": 3, "role": "admin"})),
        ("announcing", json!({"type": "announce", "text": "all is mine"})),
        ("stopping the server", json!({"type": "shutdown"})),
        ("calling a countdown off", json!({"type": "shutdown", "cancel": true})),
    ];
    AttackHarness::run(&["--pace", "off"], async |harness| {
        for (name, act) in &acts {
            harness
                .attack(name, async |at| {
                    let mut eve = at.guest("eve").await;
                    assert_eq!(eve.refused(act.clone()).await, shared::Code::Forbidden);
                })
                .await;
        }
        harness
            .attack("kicking somebody who is gone, and the server's operator", async |at| {
                let (mut chief, gone) = (at.admin("chief").await, at.guest("gone").await);
                let uid = gone.uid();
                let mut gone = gone;
                gone.ok(json!({"type": "quit"})).await;
                gone.until("goodbye quit").await;
                for uid in [uid, 0, 9_007_199_254_740_991] {
                    let refused = chief.refused(json!({"type": "kick", "uid": uid})).await;
                    assert_eq!(refused, shared::Code::NoSuchUser, "{uid}");
                }
            })
            .await;
        harness
            .attack("three wrong keys", async |at| {
                let mut eve = at.guest("eve").await;
                for key in ["", "admin"] {
                    eve.send(json!({"type": "auth", "key": key})).await;
                    assert_eq!(eve.error().await, "auth_failed");
                }
                eve.send(json!({"type": "auth", "key": "x".repeat(10_000)})).await;
                eve.until("goodbye auth_failed").await;
                eve.expect_end().await;
            })
            .await;
    })
    .await;
}

/// Two hundred people are cut off by a server that is killed, and come back in the same moment: each is who they were,
/// and has what was said.
#[tokio::test]
async fn two_hundred_who_come_back_at_once_are_all_let_in() {
    let dir = tempfile::TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let mut crowd = Vec::new();
    for n in 0..200 {
        let mut one = Client::connect(daemon.address).await;
        one.hello(json!({"name": format!("guest{n}")})).await;
        crowd.push(one);
    }
    let last = crowd[0].say("see you").await;
    daemon.signal("KILL");
    daemon.wait();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let mut back = Vec::new();
    for one in &crowd {
        let mut next = Client::connect(daemon.address).await;
        let fields = json!({"secret": one.secret, "resume": {"lobby": last - 1}});
        next.send(hello(&fields)).await;
        back.push((next, fields));
    }
    for ((next, fields), before) in back.iter_mut().zip(&crowd) {
        next.welcomed(fields).await;
        assert_eq!((next.uid(), next.name()), (before.uid(), before.name()));
        next.until("lobby guest0: see you").await;
        next.until("resumed").await;
    }
}
