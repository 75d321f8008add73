//! A thousand people at once: they come for the first time, and they come back after all connections were cut.

use std::time::{Duration, Instant};

use super::Effort;
use super::driver::daemon::Daemon;
use super::driver::wire::Wire;
use super::report;
use super::target::{SETTINGS, Target};

const PEOPLE: usize = 1000;

/// Both, with what a bare broadcaster takes to accept as many and tell each a line.
pub(crate) fn measure(effort: &Effort) {
    let mut joins = Vec::new();
    let mut resumes = Vec::new();
    for _ in 0..effort.runs {
        let dir = tempfile::tempdir().unwrap();
        let server = Daemon::start(&effort.server, dir.path(), SETTINGS);
        let hello = |number: usize| {
            format!(r#"{{"type":"hello","protocol":[1,1],"client":"bench","name":"guest-{number}"}}"#)
        };
        let (cpu, took, wires, welcomes) = all_at_once(&server, hello, r#""type":"welcome""#);
        joins.push((cpu, took));
        drop(wires);
        let back = |number: usize| {
            let welcome: serde_json::Value = serde_json::from_str(&welcomes[number]).unwrap();
            let (secret, head) = (&welcome["secret"], &welcome["rooms"][0]["head"]);
            format!(
                r#"{{"type":"hello","protocol":[1,1],"client":"bench","secret":{secret},"resume":{{"lobby":{head}}}}}"#
            )
        };
        let hellos: Vec<String> = (0..PEOPLE).map(back).collect();
        let (cpu, took, ..) = all_at_once(&server, |number| hellos[number].clone(), r#""type":"resumed""#);
        resumes.push((cpu, took));
    }
    let limit = bare();
    for (what, mut runs) in [("1,000 join at once", joins), ("1,000 resume at once", resumes)] {
        runs.sort();
        let (cpu, took) = runs[runs.len() / 2];
        report::compare(&format!("{what}, CPU"), ms(cpu), ms(limit.0), "ms");
        report::compare("  until all were answered", ms(took), ms(limit.1), "ms");
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// All greet, and then all wait; with the answers.
fn all_at_once(
    server: &Daemon,
    hello: impl Fn(usize) -> String,
    answer: &str,
) -> (Duration, Duration, Vec<Wire>, Vec<String>) {
    let (cpu, began) = (server.process().cpu(), Instant::now());
    let mut wires: Vec<Wire> = (0..PEOPLE).map(|_| Wire::connect(server.address)).collect();
    for (number, wire) in wires.iter_mut().enumerate() {
        wire.send(&hello(number));
    }
    let answers = wires.iter_mut().map(|wire| wire.wait_for(answer)).collect();
    let took = began.elapsed();
    (server.process().cpu().saturating_sub(cpu), took, wires, answers)
}

/// As many connections to a broadcaster, each in a room of its own, told one line.
fn bare() -> (Duration, Duration) {
    let target = Target::limit();
    let (cpu, began) = (target.process().cpu(), Instant::now());
    let mut wires: Vec<Wire> =
        (0..PEOPLE).map(|number| target.member(number, u32::try_from(number).unwrap() + 1)).collect();
    for wire in &mut wires {
        wire.send("welcome");
    }
    for wire in &mut wires {
        wire.wait_for("welcome");
    }
    (target.process().cpu().saturating_sub(cpu), began.elapsed())
}
