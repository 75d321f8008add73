//! Coming back: to what was missed, to a server that was started again, to one that was killed.

use serde_json::json;
use tempfile::TempDir;

use crate::client::{Client, show};
use crate::daemon::Daemon;
use crate::test_server::TestServer;

#[tokio::test]
async fn whoever_comes_back_gets_what_they_missed_in_order_and_is_then_live() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    for client in [&mut ann, &mut ben] {
        client.ok(json!({"type": "join", "room": "kitchen"})).await;
    }
    let (lobby, kitchen) = (ben.position("lobby"), ben.position("kitchen"));
    let secret = ben.secret.clone();
    ben.break_off();
    ann.expect_presence("lobby ben away").await;
    ann.say("one").await;
    ann.ok(json!({"type": "say", "room": "kitchen", "text": "soup", "nonce": "n"})).await;
    ann.say("two").await;
    let resume = json!({"lobby": lobby, "kitchen": kitchen});
    let mut ben = server.greet(json!({"secret": secret, "resume": resume})).await;
    let mut missed = Vec::new();
    loop {
        let next = ben.next().await.unwrap();
        if let shared::ServerMsg::Resumed(resumed) = &next {
            let at = |room: &str| resumed.rooms[&room.parse().unwrap()].get();
            assert_eq!((at("lobby"), at("kitchen")), (ben.position("lobby"), ben.position("kitchen")));
            break;
        }
        missed.push(show(&next));
    }
    missed.sort();
    assert_eq!(missed, ["kitchen ann: soup", "lobby ann: one", "lobby ann: two"]);
    ann.say("three").await;
    ben.expect("lobby ann: three").await;
    ben.expect_silence().await;
}

#[tokio::test]
async fn without_positions_a_room_is_live_from_its_head() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    ann.say("old").await;
    let mut ben = server.guest("ben").await;
    ben.expect_silence().await;
    let mut ann = server.greet(json!({"secret": ann.secret, "resume": {"nowhere": 7}})).await;
    ann.expect("resumed").await;
    ann.expect_silence().await;
}

#[tokio::test]
async fn a_position_of_zero_gives_a_room_from_its_beginning() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    ann.say("hi").await;
    let mut ann = server.greet(json!({"secret": ann.secret, "resume": {"lobby": 0}})).await;
    ann.expect("lobby ann joins").await;
    ann.expect("lobby ann: hi").await;
    ann.expect("resumed").await;
}

