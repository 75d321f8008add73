//! Presence: here, away, typing, gone.

use serde_json::json;

use crate::client::Client;
use crate::daemon::ms;
use crate::test_server::{Setup, TestServer};

#[tokio::test]
async fn a_broken_connection_is_away_and_coming_back_is_no_join() {
    let server = TestServer::open();
    let (mut ann, ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.expect("lobby ben joins").await;
    let secret = ben.secret.clone();
    ben.break_off();
    ann.expect_presence("lobby ben away").await;
    assert_eq!(ann.who().await, ["ann", "~ben"]);
    let ben = server.greet(json!({"secret": secret})).await;
    ann.expect_presence("lobby ben here").await;
    assert_eq!(ben.name(), "ben");
    ann.expect_silence().await;
}

#[tokio::test]
async fn a_connection_that_is_closed_without_goodbye_is_away_too() {
    let server = TestServer::open();
    let (mut ann, ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.expect("lobby ben joins").await;
    drop(ben);
    ann.expect_presence("lobby ben away").await;
}

#[tokio::test]
async fn whoever_does_not_come_back_in_time_leaves_as_lost() {
    let server = Setup::new(&[]).timed(|timing| timing.resume = ms(1000)).open();
    let (mut ann, ben) = (server.guest("ann").await, server.guest("ben").await);
    let secret = ben.secret.clone();
    assert_eq!(ben.welcome.as_ref().unwrap().limits.resume_s, 1);
    ann.expect("lobby ben joins").await;
    ben.break_off();
    ann.expect_presence("lobby ben away").await;
    ann.expect("lobby ben leaves (lost)").await;
    assert_eq!(ann.who().await, ["ann"]);
    let ben = server.greet(json!({"secret": secret})).await;
    ann.expect("lobby ben joins").await;
    assert_eq!((ben.name().as_str(), ben.uid()), ("ben", 2));
}

#[tokio::test]
async fn whoever_comes_back_in_time_does_not_leave_later() {
    let server = Setup::new(&[]).timed(|timing| timing.resume = ms(1000)).open();
    let (mut ann, ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.expect("lobby ben joins").await;
    let secret = ben.secret.clone();
    ben.break_off();
    ann.expect_presence("lobby ben away").await;
    let _ben = server.greet(json!({"secret": secret})).await;
    ann.expect_presence("lobby ben here").await;
    ann.expect_quiet_for(ms(1500)).await;
    assert_eq!(ann.who().await, ["ann", "ben"]);
}

#[tokio::test]
async fn the_list_is_right_when_many_leave_at_once() {
    let server = Setup::new(&[]).timed(|timing| timing.resume = ms(0)).open();
    let mut ann = server.guest("ann").await;
    let mut others = Vec::new();
    for n in 0..12 {
        others.push(server.guest(&format!("guest{n}")).await);
    }
    for (n, mut other) in others.into_iter().enumerate() {
        match n % 3 {
            0 => other.break_off(),
            1 => drop(other),
            _ => other.send(json!({"type": "quit"})).await,
        }
    }
    let mut left = std::collections::BTreeSet::new();
    while left.len() < 12 {
        let next = ann.next().await.unwrap();
        let shown = crate::client::show(&next);
        if let Some((who, _)) = shown.split_once(" leaves (") {
            assert!(left.insert(who.to_owned()), "{shown} twice");
        }
    }
    assert_eq!(ann.who().await, ["ann"]);
    assert_eq!(server.guest("ben").await.members("lobby"), ["ann", "ben"]);
}

#[tokio::test]
async fn somebody_typing_is_shown_and_not_stored() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ben.ok(json!({"type": "typing", "room": "lobby"})).await;
    ann.expect_presence("lobby ben typing").await;
    let page = ann.ok(json!({"type": "history", "room": "lobby"})).await.events.unwrap();
    assert_eq!(page.len(), 2, "{page:?}");
}

#[tokio::test]
async fn the_same_identity_again_throws_the_old_connection_out() {
    let server = TestServer::open();
    let (mut ann, mut old) = (server.guest("ann").await, server.guest("ben").await);
    ann.expect("lobby ben joins").await;
    let mut new = server.greet(json!({"secret": old.secret})).await;
    let Some(shared::ServerMsg::Goodbye(goodbye)) = old.next().await else { panic!("no goodbye") };
    assert_eq!((goodbye.code.as_str(), goodbye.reconnect), ("replaced", false));
    old.expect_end().await;
    new.say("still here").await;
    ann.expect("lobby ben: still here").await;
    assert_eq!(ann.who().await, ["ann", "ben"]);
}

/// PROTOCOL.md: a uid that is not in the list is ignored. So if `gone` came before the join, they would stay listed.
#[tokio::test]
async fn nobody_is_gone_before_they_joined() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    for n in 0..5 {
        let mut ben = server.guest(&format!("ben{n}")).await;
        ben.send(json!({"type": "quit", "quiet": true})).await;
        // Presence names people by what earlier events called them.
        ann.expect_presence(&format!("lobby ben{n} gone")).await;
        ann.expect(&format!("lobby ben{n} joins")).await;
    }
}

/// Asked once, then given up; whoever answers stays. Takes ten seconds: the server looks every five.
#[tokio::test]
async fn a_silent_connection_is_asked_and_then_given_up() {
    let setup = Setup::new(&[]).timed(|timing| {
        timing.heartbeat.ping = ms(1000);
        timing.heartbeat.drop = ms(8000);
    });
    let server = setup.open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ben.expect("ping").await;
    ann.until("ping").await;
    ann.send(json!({"type": "pong"})).await;
    let last = ben.next().await;
    let last = last.as_ref().map(crate::client::show);
    // PROTOCOL.md, Goodbye codes: `timeout`, nothing was heard of you.
    assert!(matches!(last.as_deref(), Some("error timeout" | "goodbye timeout")), "{last:?}");
    ann.expect_presence("lobby ben away").await;
    ann.say("hi").await;
    assert_eq!(ann.who().await, ["ann", "~ben"]);
}

#[tokio::test]
async fn a_connection_that_never_greeted_is_nobody() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let stranger = Client::connect(server.address).await;
    stranger.break_off();
    ann.expect_silence().await;
    assert_eq!(ann.who().await, ["ann"]);
}

