//! What a delivery costs, and how long it takes: one room, many rooms, while much is written, and as a room grows.

use super::Effort;
use super::crowd::{self, Load};
use super::report::{figure, in_turns};
use super::target::Target;

/// 100 and 500 members of one room, as fast as it goes; and 100 at 200 messages a second.
pub(crate) fn one_room(effort: &Effort) {
    for members in [100, 500] {
        saturated(effort, &format!("{members} members, saturated"), 1, members);
    }
    rated(effort, "100 members, 200 msg/s", 100, 200.0, 100);
}

/// 100 rooms of ten, as fast as it goes.
pub(crate) fn many_rooms(effort: &Effort) {
    saturated(effort, "100 rooms of 10, saturated", 100, 10);
}

/// What others notice while 2,000 messages of 400 bytes are written in a second.
pub(crate) fn under_writes(effort: &Effort) {
    rated(effort, "20 members, 2,000 msg/s of 400 B", 20, 2000.0, 400);
}

/// From a few members to thousands, at about as many deliveries a second: what one costs must not grow.
pub(crate) fn growing(effort: &Effort) {
    for (members, rate) in [(10, 1000.0), (100, 100.0), (500, 20.0), (2000, 5.0)] {
        rated(effort, &format!("{members} members, {rate} msg/s"), members, rate, 100);
    }
    for members in [10, 100, 500, 2000] {
        saturated(effort, &format!("{members} members, saturated"), 1, members);
    }
}

fn saturated(effort: &Effort, what: &str, rooms: u32, members: usize) {
    let load = Load { rooms, members, size: 100, rate: None, time: effort.time };
    in_turns(effort, |contender| {
        let outcome = crowd::run(&Target::start(contender), load);
        vec![
            figure(format!("{what}, CPU of a delivery"), outcome.cpu_us(), "us"),
            figure("  time of a delivery", 1e6 / outcome.per_second(), "us"),
        ]
    });
}

fn rated(effort: &Effort, what: &str, members: usize, rate: f64, size: usize) {
    let load = Load { rooms: 1, members, size, rate: Some(rate), time: effort.time };
    in_turns(effort, |contender| {
        let outcome = crowd::run(&Target::start(contender), load);
        let took = outcome.latencies.summary();
        vec![
            figure(format!("{what}, CPU of a delivery"), outcome.cpu_us(), "us"),
            figure("  p50", took.p50.into(), "us"),
            figure("  p99", took.p99.into(), "us"),
            figure("  p99.9", took.p999.into(), "us"),
        ]
    });
}
