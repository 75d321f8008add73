//! Slow consumers as an attack: they ask for much and read nothing, or a byte at a time. Memory stays bounded, and others
//! are not delayed.

use serde_json::json;
use tokio::io::AsyncReadExt as _;

use super::attack_harness::{AttackHarness, Attacker};
use crate::client::Client;

#[tokio::test]
async fn whoever_does_not_read_is_nobody_elses_trouble() {
    AttackHarness::run(&["--pace", "off", "--bytes-pace", "off", "--answer-pace", "off"], async |harness| {
        harness
            .attack("never reading while the room is flooded", async |at| {
                let slow = at.guest("slow").await;
                slow.take_little();
                flood(&at).await;
            })
            .await;
        harness
            .attack("reading byte by byte while the room is flooded", async |at| {
                let mut slow = at.guest("slow").await;
                slow.take_little();
                flood(&at).await;
                for _ in 0..200 {
                    slow.transport().read_u8().await.unwrap();
                }
            })
            .await;
        harness
            .attack("asking for the past and not reading it", async |at| {
                let mut loud = flood(&at).await;
                let mut greedy = asks(&at, 0).await;
                for _ in 0..40 {
                    greedy.send(json!({"type": "history", "room": "lobby"})).await;
                    loud.ok(json!({"type": "ping"})).await;
                }
                loud.expect_presence(&format!("lobby {} away", greedy.name())).await;
                // The last line says why, when it is taken at last.
                let mut last = String::new();
                while let Some(line) = greedy.line().await {
                    last = line;
                }
                assert!(last.contains("slow_consumer"), "{last:.200}");
            })
            .await;
        harness
            .attack("asking for the past and going in the middle of it", async |at| {
                flood(&at).await;
                let mut greedy = asks(&at, 20).await;
                greedy.transport().read_u8().await.unwrap();
                greedy.break_off();
            })
            .await;
        harness
            .attack("twenty who never read at once", async |at| {
                let mut slow = Vec::new();
                for n in 0..20 {
                    slow.push(at.guest(&format!("s{n}")).await);
                }
                flood(&at).await;
            })
            .await;
    })
    .await;
}

/// A megabyte in the lobby.
async fn flood(at: &Attacker) -> Client {
    let mut loud = at.guest("loud").await;
    let n = at.n;
    loud.say_all((0..256).map(|line| format!("{n} {line} {}", "x".repeat(4000)))).await;
    loud
}

/// Somebody who asks for the same page so many times, and reads nothing yet.
async fn asks(at: &Attacker, times: usize) -> Client {
    let mut greedy = at.guest("greedy").await;
    let line = json!({"type": "history", "room": "lobby"}).to_string() + "\n";
    greedy.raw(line.repeat(times).as_bytes()).await;
    greedy
}