#[tokio::test]
async fn whoever_is_away_by_their_own_word_stays_so_over_a_restart_and_on_every_machine() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let link = ben.ok(json!({"type": "link"})).await.link.unwrap().code.unwrap();
    let mut phone = server.greet(json!({"link": link.as_str(), "machine": "phone"})).await;
    phone.ok(json!({"type": "absent", "why": "lunch \"at\" noon"})).await;
    ann.expect_presence("lobby ben absent").await;
    ben.expect_presence("lobby ben absent").await;
    ann.say("so my name stays mine").await;
    let (secret, uid) = (ben.secret.clone(), ben.uid());
    let ann_secret = ann.secret.clone();
    drop((ann, ben, phone));
    let server = server.again().await;
    let mut ann = server.greet(json!({"secret": ann_secret})).await;
    let told: Vec<u64> = ann.welcome.as_ref().unwrap().absent.iter().map(|uid| uid.get()).collect();
    assert_eq!(told, [uid]);
    let answer = ann.ok(json!({"type": "direct", "uid": uid, "text": "psst", "nonce": "p1"})).await;
    assert_eq!(answer.absent.unwrap().why.as_str(), "lunch \"at\" noon");
    let mut ben = server.greet(json!({"secret": secret})).await;
    ben.ok(json!({"type": "absent", "back": true})).await;
    ann.expect_presence("lobby ben back").await;
    let users = ann.ok(json!({"type": "who", "uid": uid})).await.users.unwrap();
    assert_eq!(users[0].absent, None);
}
