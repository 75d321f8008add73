//! Messages: who receives what, once and in order; nonces; direct messages.

use std::net::SocketAddr;
use std::sync::Barrier;

use serde_json::json;
use shared::{Code, Kind, Seq, ServerMsg};

use crate::client::{Client, hello, say};
use crate::daemon::Daemon;
use crate::test_server::TestServer;

#[tokio::test]
async fn everyone_hears_a_message_the_sender_too_with_its_nonce() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.expect("lobby ben joins").await;
    let message = json!({"type": "say", "room": "lobby", "text": "안녕 👩‍👩‍👧", "nonce": "n1"});
    let seq = ann.ok(message).await.seq;
    for client in [&mut ann, &mut ben] {
        let ServerMsg::Event(event) = client.until("lobby ann: 안녕 👩‍👩‍👧").await else {
            unreachable!()
        };
        assert_eq!(event.nonce.as_ref().unwrap().as_str(), "n1");
        assert_eq!(Some(event.seq), seq);
        assert_eq!(event.from.style, shared::Style::ALL[0]);
        client.expect_silence().await;
    }
}

#[tokio::test]
async fn a_new_name_is_announced_to_those_who_are_here() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let mut ben = server.guest("민수").await;
    ann.expect("lobby 민수 joins").await;
    ben.expect_silence().await;
    assert_eq!(ben.members("lobby"), ["ann", "민수"]);
}

#[tokio::test]
async fn every_event_has_the_servers_date_and_time() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.say("one").await;
    ann.say("two").await;
    let mut last = 1_700_000_000_000;
    for text in ["one", "two"] {
        let ServerMsg::Event(event) = ben.until(&format!("lobby ann: {text}")).await else { unreachable!() };
        assert!(event.at >= last, "{} is before {last}", event.at);
        last = event.at;
    }
}

#[tokio::test]
async fn a_message_that_is_sent_again_is_heard_once() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let seq = ann.say("hi").await;
    assert_eq!(ann.say("hi").await, seq);
    let nonce = say("hi")["nonce"].clone();
    let other = json!({"type": "say", "room": "lobby", "text": "bye", "nonce": nonce});
    assert_eq!(ann.refused(other).await, Code::NonceConflict);
    ben.expect("lobby ann: hi").await;
    ben.expect_silence().await;
}

#[tokio::test]
async fn a_request_without_an_id_is_answered_only_when_it_fails() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    ann.send(say("hi")).await;
    ann.send(json!({"type": "join", "room": "kitchen"})).await;
    ann.send(json!({"type": "say", "room": "nowhere", "text": "hi", "nonce": "n2"})).await;
    // A connection's own answers do not wait for what is being stored.
    ann.until("error no_such_room").await;
    let mut ann = server.greet(json!({"secret": ann.secret, "resume": {"lobby": 0}})).await;
    ann.until("lobby ann: hi").await;
    assert_eq!(ann.members("kitchen"), ["ann"]);
}

/// Several people talk at once, each without waiting for anyone; all hear all of it in one order.
#[test]
fn everyone_hears_everything_in_the_same_order_whoever_talks_at_once() {
    let dir = tempfile::TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path(), &["--pace", "off"]);
    let (address, everyone_is_here) = (daemon.address, &Barrier::new(PEOPLE.len()));
    let heard: Vec<_> = std::thread::scope(|scope| {
        let talk = |name| scope.spawn(move || talk_and_listen(address, name, everyone_is_here));
        let talks = PEOPLE.map(talk);
        talks.into_iter().map(|talk| talk.join().unwrap()).collect()
    });
    for other in &heard {
        assert_eq!(other, &heard[0]);
    }
    for name in PEOPLE {
        let own = heard[0].iter().filter_map(|(_, text)| text.strip_prefix(&format!("{name} ")));
        assert!(own.eq((0..EACH).map(|n| n.to_string())), "{name} was heard out of order");
    }
}

const PEOPLE: [&str; 4] = ["ann", "ben", "cat", "dan"];
const EACH: usize = 200;

