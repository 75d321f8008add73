//! Several connections of one identity at once.

use serde_json::json;
use shared::server_msg::Goodbye;
use shared::{Code, Kind, ServerMsg};

use crate::client::{Client, say};
use crate::test_server::TestServer;

/// Another window of somebody.
async fn window(server: &TestServer, of: &Client, name: &str) -> Client {
    server.greet(json!({"secret": of.secret, "window": name})).await
}

async fn goodbye(client: &mut Client) -> Goodbye {
    loop {
        match client.next().await {
            Some(ServerMsg::Goodbye(goodbye)) => return goodbye,
            Some(_) => {}
            None => panic!("no goodbye"),
        }
    }
}

#[tokio::test]
async fn what_is_said_in_one_window_is_heard_in_the_other_and_by_others_once() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let mut one = server.greet(json!({"name": "ben", "window": "1"})).await;
    ann.expect("lobby ben joins").await;
    let mut two = window(&server, &one, "2").await;
    assert_eq!((two.uid(), two.welcome.as_ref().unwrap().limits.windows), (one.uid(), 8));
    two.say("hi").await;
    for heard in [&mut ann, &mut one, &mut two] {
        heard.expect("lobby ben: hi").await;
    }
    assert_eq!(ann.who().await, ["ann", "ben"]);
    for client in [&mut ann, &mut one, &mut two] {
        client.expect_silence().await;
    }
}

#[tokio::test]
async fn rooms_are_those_of_the_person() {
    let server = TestServer::open();
    let mut one = server.greet(json!({"name": "ben", "window": "1"})).await;
    let mut two = window(&server, &one, "2").await;
    one.ok(json!({"type": "join", "room": "kitchen"})).await;
    let ServerMsg::Joined(joined) = two.until("joined kitchen").await else { unreachable!() };
    assert_eq!(joined.state.members.len(), 1);
    one.ok(json!({"type": "say", "room": "kitchen", "text": "tea", "nonce": "n"})).await;
    two.expect("kitchen ben: tea").await;
    two.ok(json!({"type": "part", "room": "kitchen"})).await;
    one.until("parted kitchen").await;
    assert_eq!(one.refused(json!({"type": "part", "room": "kitchen"})).await, Code::NotMember);
}

#[tokio::test]
async fn somebody_leaves_with_their_last_window() {
    let server = TestServer::open();
    let mut ann = server.guest("ann").await;
    let mut one = server.greet(json!({"name": "ben", "window": "1"})).await;
    ann.expect("lobby ben joins").await;
    let two = window(&server, &one, "2").await;
    let mut three = window(&server, &one, "3").await;
    one.send(json!({"type": "quit"})).await;
    assert_eq!(goodbye(&mut one).await.code.as_str(), "quit");
    two.break_off();
    // The loss is carried out before this is answered.
    three.say("still here").await;
    ann.expect("lobby ben: still here").await;
    assert_eq!(ann.who().await, ["ann", "ben"]);
    three.send(json!({"type": "quit"})).await;
    ann.expect("lobby ben leaves (quit)").await;
}

#[tokio::test]
async fn the_same_window_and_a_greeting_without_one_replace() {
    let server = TestServer::open();
    let mut one = server.greet(json!({"name": "ben", "window": "1"})).await;
    let mut two = window(&server, &one, "2").await;
    let mut again = window(&server, &one, "1").await;
    assert_eq!(goodbye(&mut one).await.code.as_str(), "replaced");
    two.say("both").await;
    again.expect("lobby ben: both").await;
    let mut old_client = server.greet(json!({"secret": again.secret})).await;
    for client in [&mut two, &mut again] {
        let goodbye = goodbye(client).await;
        assert_eq!((goodbye.code.as_str(), goodbye.reconnect), ("replaced", false));
    }
    // Where the person wants a window back, it throws the old client out in no turn.
    let mut back = window(&server, &again, "1").await;
    back.say("beside it").await;
    old_client.expect("lobby ben: beside it").await;
}

#[tokio::test]
async fn one_window_too_many_is_refused_until_another_is_closed() {
    let server = TestServer::open();
    let mut first = server.greet(json!({"name": "ben", "window": "1"})).await;
    let mut others = Vec::new();
    for number in 2..=8 {
        others.push(window(&server, &first, &number.to_string()).await);
    }
    let mut ninth = Client::connect(server.address).await;
    ninth.send(json!({"type": "hello", "protocol": [1, 1], "secret": first.secret, "window": "9"})).await;
    ninth.until("error too_many_windows").await;
    let told = goodbye(&mut ninth).await;
    assert_eq!((told.code.as_str(), told.reconnect), ("too_many_windows", true));
    first.send(json!({"type": "quit"})).await;
    assert_eq!(goodbye(&mut first).await.code.as_str(), "quit");
    window(&server, &first, "9").await;
}

#[tokio::test]
async fn a_message_sent_in_two_windows_with_one_nonce_is_one_message() {
    let server = TestServer::open();
    let mut one = server.greet(json!({"name": "ben", "window": "1"})).await;
    let mut two = window(&server, &one, "2").await;
    let said = json!({"type": "say", "room": "lobby", "text": "hi", "nonce": "n"});
    let first = one.ok(said.clone()).await;
    let again = two.ok(said).await;
    assert_eq!(first.seq, again.seq);
    one.expect("lobby ben: hi").await;
    two.expect("lobby ben: hi").await;
}

#[tokio::test]
async fn a_ban_ends_all_windows() {
    let server = TestServer::open();
    let mut ann = server.admin("ann").await;
    let mut one = server.greet(json!({"name": "ben", "window": "1"})).await;
    let mut two = window(&server, &one, "2").await;
    let listed = ann.ok(json!({"type": "who", "uid": one.uid()})).await.users.unwrap();
    assert_eq!(listed[0].windows, Some(2));
    ann.ok(json!({"type": "ban", "uid": one.uid()})).await;
    for client in [&mut one, &mut two] {
        assert_eq!(goodbye(client).await.code.as_str(), "banned");
    }
}

#[tokio::test]
async fn a_room_that_is_joined_again_is_told_as_far_as_it_was_heard() {
    let server = TestServer::with(&["--pace", "off"]);
    let (mut ann, mut ben) = (server.guest("ann").await, server.guest("ben").await);
    let mut seen = ben.position("lobby");
    for n in 0..300 {
        ann.send(say(&n.to_string())).await;
        ben.send(r#"{"type":"join","id":"again","room":"lobby"}"#).await;
        // Some are committed together, some are not.
        tokio::task::yield_now().await;
    }
    let (mut answers, mut is_over) = (0, false);
    while !is_over || answers < 300 {
        match ben.next().await.unwrap() {
            ServerMsg::Event(event) => {
                seen = event.seq.get();
                is_over |= matches!(&event.kind, Kind::Message(text) if text.as_str() == "299");
            }
            ServerMsg::Ok(answer) => {
                answers += 1;
                let head = answer.state.unwrap().head.get();
                assert!(head <= seen, "told up to {head}, heard up to {seen}");
            }
            _ => {}
        }
    }
}
