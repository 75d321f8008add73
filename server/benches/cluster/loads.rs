//! Messages at a steady rate, and as many as pass: on one server, and on each kind of cluster.

use std::path::Path;
use std::time::Duration;

use super::crowd::{self, Load, Outcome};
use super::target::{Shape, Target};

/// Members of the room that talks at a steady rate, and of each of the rooms that are busy: one on each node.
const MEMBERS: u32 = 30;
const MEMBERS_OF_BUSY: u32 = 3;

const SHAPES: [Shape; 5] =
    [Shape::ONE, Shape::ONE_OVER_ONE, Shape::THREE_OVER_ONE, Shape::TWO_OVER_THREE, Shape::THREE_OVER_THREE];

/// Prints a line for each.
pub(crate) fn measure(server: &Path, time: Duration) {
    println!("\n{MEMBERS} members of one room, 200 messages of 100 bytes a second");
    println!(
        "{:<18} {:>9} {:>9} {:>9} {:>14} {:>14}",
        "", "p50 us", "p99 us", "p99.9 us", "CPU us/message", "of that NATS"
    );
    for shape in SHAPES {
        let load = Load { rooms: 1, members: MEMBERS as usize, size: 100, rate: Some(200.0), time };
        let (outcome, messages, nats) = run(shape, server, load);
        let took = outcome.latencies.summary();
        println!(
            "{:<18} {:>9} {:>9} {:>9} {:>14.0} {:>14.0}",
            shape.name,
            took.p50,
            took.p99,
            took.p999,
            micros(outcome.cpu + nats) / messages,
            micros(nats) / messages
        );
    }
    println!("\n{MEMBERS} rooms of {MEMBERS_OF_BUSY} members, as many messages of 100 bytes as pass");
    println!(
        "{:<18} {:>12} {:>7} {:>14} {:>14}",
        "", "messages/s", "ratio", "CPU us/message", "of that NATS"
    );
    let mut alone = None;
    for shape in SHAPES {
        let load = Load { rooms: MEMBERS, members: MEMBERS_OF_BUSY as usize, size: 100, rate: None, time };
        let (outcome, messages, nats) = run(shape, server, load);
        let rate = messages / outcome.took.as_secs_f64();
        println!(
            "{:<18} {rate:>12.0} {:>7.2} {:>14.0} {:>14.0}",
            shape.name,
            rate / *alone.get_or_insert(rate),
            micros(outcome.cpu + nats) / messages,
            micros(nats) / messages
        );
    }
}

/// What came of a load, how many messages that was, and what NATS ran for it.
fn run(shape: Shape, server: &Path, load: Load) -> (Outcome, f64, Duration) {
    let target = Target::start(shape, server);
    let before = target.nats_cpu();
    let outcome = crowd::run(&target, load);
    let nats = target.nats_cpu().saturating_sub(before);
    let messages = outcome.deliveries as f64 / load.members as f64;
    (outcome, messages, nats)
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
