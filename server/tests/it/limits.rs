//! What one may have and make: so much, so fast, and a clear word beyond that.

use serde_json::{Value, json};

use shared::{Code, Refusal, ServerMsg};

use crate::client::{Client, say};
use crate::house::House;

/// Asks for something that must be refused; returns with what.
async fn refusal(client: &mut Client, request: Value) -> Refusal {
    match client.ask(request.clone()).await {
        ServerMsg::Error(refusal) => refusal,
        other => panic!("{request}: {other:?}"),
    }
}

fn join(room: &str) -> Value {
    json!({"type": "join", "room": room})
}

#[tokio::test]
async fn a_server_has_so_many_rooms_and_a_person_is_in_so_many() {
    let house = House::with(&["--max-rooms", "3", "--max-rooms-each", "2"]);
    let (mut ann, mut ben) = (house.guest("ann").await, house.guest("ben").await);
    ann.ok(join("kitchen")).await;
    let many = refusal(&mut ann, join("cellar")).await;
    assert_eq!((many.code, many.message.contains("leave one")), (Code::RateLimited, true));
    ben.ok(join("cellar")).await;
    let mut cat = house.guest("cat").await;
    let full = refusal(&mut cat, join("attic")).await;
    assert_eq!((full.code, full.message.contains("join one that is there")), (Code::RateLimited, true));
    cat.ok(join("kitchen")).await;
}

#[tokio::test]
async fn whoever_opens_many_conversations_is_told_when_to_go_on() {
    let house = House::with(&["--new-rooms", "2/60"]);
    let mut ann = house.guest("ann").await;
    let mut others = Vec::new();
    for name in ["ben", "cat", "dan"] {
        others.push(house.guest(name).await);
    }
    let direct = |uid: u64| json!({"type": "direct", "uid": uid, "text": "hi", "nonce": format!("n{uid}")});
    for other in &others[..2] {
        ann.ok(direct(other.uid())).await;
    }
    let many = refusal(&mut ann, direct(others[2].uid())).await;
    assert_eq!(many.code, Code::RateLimited);
    assert!(many.retry_ms.is_some_and(|ms| (1..=60_000).contains(&ms)), "{many:?}");
    // Whoever is spoken to answers, for they open nothing.
    others[0].ok(direct(ann.uid())).await;
}

/// Says something in the lobby, and returns when the server carried it out, in milliseconds.
async fn said_at(client: &mut Client, text: &str) -> i64 {
    client.send(say(text)).await;
    match client.until(&format!("lobby {}: {text}", client.name())).await {
        ServerMsg::Event(event) => event.at,
        other => panic!("{other:?}"),
    }
}

/// The second moment must be this much later, in milliseconds; less a few, for clocks are read twice.
#[track_caller]
fn check_later(first: i64, second: i64, ms: i64) {
    assert!(second - first >= ms - 20, "only {} ms later", second - first);
}

#[tokio::test]
async fn whoever_talks_much_is_heard_later_and_coming_back_does_not_help() {
    let house = House::with(&["--pace", "2/1"]);
    let mut ann = house.guest("ann").await;
    let first = said_at(&mut ann, "one").await;
    said_at(&mut ann, "two").await;
    let secret = ann.secret.clone();
    ann.break_off();
    let mut back = house.greet(json!({"secret": secret})).await;
    check_later(first, said_at(&mut back, "three").await, 1000);
}

#[tokio::test]
async fn nonsense_costs_as_much_as_talk() {
    let house = House::with(&["--pace", "2/1"]);
    let mut ann = house.guest("ann").await;
    let first = said_at(&mut ann, "one").await;
    for _ in 0..2 {
        ann.send("nonsense").await;
        ann.until("error bad_json").await;
    }
    check_later(first, said_at(&mut ann, "two").await, 2000);
}

#[tokio::test]
async fn whoever_sends_many_bytes_is_read_later() {
    let house = House::with(&["--pace", "1M/1M", "--bytes-pace", "16K/16K"]);
    let (mut ann, mut ben) = (house.guest("ann").await, house.guest("ben").await);
    let first = said_at(&mut ann, "one").await;
    let ballast = format!(r#"{{"type":"pong","x":"{}"}}"#, "x".repeat(8000));
    ann.raw(format!("{ballast}\n").repeat(4).as_bytes()).await;
    let others = said_at(&mut ben, "meanwhile").await;
    check_later(first, said_at(&mut ann, "two").await, 900);
    assert!(others - first < 900, "ben waited {} ms for ann's bytes", others - first);
}

#[tokio::test]
async fn whoever_asks_for_much_is_read_later() {
    let house = House::with(&["--pace", "1M/1M", "--answer-pace", "64K/64K"]);
    let (mut ann, mut ben) = (house.guest("ann").await, house.guest("ben").await);
    let first = said_at(&mut ann, "one").await;
    for _ in 0..8 {
        ann.ok(json!({"type": "history", "room": "lobby"})).await;
    }
    check_later(first, said_at(&mut ann, "two").await, 900);
    // What others say is free, and what one identity owes another does not pay.
    let others = said_at(&mut ben, "three").await;
    check_later(others, said_at(&mut ben, "four").await, 0);
}

#[tokio::test]
async fn whoever_owes_too_much_to_be_welcome_is_told_when_to_come() {
    let house = House::with(&["--pace", "1M/1M", "--answer-pace", "8K/1K"]);
    let mut ann = house.guest("ann").await;
    ann.ok(json!({"type": "history", "room": "lobby"})).await;
    let secret = ann.secret.clone();
    ann.break_off();
    let mut back = Client::connect(house.address).await;
    back.send(crate::client::hello(&json!({"secret": secret}))).await;
    let Some(ServerMsg::Error(refusal)) = back.next().await else { panic!("welcome at once") };
    assert_eq!(refusal.code, Code::RateLimited);
    assert!(refusal.retry_ms.is_some_and(|ms| (5000..=8000).contains(&ms)), "{refusal:?}");
    let Some(ServerMsg::Goodbye(goodbye)) = back.next().await else { panic!("no goodbye") };
    assert_eq!((goodbye.reconnect, goodbye.after_ms), (true, refusal.retry_ms));
    // Somebody else is welcome all the same.
    house.guest("ben").await;
}