/// One of them: a thread of its own, which returns what it heard.
fn talk_and_listen(address: SocketAddr, name: &str, everyone_is_here: &Barrier) -> Vec<(Seq, String)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut client = Client::greet(address, json!({"name": name})).await;
        everyone_is_here.wait();
        for n in 0..EACH {
            client.send(say(&format!("{name} {n}"))).await;
        }
        let mut heard = Vec::new();
        while heard.len() < PEOPLE.len() * EACH {
            let next = client.next().await;
            let Some(ServerMsg::Event(event)) = next else { panic!("{name} heard {next:?}") };
            if let Kind::Message(text) = &event.kind {
                heard.push((event.seq, text.to_string()));
            }
        }
        heard
    })
}

#[tokio::test]
async fn two_talk_and_listen_in_any_order() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.send(say("a1")).await;
    ann.send(say("a2")).await;
    ben.send(say("b1")).await;
    ben.until("lobby ann: a2").await;
    ben.send(say("b2")).await;
    for text in ["ben: b1", "ben: b2"] {
        ann.until(&format!("lobby {text}")).await;
    }
}

#[tokio::test]
async fn two_talk_alone_and_hear_each_message_once() {
    let server = TestServer::open();
    let (mut ann, mut ben, mut cat) =
        (server.guest("ann").await, server.guest("ben").await, server.guest("cat").await);
    cat.expect_silence().await;
    let answer = ann.ok(json!({"type": "direct", "uid": 2, "text": "psst", "nonce": "n1"})).await;
    assert_eq!(answer.room.unwrap().as_str(), "@1:2");
    ben.until("@1:2 ann: psst").await;
    ben.ok(json!({"type": "say", "room": "@1:2", "text": "what", "nonce": "n1"})).await;
    ann.until("@1:2 ann: psst").await;
    ann.expect("@1:2 ben: what").await;
    ben.expect("@1:2 ben: what").await;
    ben.expect_silence().await;
    ann.expect_silence().await;
    cat.expect_silence().await;
    for request in ["history", "join", "typing"] {
        let refused = cat.refused(json!({"type": request, "room": "@1:2"})).await;
        assert_eq!(refused, Code::NoSuchRoom, "{request}");
    }
}

#[tokio::test]
async fn what_is_said_along_with_the_greeting_is_heard_once() {
    let server = TestServer::open();
    let mut ann = Client::connect(server.address).await;
    let lines = [
        hello(&json!({"name": "ann"})),
        say("hi"),
        json!({"type": "join", "id": "j", "room": "kitchen"}),
        json!({"type": "say", "room": "kitchen", "text": "soup", "nonce": "n2"}),
    ];
    let lines: String = lines.iter().map(|line| line.to_string() + "\n").collect();
    ann.raw(lines.as_bytes()).await;
    ann.welcomed(&json!({})).await;
    ann.until("lobby ann: hi").await;
    let mut ben = server.guest("ben").await;
    ben.ok(json!({"type": "join", "room": "kitchen"})).await;
    ann.until("kitchen ben joins").await;
    ann.expect_silence().await;
    let page = ben.ok(json!({"type": "history", "room": "kitchen"})).await.events.unwrap();
    assert_eq!(page.len(), 3, "{page:?}");
}

#[tokio::test]
async fn rooms_are_heard_by_their_members_only() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.expect("lobby ben joins").await;
    let state = ann.ok(json!({"type": "join", "room": "Küche"})).await.state.unwrap();
    assert_eq!((state.name.as_str(), state.members.len()), ("küche", 1));
    let soup = |nonce: &str| json!({"type": "say", "room": "küche", "text": "soup", "nonce": nonce});
    ann.ok(soup("n1")).await;
    ben.expect_silence().await;
    assert_eq!(ben.refused(soup("n1")).await, Code::NotMember);
    ben.ok(json!({"type": "join", "room": "küche"})).await;
    ann.until("küche ben joins").await;
    ann.ok(soup("n2")).await;
    ben.expect("küche ann: soup").await;
    ben.ok(json!({"type": "part", "room": "küche"})).await;
    ann.until("küche ben leaves (part)").await;
    ann.ok(soup("n3")).await;
    ben.expect_silence().await;
}

