//! What is printed.

use std::time::Duration;

use super::client::Echoes;
use super::parts::{Loud, Usage};

pub(crate) fn head(what: &str) {
    println!("{what:<56} {:>10} {:>10} {:>8}", "chinwag", "bare echo", "ratio");
}

/// The times to the echo of the door, and of the echo server beside it.
pub(crate) fn echoes(when: &str, ours: &Echoes, theirs: &Echoes) {
    for (name, share) in [("p50", 500), ("p99", 990), ("p99.9", 999)] {
        let [ours, theirs] = [ours, theirs].map(|it| it.of_thousand(share).as_secs_f64() * 1e3);
        let what = format!("key to echo, {when}: {name}");
        println!("{what:<56} {ours:>7.2} ms {theirs:>7.2} ms {:>8.1}", ours / theirs);
    }
    if ours.is_short() || theirs.is_short() {
        println!("    of {} and {} keys only: there was no time for more", ours.count(), theirs.count());
    }
}

pub(crate) fn time(what: &str, time: Duration) {
    println!("{what:<56} {:>7.1} ms", time.as_secs_f64() * 1e3);
}

pub(crate) fn kilobytes(what: &str, kilobytes: u64) {
    println!("{what:<56} {kilobytes:>7} kB");
}

pub(crate) fn megabytes(what: &str, kilobytes: u64) {
    println!("{what:<56} {:>7.1} MB", kilobytes as f64 / 1e3);
}

/// What the parts took of the machine: a part that waits for a core is one that the others leave too little.
pub(crate) fn usage(usage: &Usage) {
    let mut all = 0.0;
    for (name, cores) in usage {
        all += cores.computing;
        println!(
            "    {name:<24} computes on {:>5.2} cores, waits for {:>6.2}",
            cores.computing, cores.waiting
        );
    }
    println!("    {:<24} computes on {all:>5.2} cores of {}", "all of them", cores());
}

/// What went on while the keys were typed.
pub(crate) fn loud(who: &str, loud: &Loud, sessions: u64) {
    let readers = (sessions.max(2) - 1) as f64;
    println!("meanwhile, {who}:");
    if let Some(messages) = loud.messages {
        println!("    {messages:.0} messages a second were said and delivered");
    }
    let (frames, kilobytes) = (loud.frames / readers, loud.bytes / readers / 1e3);
    println!("    each reader got {frames:.1} packets and {kilobytes:.1} kB a second");
    usage(&loud.usage);
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
