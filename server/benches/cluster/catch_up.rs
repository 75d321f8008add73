//! How fast a node that was away has what the others said meanwhile.

use std::path::Path;
use std::time::{Duration, Instant};

use super::crowd::{self, Load};
use super::target::{Shape, Target};

/// Stops the last node, has the others talk, and starts it again.
pub(crate) fn measure(server: &Path, shape: Shape, time: Duration) {
    let mut target = Target::start(shape, server);
    let last = 2;
    target.stop_node(last);
    let idle = start(&mut target, last);
    target.stop_node(last);
    let outcome = crowd::run(&target, Load { rooms: 30, members: 2, size: 100, rate: None, time });
    let messages = outcome.deliveries as f64 / 2.0;
    let took = start(&mut target, last);
    println!("\nA node that was away, {}", shape.name);
    println!(
        "it welcomes {:.2} s after its start, {:.2} s when nothing was said: {messages:.0} messages, {:.0} a second",
        took.as_secs_f64(),
        idle.as_secs_f64(),
        messages / took.saturating_sub(idle).as_secs_f64()
    );
}

/// How long it takes from the start of a node until it has welcomed somebody.
fn start(target: &mut Target, node: usize) -> Duration {
    let ready = target.start_node(node);
    let began = Instant::now();
    target.member(node, 0);
    ready + began.elapsed()
}