#[tokio::test]
async fn renames_topics_and_actions_are_events() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    ann.ok(json!({"type": "rename", "name": "지수"})).await;
    ben.expect("lobby ann is now 지수").await;
    ann.ok(json!({"type": "topic", "room": "lobby", "topic": "lunch"})).await;
    ben.expect("lobby 지수 sets the topic lunch").await;
    ann.ok(json!({"type": "say", "room": "lobby", "text": "waves", "nonce": "n", "action": true})).await;
    ben.expect("lobby 지수 waves").await;
    let cat = server.guest("cat").await;
    assert_eq!(cat.welcome.as_ref().unwrap().rooms[0].topic.as_str(), "lunch");
    assert_eq!(cat.members("lobby"), ["지수", "ben", "cat"]);
}

#[tokio::test]
async fn who_quits_says_goodbye_and_who_quits_quietly_is_only_gone() {
    let server = TestServer::open();
    let (mut ann, mut ben, mut cat) =
        (server.guest("ann").await, server.guest("ben").await, server.guest("cat").await);
    ben.send(json!({"type": "quit"})).await;
    ben.until("goodbye quit").await;
    ben.expect_end().await;
    ann.until("lobby ben leaves (quit)").await;
    cat.send(json!({"type": "quit", "quiet": true})).await;
    cat.until("goodbye quit").await;
    cat.expect_end().await;
    ann.expect_presence("lobby cat gone").await;
    ann.expect_silence().await;
    assert_eq!(ann.who().await, ["ann"]);
}

#[tokio::test]
async fn somebody_kicked_is_told_by_whom_and_why_and_not_asked_back() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.admin("ann").await, server.guest("ben").await);
    assert_eq!(ben.refused(json!({"type": "kick", "uid": 1})).await, Code::Forbidden);
    ann.ok(json!({"type": "kick", "uid": 2, "reason": "spam"})).await;
    ben.expect("lobby ann kicks ben spam").await;
    let Some(ServerMsg::Goodbye(goodbye)) = ben.next().await else { panic!("no goodbye") };
    assert_eq!(goodbye.code.as_str(), "kicked");
    assert_eq!((goodbye.reason.as_str(), goodbye.by.unwrap().as_str()), ("spam", "ann"));
    assert!(!goodbye.reconnect);
    ben.expect_end().await;
    ann.until("lobby ann kicks ben spam").await;
    assert_eq!(ann.who().await, ["ann"]);
}

#[tokio::test]
async fn a_wrong_key_makes_no_admin_and_the_third_ends_the_connection() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    for _ in 0..2 {
        assert_eq!(ann.refused(json!({"type": "auth", "key": "guess"})).await, Code::AuthFailed);
    }
    assert_eq!(ann.refused(json!({"type": "announce", "text": "cake"})).await, Code::Forbidden);
    assert_eq!(ann.refused(json!({"type": "auth", "key": "guess"})).await, Code::AuthFailed);
    ann.expect("goodbye auth_failed").await;
    ann.expect_end().await;
}

#[tokio::test]
async fn an_announcement_reaches_everyone() {
    let server = TestServer::open();
    let (mut ann, mut ben) = (server.admin("ann").await, server.guest("ben").await);
    ann.ok(json!({"type": "announce", "text": "케이크"})).await;
    ben.expect("lobby ann announces 케이크").await;
}

/// The pace delays and does not refuse: three at once, the rest one every 20 ms, none lost, in order.
#[tokio::test]
async fn whoever_talks_too_fast_is_heard_more_slowly() {
    let server = TestServer::with(&["--pace", "3/50"]);
    let mut ann = server.guest("ann").await;
    let lines: String = (0..8).map(|n| say(&format!("{n}")).to_string() + "\n").collect();
    ann.raw(lines.as_bytes()).await;
    let mut times = Vec::new();
    for n in 0..8 {
        let ServerMsg::Event(event) = ann.until(&format!("lobby ann: {n}")).await else { unreachable!() };
        times.push(event.at);
    }
    assert!(times[7] - times[0] >= 80, "{times:?}");
}
