//! What a delivery costs, and how long it takes: one room, many rooms, and while much is written.

use super::Effort;
use super::crowd::{self, Load, Outcome};
use super::report;
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

fn saturated(effort: &Effort, what: &str, rooms: u32, members: usize) {
    let load = Load { rooms, members, size: 100, rate: None, time: effort.time };
    let [ours, limit] = both(effort, load);
    report::compare(&format!("{what}, CPU of a delivery"), ours.cpu_us(), limit.cpu_us(), "us");
    let each = |outcome: &Outcome| format!("{:.0}/s", outcome.per_second());
    report::tell("  deliveries", &each(&ours), &each(&limit));
}

fn rated(effort: &Effort, what: &str, members: usize, rate: f64, size: usize) {
    let load = Load { rooms: 1, members, size, rate: Some(rate), time: effort.time };
    let [ours, limit] = both(effort, load);
    report::compare(&format!("{what}, CPU of a delivery"), ours.cpu_us(), limit.cpu_us(), "us");
    let (ours, limit) = (ours.latencies.summary(), limit.latencies.summary());
    report::compare("  p50", f64::from(ours.p50), f64::from(limit.p50), "us");
    report::compare("  p99", f64::from(ours.p99), f64::from(limit.p99), "us");
    report::compare("  p99.9", f64::from(ours.p999), f64::from(limit.p999), "us");
}

/// The middle run of each by its cost, on a fresh server and a fresh broadcaster, in turns.
fn both(effort: &Effort, load: Load) -> [Outcome; 2] {
    let mut runs = [Vec::new(), Vec::new()];
    for _ in 0..effort.runs {
        runs[0].push(crowd::run(&Target::server(effort), load));
        runs[1].push(crowd::run(&Target::limit(), load));
    }
    runs.map(|mut of_one| {
        of_one.sort_by(|a, b| a.cpu_us().total_cmp(&b.cpu_us()));
        of_one.swap_remove(of_one.len() / 2)
    })
}
