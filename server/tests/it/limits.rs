//! What one may have and make: so much, so fast, and a clear word beyond that.

use serde_json::{Value, json};

use shared::{Code, Refusal, ServerMsg};

use crate::client::Client;
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
