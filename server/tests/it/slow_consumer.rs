//! Slow consumers: readers that do not keep up get a gap, or are dropped, and delay nobody else.

use serde_json::json;
use shared::ServerMsg;

use crate::client::{Client, show};
use crate::daemon::ms;
use crate::test_server::{Setup, TestServer};

/// 20 MB in texts of 4 kB, each beginning with its number.
pub(crate) fn flood() -> impl Iterator<Item = String> {
    (0..5000).map(|n| format!("{n} {}", "x".repeat(4000)))
}

/// Enough of it to fill what the kernel holds for a reader with a small buffer, and the server's ring.
pub(crate) const ENOUGH: usize = 1800;

#[tokio::test]
async fn a_reader_who_stopped_delays_nobody_and_gets_the_rest_or_a_gap() {
    let server = Setup::new(&[]).timed(|timing| timing.write_stall = ms(60_000)).open();
    let (mut ann, mut slow) = (server.guest("ann").await, server.guest("slow").await);
    // Ann hears all of it while the other reads nothing.
    ann.say_all(flood()).await;
    // What the other hears is checked to be the next event each time, up to a gap that begins at the last.
    let mut heard = 0;
    loop {
        match slow.next().await.expect("the reader was dropped") {
            ServerMsg::Event(_) => heard += 1,
            // The flood took longer than a connection may be silent.
            ServerMsg::Ping(_) => {}
            other => break assert_eq!(show(&other), "gap lobby"),
        }
    }
    assert!(heard < 5000, "the server kept more than its ring");
    ann.say("now").await;
    slow.until("lobby ann: now").await;
    slow.expect_silence().await;
}

#[tokio::test]
async fn a_reader_who_takes_nothing_for_too_long_is_dropped() {
    let server = Setup::new(&[]).timed(|timing| timing.write_stall = ms(200)).open();
    let (mut ann, slow) = (server.guest("ann").await, server.guest("slow").await);
    slow.take_little();
    ann.say_all(flood().take(ENOUGH)).await;
    ann.expect_presence("lobby slow away").await;
    // And comes back to what was missed.
    let mut slow = server.greet(json!({"secret": slow.secret, "resume": {"lobby": 2}})).await;
    slow.expect("gap lobby").await;
    slow.until("resumed").await;
}

/// Answers are for one alone and cannot be left out: whoever asks and never reads is given up.
#[tokio::test]
async fn whoever_asks_and_never_reads_is_given_up_and_told_so() {
    let server = Setup::new(&[]).timed(|timing| timing.write_stall = ms(60_000)).open();
    let greedy = server.guest("greedy").await;
    is_given_up_and_told_so(&server, greedy).await;
}

/// Asks for page after page and reads none, until it is given up, and then reads its last line.
pub(crate) async fn is_given_up_and_told_so(server: &TestServer, mut greedy: Client) {
    let mut ann = server.guest("ann").await;
    ann.say_all(flood().take(200)).await;
    let ask = json!({"type": "history", "room": "lobby"}).to_string() + "\n";
    for _ in 0..40 {
        greedy.raw(ask.as_bytes()).await;
        ann.ok(json!({"type": "ping"})).await;
    }
    ann.expect_presence("lobby greedy away").await;
    let mut last = String::new();
    while let Some(line) = greedy.line().await {
        last = line;
    }
    // PROTOCOL.md, Goodbye codes: `slow_consumer`, you asked for more than you read.
    assert!(last.contains("slow_consumer"), "the last line has {} bytes", last.len());
}
