//! IRC clients beside the same people with the JSON wire, on the same server: in this measurement the latter stand in the column of
//! the limit.

use super::Effort;
use super::crowd::{self, Load};
use super::idle::settled;
use super::report::{Contender, Figure, figure, in_turns};
use super::target::Target;

const IDLE: usize = 1000;

/// What is idle, and what a delivery costs.
pub(crate) fn measure(effort: &Effort) {
    let target = |contender: &Contender| match contender {
        Contender::Limit => Target::start(&Contender::Server(effort.server.clone())),
        Contender::Server(program) => Target::irc(program),
    };
    in_turns(effort, |contender| idle(&target(contender)));
    for (members, rate) in [(20, 200.0), (100, 200.0)] {
        let load = Load { rooms: 1, members, size: 100, rate: Some(rate), time: effort.time };
        in_turns(effort, |contender| {
            let outcome = crowd::run(&target(contender), load);
            let took = outcome.latencies.summary();
            vec![
                figure(
                    format!("IRC beside JSON: {members} members, {rate} msg/s, CPU"),
                    outcome.cpu_us(),
                    "us",
                ),
                figure("  p50", took.p50.into(), "us"),
                figure("  p99", took.p99.into(), "us"),
            ]
        });
    }
}

fn idle(target: &Target) -> Vec<Figure> {
    let first: Vec<_> = (0..50).map(|number| target.member(number, 0)).collect();
    let before = target.process().resident();
    let more: Vec<_> = (50..50 + IDLE).map(|number| target.member(number, 0)).collect();
    let settled = settled(&target.process());
    drop((first, more));
    let bytes = settled.saturating_sub(before) as f64 / IDLE as f64;
    vec![figure("IRC beside JSON: an idle connection, memory", bytes, "bytes")]
}
