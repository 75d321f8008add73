//! A thousand people at once: they come for the first time, and they come back after all connections were cut. And people who
//! come and go, one after the other, while a hundred are there.

use std::time::{Duration, Instant};

use super::Effort;
use super::driver::daemon::Daemon;
use super::driver::wire::Wire;
use super::report::{Contender, Figure, figure, in_turns};
use super::target::{SETTINGS, Target};

const PEOPLE: usize = 1000;
/// How many come and go at the same time, and how often each.
const AT_ONCE: usize = 8;
const CYCLES: usize = 100;

/// A thousand who join and resume, beside a broadcaster that accepts as many and tells each a line.
pub(crate) fn thousand(effort: &Effort) {
    in_turns(effort, |contender| {
        let ((join_cpu, join), (resume_cpu, resume)) = match contender {
            Contender::Limit => (bare(contender), bare(contender)),
            Contender::Server(program) => {
                let dir = tempfile::tempdir().unwrap();
                join_and_resume(&Daemon::start(program, dir.path(), SETTINGS))
            }
        };
        vec![
            figure("1,000 join at once, CPU", ms(join_cpu), "ms"),
            figure("  until all were answered", ms(join), "ms"),
            figure("1,000 resume at once, CPU", ms(resume_cpu), "ms"),
            figure("  until all were answered", ms(resume), "ms"),
        ]
    });
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The server's processor time, and how long all waited.
type Took = (Duration, Duration);

fn join_and_resume(server: &Daemon) -> (Took, Took) {
    let hello = |number: usize| {
        format!(r#"{{"type":"hello","protocol":[1,1],"client":"bench","name":"guest-{number}"}}"#)
    };
    let (joined, wires, welcomes) = all_at_once(server, hello, r#""type":"welcome""#);
    drop(wires);
    let back = |number: usize| {
        let welcome: serde_json::Value = serde_json::from_str(&welcomes[number]).unwrap();
        let (secret, head) = (&welcome["secret"], &welcome["rooms"][0]["head"]);
        format!(
            r#"{{"type":"hello","protocol":[1,1],"client":"bench","secret":{secret},"resume":{{"lobby":{head}}}}}"#
        )
    };
    let hellos: Vec<String> = (0..PEOPLE).map(back).collect();
    let (resumed, ..) = all_at_once(server, |number| hellos[number].clone(), r#""type":"resumed""#);
    (joined, resumed)
}

/// All greet, and then all wait; with the answers.
fn all_at_once(
    server: &Daemon,
    hello: impl Fn(usize) -> String,
    answer: &str,
) -> (Took, Vec<Wire>, Vec<String>) {
    let (cpu, began) = (server.process().cpu(), Instant::now());
    let mut wires: Vec<Wire> = (0..PEOPLE).map(|_| Wire::connect(server.address)).collect();
    for (number, wire) in wires.iter_mut().enumerate() {
        wire.send(&hello(number));
    }
    let answers = wires.iter_mut().map(|wire| wire.wait_for(answer)).collect();
    let took = began.elapsed();
    // The others' joins are still on their way to everybody.
    std::thread::sleep(Duration::from_millis(300));
    ((server.process().cpu().saturating_sub(cpu), took), wires, answers)
}

/// As many connections to a broadcaster, each in a room of its own, told one line.
fn bare(limit: &Contender) -> Took {
    let target = Target::start(limit);
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

/// People come and go while a hundred are there, beside a broadcaster that tells everybody a line of each coming and going.
pub(crate) fn come_and_go(effort: &Effort) {
    in_turns(effort, |contender| {
        let target = Target::start(contender);
        let mut members: Vec<Wire> = (0..100).map(|number| target.member(number, 0)).collect();
        std::thread::sleep(Duration::from_millis(300));
        received(&mut members);
        let cpu = target.process().cpu();
        let mut bytes = 0;
        for cycle in 0..CYCLES {
            let mut visitors: Vec<Wire> =
                (0..AT_ONCE).map(|at| target.member(1000 + cycle * AT_ONCE + at, 0)).collect();
            for visitor in &mut visitors {
                visitor.send(if matches!(contender, Contender::Limit) {
                    "left"
                } else {
                    r#"{"type":"quit"}"#
                });
                visitor.wait_for(if matches!(contender, Contender::Limit) { "left" } else { "goodbye" });
            }
            bytes += received(&mut visitors) + received(&mut members);
        }
        std::thread::sleep(Duration::from_millis(300));
        bytes += received(&mut members);
        told(target.process().cpu().saturating_sub(cpu), bytes)
    });
}

fn told(cpu: Duration, bytes: u64) -> Vec<Figure> {
    let cycles = (CYCLES * AT_ONCE) as f64;
    vec![
        figure("join and leave among 100, CPU", cpu.as_secs_f64() * 1e6 / cycles, "us"),
        figure("  sent", bytes as f64 / cycles, "bytes"),
    ]
}

/// Reads what there is, and says how many bytes have come since the last time.
fn received(wires: &mut [Wire]) -> u64 {
    wires
        .iter_mut()
        .map(|wire| {
            wire.fill();
            while wire.line().is_some() {}
            std::mem::take(&mut wire.received)
        })
        .sum()
}
