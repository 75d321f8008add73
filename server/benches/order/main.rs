//! What the order of a cluster costs: `cargo bench -p server --bench order`, in less than a minute. It starts `nats-server`
//! processes of its own, one and then three that replicate, so that package must be installed; which version it is stands
//! before the figures, and they depend on it more than on us.
//!
//! Told are the time from a proposal to its place in the order, at 200 a second, and how many proposals a second pass when
//! there are always more, by how many in a message. Everything is on one machine: three servers that share two processors
//! have less than they would have alone, and no network is between them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    dead_code,
    reason = "a benchmark prints and stops at a fault; it uses some of what the tests have for NATS"
)]

#[path = "../../tests/it/cluster/link.rs"]
mod link;
#[path = "../../tests/it/cluster/nats.rs"]
mod nats;

use std::collections::VecDeque;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use server::chat::conn_id::{ConnId, NodeStart};
use server::chat::place::Place;
use server::chat::proposal::Proposal;
use server::chat::proposed_request::ProposedRequest;
use server::order::Order;
use server::order::jetstream::JetStream;
use server::order::jetstream::options::{DEFAULT_MAX_BYTES, Options};
use tokio::time::{Instant, MissedTickBehavior, interval};

use nats::Nats;

const START: NodeStart = NodeStart { node: 1, start: 1 };

/// How long each load runs.
const TIME: Duration = Duration::from_secs(6);

fn main() {
    let version = Command::new("nats-server").arg("--version").output();
    let version = version.expect("nats-server cannot be started: install the package nats-server");
    println!("{}", String::from_utf8_lossy(&version.stdout).trim());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for nats in [Nats::one(), Nats::three()] {
        runtime.block_on(measure(&nats));
    }
}

async fn measure(nats: &Nats) {
    let replicas = nats.count();
    println!("\n{replicas} NATS server(s), {replicas} replica(s), a proposal of {} bytes", line_length());
    let mut order = JetStream::connect(&options(nats, replicas), START, Place::default(), 0).await.unwrap();
    let mut times = paced(&mut order).await;
    times.sort_unstable();
    let at = |part: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among them")]
        let index = ((times.len() - 1) as f64 * part) as usize;
        times[index].as_micros()
    };
    println!(
        "  200 a second, from proposal to place: p50 {} µs, p99 {} µs, most {} µs",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    let (count, took) = saturated(&mut order).await;
    let totals = order.status().report().totals;
    println!(
        "  as many as pass: {:.0} proposals a second, {:.0} in a message, {} of {} messages sent again",
        count as f64 / took.as_secs_f64(),
        totals.proposals_sent as f64 / totals.frames_sent as f64,
        totals.frames_resent,
        totals.frames_sent,
    );
    let began = Instant::now();
    let mut again =
        JetStream::connect(&options(nats, replicas), NodeStart { node: 2, start: 1 }, Place::default(), 0)
            .await
            .unwrap();
    let mut read = 0_u64;
    while read < totals.proposals_sent {
        again.next().await.unwrap();
        read += 1;
    }
    println!(
        "  read from the beginning: {:.0} proposals a second",
        read as f64 / began.elapsed().as_secs_f64()
    );
}

fn options(nats: &Nats, replicas: usize) -> Options {
    Options {
        servers: vec![nats.direct_url(0)],
        name: "bench".to_owned(),
        client_name: "bench".to_owned(),
        identity: None,
        credentials: None,
        ca: None,
        replicas,
        max_bytes: DEFAULT_MAX_BYTES,
        old_nats: true,
    }
}

/// A message of 200 bytes to a room.
fn say(number: u64) -> Proposal {
    let msg = json!({ "type": "say", "room": "lobby", "nonce": format!("nonce-{number}"), "text": "고양이 and cat. ".repeat(10) });
    Proposal::Request(Box::new(ProposedRequest::new(
        ConnId::new(START, 1),
        None,
        serde_json::from_value(msg).unwrap(),
    )))
}

fn line_length() -> usize {
    server::order::codec::encode(&say(1)).unwrap().len()
}

/// One after the other, at their times: how long each took to come back.
async fn paced(order: &mut JetStream) -> Vec<Duration> {
    let proposer = order.proposer();
    let (mut ticks, mut sent, mut times, mut number) =
        (interval(Duration::from_millis(5)), VecDeque::new(), Vec::new(), 0);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let began = Instant::now();
    while began.elapsed() < TIME {
        tokio::select! {
            ordered = order.next() => {
                ordered.unwrap();
                times.push(sent.pop_front().map(|at: Instant| at.elapsed()).unwrap());
            }
            _ = ticks.tick() => {
                number += 1;
                sent.push_back(Instant::now());
                proposer.propose(say(number)).await.unwrap();
            }
        }
    }
    while let Some(at) = sent.pop_front() {
        order.next().await.unwrap();
        times.push(at.elapsed());
    }
    times
}

/// As many as the order takes: how many came back, and in what time.
async fn saturated(order: &mut JetStream) -> (u64, Duration) {
    let proposer = order.proposer();
    let proposing = tokio::spawn(async move {
        let (began, mut number) = (Instant::now(), 0);
        while began.elapsed() < TIME {
            number += 1;
            proposer.propose(say(number)).await.unwrap();
        }
        number
    });
    let (began, mut came, mut all) = (Instant::now(), 0, None);
    let mut proposing = std::pin::pin!(proposing);
    while all.is_none_or(|all| came < all) {
        tokio::select! {
            ordered = order.next() => {
                ordered.unwrap();
                came += 1;
                while order.try_next().is_some() {
                    came += 1;
                }
            }
            number = &mut proposing, if all.is_none() => all = Some(number.unwrap()),
        }
    }
    (came, began.elapsed())
}