#[tokio::test]
async fn somebody_who_left_and_returns_resumes_with_their_own_leave_and_join() {
    let server = TestServer::open();
    let (_ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ben.ok(json!({"type": "quit"})).await;
    ben.until("goodbye quit").await;
    let resume = json!({"secret": ben.secret, "resume": {"lobby": 2}});
    let mut ben = server.greet(resume).await;
    ben.expect("lobby ben leaves (quit)").await;
    ben.expect("lobby ben joins").await;
    ben.expect("resumed").await;
}

#[tokio::test]
async fn what_left_the_ring_is_a_gap_and_the_pages_fill_it_exactly() {
    let server = TestServer::open();
    let (mut ann, ben) = (server.guest("ann").await, server.guest("ben").await);
    let (secret, after) = (ben.secret.clone(), ben.position("lobby"));
    ben.break_off();
    let said: Vec<String> = (0..2600).map(|n| format!("line {n}")).collect();
    ann.say_all(said.iter().cloned()).await;
    let mut ben = server.greet(json!({"secret": secret, "resume": {"lobby": after}})).await;
    let Some(shared::ServerMsg::Gap(gap)) = ben.next().await else { panic!("no gap") };
    let mut filled = Vec::new();
    let mut before = gap.before.get();
    loop {
        let page = ben.ok(json!({"type": "history", "room": "lobby", "before": before})).await;
        let events = page.events.unwrap();
        before = events.first().expect("an empty page says that there is more").seq.get();
        filled.extend(events.into_iter().rev().filter(|event| event.seq > gap.after));
        if !page.more.unwrap() || before <= gap.after.get() {
            break;
        }
    }
    filled.reverse();
    let mut live = Vec::new();
    loop {
        match ben.next().await.unwrap() {
            shared::ServerMsg::Event(event) => live.push(*event),
            other => break assert_eq!(show(&other), "resumed"),
        }
    }
    let mut last = gap.after;
    let mut texts = Vec::new();
    for event in filled.iter().chain(&live) {
        assert_eq!(event.prev, last);
        last = event.seq;
        if let shared::Kind::Message(text) = &event.kind {
            texts.push(text.to_string());
        }
    }
    assert_eq!(texts, said);
    ann.say("now").await;
    ben.until("lobby ann: now").await;
}

#[tokio::test]
async fn a_restart_keeps_identities_rooms_topics_roles_and_what_was_said() {
    let server = TestServer::open();
    let mut ann = server.admin("ann").await;
    let mut ben = server.guest("ben").await;
    ann.ok(json!({"type": "join", "room": "kitchen"})).await;
    ann.ok(json!({"type": "topic", "room": "kitchen", "topic": "soup"})).await;
    ann.ok(json!({"type": "rename", "name": "지수"})).await;
    ben.ok(json!({"type": "direct", "uid": 1, "text": "psst", "nonce": "n1"})).await;
    ann.until("@1:2 ben: psst").await;
    let said = ann.say("hi").await;
    ben.until("lobby 지수: hi").await;
    let before = ben.ok(json!({"type": "history", "room": "lobby"})).await.events.unwrap();

    let server = server.again().await;
    let mut again = server.greet(json!({"secret": ann.secret})).await;
    let you = &again.welcome.as_ref().unwrap().you;
    assert_eq!((you.name.as_str(), you.uid.get(), you.role), ("지수", 1, shared::Role::Admin));
    assert_eq!(you.style, ann.welcome.as_ref().unwrap().you.style);
    let rooms: Vec<_> = again.welcome.as_ref().unwrap().rooms.iter().collect();
    assert_eq!(rooms.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(), ["@1:2", "kitchen", "lobby"]);
    assert_eq!(rooms[1].topic.as_str(), "soup");
    assert_eq!(rooms[2].head.get(), said, "nobody joined or left: all were only away");
    assert_eq!(again.members("lobby"), ["지수", "~ben"]);
    assert_eq!(again.say("hi").await, said, "the nonce is known");
    let after = again.ok(json!({"type": "history", "room": "lobby"})).await.events.unwrap();
    assert_eq!(after, before);
    assert!(again.say("on").await > said);
    let mut ben = server.greet(json!({"secret": ben.secret, "resume": {"lobby": said}})).await;
    ben.until("lobby 지수: on").await;
    ben.until("resumed").await;
    let page = ben.ok(json!({"type": "history", "room": "@1:2"})).await.events.unwrap();
    assert_eq!(show(&shared::ServerMsg::Event(Box::new(page[0].clone()))), "@1:2 ben: psst");
}

#[tokio::test]
async fn what_was_missed_across_a_restart_comes_in_order() {
    let server = TestServer::open();
    let (mut ann, ben) = (server.guest("ann").await, server.guest("ben").await);
    let (secret, at) = (ben.secret.clone(), ben.position("lobby"));
    ben.break_off();
    ann.say("before").await;
    let server = server.again().await;
    let mut ann = server.greet(json!({"secret": ann.secret})).await;
    ann.say("after").await;
    let mut ben = server.greet(json!({"secret": secret, "resume": {"lobby": at}})).await;
    for line in ["lobby ann: before", "lobby ann: after", "resumed"] {
        ben.expect(line).await;
    }
}

/// More than the server reads back when a room is opened again: the rest is a gap, and the pages fill it.
#[tokio::test]
async fn a_long_absence_across_a_restart_is_a_gap_or_comes_whole() {
    let server = TestServer::open();
    let (mut ann, ben) = (server.guest("ann").await, server.guest("ben").await);
    let (secret, at) = (ben.secret.clone(), ben.position("lobby"));
    ben.break_off();
    ann.say_all((0..700).map(|n| format!("line {n}"))).await;
    let server = server.again().await;
    let mut ben = server.greet(json!({"secret": secret, "resume": {"lobby": at}})).await;
    ben.expect("gap lobby").await;
    ben.expect("resumed").await;
    let page = ben.ok(json!({"type": "history", "room": "lobby", "after": at})).await;
    assert_eq!(page.events.unwrap()[0].prev.get(), at);
}

#[tokio::test]
async fn a_uid_is_never_given_to_somebody_else() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    ann.ok(json!({"type": "quit"})).await;
    let server = server.again().await;
    assert_eq!(server.guest("ann").await.uid(), 2);
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_killed_server() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let (mut ann, mut ben) = (daemon.guest("ann").await, daemon.guest("ben").await);
    let mut seqs = Vec::new();
    for n in 0..20 {
        seqs.push(ann.say(&format!("line {n}")).await);
    }
    ben.ok(json!({"type": "rename", "name": "민수"})).await;
    // More is on its way when the server dies.
    ann.raw("x".repeat(4000).as_bytes()).await;
    daemon.signal("KILL");
    let (status, _) = daemon.wait();
    assert_eq!(status.code(), None, "it was killed");
    while ann.next().await.is_some() {}

    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let mut back = Client::greet(daemon.address, json!({"secret": ann.secret})).await;
    assert_eq!(back.members("lobby"), ["ann", "~민수"]);
    let page = back.ok(json!({"type": "history", "room": "lobby"})).await.events.unwrap();
    let kept: Vec<u64> =
        page.iter().filter(|event| event.nonce.is_some()).map(|event| event.seq.get()).collect();
    assert_eq!(kept, seqs);
    assert_eq!(back.say("line 7").await, seqs[7], "the nonce is known");
    assert!(back.say("on").await > seqs[19]);
}
